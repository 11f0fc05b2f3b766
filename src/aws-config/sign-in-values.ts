import { isRegionName } from '../lib/region-name.ts';

/** The properties that say where a person signs in: of an `[sso-session]`, or of a profile without one. */
export const signInKeys = ['sso_start_url', 'sso_region'] as const;
export type SignInKey = (typeof signInKeys)[number];

/** The URL of nearly every portal. Node takes half a millisecond to parse its first URL. */
const usualPortal = /^https:\/\/[a-z0-9]+(?:-[a-z0-9]+)*\.awsapps\.com\/start[/#]*$/;

/** The URL of a portal, by https, however it is written: also without its scheme. Null for a text that is no such URL. */
export function portalUrl(written: string): URL | null {
  const hasScheme = /^https?:\/\//i.test(written);
  const address = hasScheme ? written.replace(/^http:/i, 'https:') : `https://${written}`;
  if (/\s/.test(written) || !URL.canParse(address)) return null;
  const url = new URL(address);
  // A word alone would be a host as well.
  return hasScheme || url.hostname.includes('.') ? url : null;
}

/** Whether a text can be the value of such a property: the URL of a portal, or the name of a region. */
export function isSignInValue(key: SignInKey, text: string): boolean {
  return key === 'sso_region' ? isRegionName(text) : usualPortal.test(text) || portalUrl(text) !== null;
}

/** The value of such a property where it is one; null where it is missing, blank or something else. */
export function signInValue(key: SignInKey, text: string | null | undefined): string | null {
  return text && isSignInValue(key, text) ? text : null;
}
