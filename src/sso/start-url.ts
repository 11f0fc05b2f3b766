import { portalUrl } from '../aws-config/sign-in-values.ts';

/**
 * Normalizes a start URL that was typed or copied from the browser: `https`, no fragment, no final slash, and `/start` for
 * a portal at awsapps.com. Null when it is not a URL.
 */
export function normalizeStartUrl(typed: string): string | null {
  const url = portalUrl(typed.trim());
  if (url === null || !url.hostname.includes('.')) return null;
  const { hostname, host, pathname } = url;
  const path = pathname.replace(/\/+$/, '');
  return `https://${host}${path === '' && hostname.endsWith('.awsapps.com') ? '/start' : path}`;
}

/** Reads a start URL that a person gave, also by the name of the portal alone (`barnehage`); null when it is none. */
export function readStartUrl(typed: string): string | null {
  const isName = /^[a-z0-9][a-z0-9-]*$/i.test(typed.trim());
  return normalizeStartUrl(isName ? `${typed.trim().toLowerCase()}.awsapps.com` : typed);
}

/** Whether a host is one of AWS's portals; any other is an address of a company, which redirects to one (`resolveStartUrl`). */
export function isPortalHost(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, '');
  return awsHosts.includes(host) || awsDomains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

/** The region that the host name of a portal carries, or null: `ssoins-123.portal.eu-west-1.app.aws`. */
export function regionInHost(hostname: string): string | null {
  const host = hostname.toLowerCase().replace(/\.$/, '');
  for (const form of hostsWithRegion) {
    const region = form.exec(host)?.groups?.region;
    if (region !== undefined) return region;
  }
  return null;
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

// --- internal ---

/** AWS's domains, and below its hosts, for portals (awscli/customizations/sso/resolve.py of version 2.36). */
const awsDomains: readonly string[] = [
  'app.aws',
  'portal.amazonaws.com',
  'portal.amazonaws.com.cn',
  'portal.amazonaws.eu',
  'app.amazonwebservices.com.cn',
  'api.amazonwebservices.eu',
  'awsapps.com',
  'awsapps.cn',
];

const awsHosts: readonly string[] = [
  'identitycenter.amazonaws.com',
  'identitycenter.amazonaws.com.cn',
  'identitycenter.amazonaws.eu',
  'identitycenter.us-gov.amazonaws.com',
];

const hostsWithRegion: readonly RegExp[] = [
  /^[^.]+\.portal\.(?<region>[a-z0-9-]+)\.app\.aws$/,
  /^[^.]+\.(?<region>[a-z0-9-]+)\.portal\.amazonaws\.(?:com|com\.cn|eu)$/,
  /^[^.]+\.portal\.(?<region>[a-z0-9-]+)\.app\.amazonwebservices\.com\.cn$/,
  /^[^.]+\.portal\.(?<region>[a-z0-9-]+)\.api\.amazonwebservices\.eu$/,
];
