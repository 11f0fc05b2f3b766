import { hasExpiredKeys } from '../aws-config/fault.ts';
import { chainEnds } from '../aws-config/profiles.ts';
import type { Profile, ProfileSet } from '../aws-config/types.ts';
import { fingerprint } from '../lib/fingerprint.ts';
import type { World } from '../world.ts';
import { type AwsLogin, loginTokenPath, parseLoginToken } from './aws-login.ts';
import type { SsoSession } from './session.ts';
import { canRefresh, parseToken, tokenPath } from './token-cache.ts';

/**
 * `valid`: the access token can be used. `refreshable`: the access token has expired, and AWS's tools renew it with the
 * refresh token. `expired` and `none`: a person has to sign in.
 */
export type SignInState = 'valid' | 'refreshable' | 'expired' | 'none';

/** A sign-in as the token cache has it. */
export interface SignIn {
  /** Its file in the token cache. */
  readonly path: string;
  /** Whether it belongs to an `sso_session` and not to a legacy profile. */
  readonly isSession: boolean;
  readonly state: SignInState;
  /** When a person has to sign in again, in milliseconds since 1970; null when unknown, as it is with a refresh token. */
  readonly endsAt: number | null;
  /** Changes when the token changes, so that what was cached for the token can be dropped; no secret can be read from it. */
  readonly fingerprint: string;
}

/** The sign-in that a profile uses, to IAM Identity Center or by `aws login`; null when it needs none. */
export function signInOf(world: World, profile: Profile): SignIn | null {
  if (profile.kind === 'login') return signInOfAws(world, { path: loginTokenPath(world, profile) });
  const key = profile.ssoSession ?? profile.ssoStartUrl;
  if (profile.kind !== 'sso' || key === null) return null;
  const path = tokenPath(world, key);
  return path === null ? { ...noSignIn, path: '' } : readSignIn(world, path, profile.ssoSession !== null);
}

/** The sign-in of a session. */
export function signInOfSession(world: World, session: SsoSession): SignIn {
  return readSignIn(world, tokenPath(world, session.key) ?? '', session.name !== null);
}

/** The sign-in by `aws login`. */
export function signInOfAws(world: World, { path }: Pick<AwsLogin, 'path'>): SignIn {
  if (path === null) return { ...noSignIn, path: '' };
  const read = world.files.read(path);
  const token = read.kind === 'text' ? parseLoginToken(read.text) : null;
  if (read.kind !== 'text' || token === null) return { ...noSignIn, path };
  return foundSignIn(world, { path, isSession: true, ...token }, read.text);
}

/** The sign-in in one file of the token cache. AWS's tools refresh only the tokens of an `sso_session`. */
export function readSignIn(world: World, path: string, isSession: boolean): SignIn {
  const read = world.files.read(path);
  const token = read.kind === 'text' ? parseToken(read.text) : null;
  if (read.kind !== 'text' || token === null) return { ...noSignIn, path };
  const isRefreshable = isSession && canRefresh(token, world.now());
  return foundSignIn(world, { path, isSession, expiresAt: token.expiresAt, canRefresh: isRefreshable }, read.text);
}

/**
 * Returns a function that tells the state of a profile's sign-in and reads each token once; for an assumed role, that of
 * the profile at the end of its `source_profile` chain. Access keys that have expired are `expired` as well. Null when no
 * sign-in is needed, and when nobody can sign in because the portal or its region is missing.
 */
export function signInReader(world: World, profiles: ProfileSet): (profile: Profile) => SignInState | null {
  const states = new Map<string, SignInState | null>();
  const endOf = chainEnds(profiles);
  return ({ name }) => {
    const root = endOf(name);
    if (root === null) return null;
    if (root.kind === 'static') return hasExpiredKeys(root, { env: world.env, now: world.now() }) ? 'expired' : null;
    const key = signInKey(root);
    if (key === null) return null;
    const state = states.get(key) ?? signInOf(world, root)?.state ?? null;
    states.set(key, state);
    return state;
  };
}

// --- internal ---

interface Token extends Pick<SignIn, 'path' | 'isSession'> {
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly canRefresh: boolean;
}

function foundSignIn(world: World, { path, isSession, expiresAt, canRefresh }: Token, text: string): SignIn {
  const isValid = expiresAt > world.now();
  return {
    path,
    isSession,
    state: isValid ? 'valid' : canRefresh ? 'refreshable' : 'expired',
    endsAt: canRefresh ? null : expiresAt,
    fingerprint: fingerprint(text),
  };
}

/** What tells the sign-ins of profiles apart; null for a profile that none can be made for. */
function signInKey({ kind, ssoSession, ssoStartUrl, ssoRegion, properties }: Profile): string | null {
  if (kind === 'login') return properties.get('login_session')?.value || null;
  return kind === 'sso' && ssoStartUrl !== null && ssoRegion !== null ? (ssoSession ?? ssoStartUrl) : null;
}

const noSignIn = { state: 'none', isSession: false, endsAt: null, fingerprint: '' } as const;
