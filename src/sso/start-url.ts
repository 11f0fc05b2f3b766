/**
 * A start URL as AWS's tools want it, from what a person typed or copied from the browser: `https`, without `#/`, without a
 * final slash, with `/start` for a portal of awsapps.com. Null when it is no address.
 */
export function normalizeStartUrl(typed: string): string | null {
  const text = typed.trim();
  const address = /^https?:\/\//i.test(text) ? text.replace(/^http:/i, 'https:') : `https://${text}`;
  if (/\s/.test(text) || !URL.canParse(address)) return null;
  const { hostname, host, pathname } = new URL(address);
  if (!hostname.includes('.')) return null;
  const path = pathname.replace(/\/+$/, '');
  return `https://${host}${path === '' && hostname.endsWith('.awsapps.com') ? '/start' : path}`;
}

/** The portal's own part of a start URL, which makes a good name for its session: `barnehage` of `https://barnehage.awsapps.com/start`. */
export function portalName(startUrl: string): string {
  return new URL(startUrl).hostname.split('.')[0] ?? 'sso';
}

/** A start URL as a person knows the portal: `barnehage.awsapps.com`; as it is written where it is no address. */
export function portalAddress(startUrl: string): string {
  return (normalizeStartUrl(startUrl) ?? startUrl)
    .replace(/^https:\/\//, '')
    .replace(/^([^/]+\.awsapps\.com)\/start$/, '$1');
}
