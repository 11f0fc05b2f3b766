import { signInKeys, signInValue } from '../aws-config/sign-in-values.ts';
import type { Profile, ProfileSet, Section } from '../aws-config/types.ts';
import { normalizeStartUrl, portalAddress } from './start-url.ts';

/** One sign-in to IAM Identity Center: an `[sso-session]`, or the start URL that legacy profiles share. */
export interface SsoSession {
  /** The name or the start URL, whose SHA-1 names the file in the token cache. */
  readonly key: string;
  /** Null for legacy profiles. */
  readonly name: string | null;
  readonly startUrl: string;
  readonly region: string;
  /** `sso_registration_scopes`; the default scope when there are none. */
  readonly scopes: readonly string[];
  /** The scopes as they are written, null for none; not given where they are those of `scopes`. */
  readonly writtenScopes?: readonly string[] | null;
  /** The `ca_bundle` of the profile that is signed in for: the file with the certificates to trust. */
  readonly caBundle?: string;
}

/** The scope that the AWS CLI requests when a session names none: access to the user's accounts and roles. */
export const defaultScope = 'sso:account:access';

/** The session that a profile signs in with; null when it uses none, or when the start URL or the region is missing or none. */
export function sessionOf(profiles: ProfileSet, profile: Profile): SsoSession | null {
  const { ssoSession: name, ssoStartUrl: startUrl, ssoRegion: region } = profile;
  if (profile.kind !== 'sso' || startUrl === null || region === null) return null;
  const caBundle = profile.properties.get('ca_bundle')?.value;
  return {
    key: name ?? startUrl,
    name,
    startUrl,
    region,
    ...scopesOf(name === null ? null : profiles.ssoSession(name)),
    ...(caBundle === undefined ? {} : { caBundle }),
  };
}

/** The session of `[sso-session name]`, whether a profile uses it or not; null when it is missing, incomplete or wrong. */
export function sessionNamed(profiles: ProfileSet, name: string): SsoSession | null {
  const section = profiles.ssoSession(name);
  const [startUrl, region] = signInKeys.map((key) => signInValue(key, section?.properties.get(key)?.value));
  return startUrl && region ? { key: name, name, startUrl, region, ...scopesOf(section) } : null;
}

/**
 * All sessions, each once, with the names of the profiles that use it: first those with profiles, in file order, then the
 * complete `[sso-session]` sections that no profile uses.
 */
export function allSessions(profiles: ProfileSet): readonly { session: SsoSession; users: readonly string[] }[] {
  const found = new Map<string, { session: SsoSession; users: string[] }>();
  for (const profile of profiles.all()) {
    const session = sessionOf(profiles, profile);
    if (session === null) continue;
    const known = found.get(session.key);
    if (known === undefined) found.set(session.key, { session, users: [profile.name] });
    else known.users.push(profile.name);
  }
  const unused = profiles.sessionNames.filter((name) => !found.has(name));
  for (const name of unused) {
    const session = sessionNamed(profiles, name);
    if (session !== null) found.set(name, { session, users: [] });
  }
  return [...found.values()];
}

/**
 * The sessions without a name that have another start URL and lead to the same portal: `…/start`, `…/start/`,
 * `…/start#/`. AWS's tools keep a sign-in for each, because the text of the start URL names the file of the token.
 */
export function portalsWrittenDifferently(profiles: ProfileSet): readonly (readonly SsoSession[])[] {
  const groups = new Map<string, SsoSession[]>();
  for (const { session } of allSessions(profiles)) {
    if (session.name !== null) continue;
    const portal = `${session.region} ${normalizeStartUrl(session.startUrl) ?? session.startUrl}`;
    groups.set(portal, [...(groups.get(portal) ?? []), session]);
  }
  return [...groups.values()].filter((sessions) => sessions.length > 1);
}

/**
 * Returns a function for the portal of a session as tables show it: in short form, or, where another session has the
 * same portal and is told apart by nothing else, the start URL as it is written.
 */
export function portalNames(profiles: ProfileSet): (session: SsoSession) => string {
  const alike = new Set(portalsWrittenDifferently(profiles).flatMap((sessions) => sessions.map(({ key }) => key)));
  return ({ key, startUrl }) => (alike.has(key) ? startUrl : portalAddress(startUrl));
}

// --- internal ---

function scopesOf(section: Section | null): Pick<SsoSession, 'scopes' | 'writtenScopes'> {
  const text = section?.properties.get('sso_registration_scopes')?.value;
  if (text === undefined) return { scopes: [defaultScope], writtenScopes: null };
  const scopes = text
    .split(',')
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '');
  return scopes.length > 0 ? { scopes } : { scopes: [defaultScope], writtenScopes: [] };
}
