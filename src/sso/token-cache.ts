import { chain } from '../aws-config/profiles.ts';
import type { Profile, ProfileSet } from '../aws-config/types.ts';
import { fingerprint } from '../fingerprint.ts';
import { fromIsoTime } from '../time.ts';
import type { World } from '../world.ts';

/**
 * `valid`: commands work. `refreshable`: the access token is over, and AWS's tools renew it by themselves. `expired` and
 * `none` need a person.
 */
export type SignInState = 'valid' | 'refreshable' | 'expired' | 'none';

export interface SignIn {
  /** The file of the token cache that tells. */
  readonly path: string;
  /** It belongs to an `sso_session`, not to a legacy profile. */
  readonly isSession: boolean;
  readonly state: SignInState;
  /** When a person has to sign in again, in milliseconds since 1970; null while a refresh token defers it, or unknown. */
  readonly endsAt: number | null;
  /** Stands for this token, so that what was learnt with it is forgotten when it changes; no secret can be read from it. */
  readonly fingerprint: string;
}

const noSignIn = { state: 'none', isSession: false, endsAt: null, fingerprint: '' } as const;

/**
 * The file in which the AWS CLI and the SDKs keep a sign-in: named after the session, or after the start URL of a
 * profile without one (AWS SDKs and tools reference guide, "IAM Identity Center credential provider").
 */
export function tokenPath(world: Pick<World, 'home' | 'digest'>, key: string): string | null {
  return world.home === null ? null : `${world.home}/.aws/sso/cache/${world.digest('sha1', key)}.json`;
}

/** The sign-in that a profile needs, from the token cache alone; null when the profile needs none. */
export function signInOf(world: World, profile: Profile): SignIn | null {
  const key = profile.ssoSession ?? profile.ssoStartUrl;
  if (profile.kind !== 'sso' || key === null) return null;
  const path = tokenPath(world, key);
  return path === null ? { ...noSignIn, path: '' } : readSignIn(world, path, profile.ssoSession !== null);
}

/** The sign-in in one file of the token cache. AWS's tools refresh only tokens of an `sso_session`. */
export function readSignIn(world: World, path: string, isSession: boolean): SignIn {
  const read = world.files.read(path);
  const token = read.kind === 'text' ? parseToken(read.text) : null;
  if (read.kind !== 'text' || token === null) return { ...noSignIn, path };
  const refreshable = isSession && canRefresh(token, world.now());
  const valid = token.expiresAt > world.now();
  return {
    path,
    isSession,
    state: valid ? 'valid' : refreshable ? 'refreshable' : 'expired',
    endsAt: refreshable ? null : token.expiresAt,
    fingerprint: fingerprint(read.text),
  };
}

/**
 * Reads the state of many profiles' sign-ins, each token once; for a role, the sign-in of the profile at the end of its
 * chain. Null where no sign-in is needed.
 */
export function signInReader(world: World, profiles: ProfileSet): (profile: Profile) => SignInState | null {
  const states = new Map<string, SignInState | null>();
  return ({ name }) => {
    const root = chain(profiles, name).profiles.at(-1);
    const key = root?.kind === 'sso' ? (root.ssoSession ?? root.ssoStartUrl) : null;
    if (root === undefined || key === null) return null;
    const state = states.get(key) ?? signInOf(world, root)?.state ?? null;
    states.set(key, state);
    return state;
  };
}

// --- internal ---

interface Token {
  readonly expiresAt: number;
  readonly refreshToken: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly registrationExpiresAt: string | undefined;
}

/** The fields that the AWS CLI writes; null when the file is not such a token. */
function parseToken(text: string): Token | null {
  const json = parseJson(text);
  if (typeof json !== 'object' || json === null) return null;
  const field = (name: string) => {
    const value: unknown = Reflect.get(json, name);
    return typeof value === 'string' ? value : undefined;
  };
  const expiresAt = fromIsoTime(field('expiresAt'));
  if (!field('accessToken') || Number.isNaN(expiresAt)) return null;
  return {
    expiresAt,
    refreshToken: field('refreshToken'),
    clientId: field('clientId'),
    clientSecret: field('clientSecret'),
    registrationExpiresAt: field('registrationExpiresAt'),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function canRefresh(token: Token, now: number): boolean {
  const { refreshToken, clientId, clientSecret, registrationExpiresAt } = token;
  if (!refreshToken || !clientId || !clientSecret) return false;
  return registrationExpiresAt === undefined || !(fromIsoTime(registrationExpiresAt) <= now);
}
