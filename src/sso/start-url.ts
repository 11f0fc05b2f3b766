/**
 * Normalizes a start URL that was typed or copied from the browser: `https`, no fragment, no final slash, and `/start` for
 * a portal at awsapps.com. Null when it is not a URL.
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

/** The default session name for a start URL: `barnehage` for `https://barnehage.awsapps.com/start`. */
export function portalName(startUrl: string): string {
  return new URL(startUrl).hostname.split('.')[0] ?? 'sso';
}

/** A start URL in short form for display: `barnehage.awsapps.com`; unchanged when it is not a URL. */
export function portalAddress(startUrl: string): string {
  return (normalizeStartUrl(startUrl) ?? startUrl)
    .replace(/^https:\/\//, '')
    .replace(/^([^/]+\.awsapps\.com)\/start$/, '$1');
}
