import { chain } from '../aws-config/profiles.ts';
import type { Profile, ProfileSet } from '../aws-config/types.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { fingerprint } from '../lib/fingerprint.ts';
import { readFields } from '../lib/json-fields.ts';
import { fromIsoTime, toIsoTime } from '../lib/time.ts';
import type { World } from '../world.ts';
import type { IssuedToken, Registration } from './oidc.ts';
import type { SsoSession } from './session.ts';
import { normalizeStartUrl } from './start-url.ts';

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

/** A sign-in as AWS's tools keep it in a file. */
export interface Token {
  readonly startUrl: string;
  readonly region: string;
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** The client that got the token, without which it cannot be refreshed. */
  readonly clientId: string;
  readonly clientSecret: string;
  readonly registrationExpiresAt: number;
  readonly refreshToken: string | null;
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

/** The state of a sign-in, from the token cache alone. */
export function stateOf(world: World, session: SsoSession): SignIn {
  return readSignIn(world, tokenPath(world, session.key) ?? '', session.name !== null);
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

/** The token of a sign-in; null where there is none. */
export function readToken(world: World, key: string): Token | null {
  const path = tokenPath(world, key);
  const read = path === null ? null : world.files.read(path);
  return read?.kind === 'text' ? parseToken(read.text) : null;
}

/** Whether a token can be renewed without asking anybody, as far as the cache tells. */
export function canRefresh(
  { refreshToken, clientId, clientSecret, registrationExpiresAt }: Token,
  now: number,
): boolean {
  return Boolean(refreshToken && clientId && clientSecret) && registrationExpiresAt > now;
}

/** Whether a token came from this session's portal and region: a session may have been pointed elsewhere since. */
export function isTokenOf({ startUrl, region }: Token, session: SsoSession): boolean {
  // What a file does not tell is no contradiction.
  const isSamePortal = startUrl === '' || normalizeStartUrl(startUrl) === normalizeStartUrl(session.startUrl);
  return isSamePortal && (region === '' || region === session.region);
}

/**
 * Throws an `AwspError` where a sign-in could not be kept, so that nobody is asked for one in vain: no home, a read-only
 * folder, a full disk.
 */
export function checkPlace(world: World, key: string): void {
  const probe = `${pathFor(world, key)}.new`;
  world.files.writePrivate(probe, ' '.repeat(tokenBytes));
  world.files.remove(probe);
}

/**
 * Keeps what AWS gave under the names and in the place where the AWS CLI and the SDKs look for it. Throws an `AwspError`
 * where the disk would not have it.
 */
export function keepToken(world: World, session: SsoSession, registration: Registration, issued: IssuedToken): void {
  const fields = {
    startUrl: session.startUrl,
    region: session.region,
    accessToken: issued.accessToken,
    expiresAt: toIsoTime(world.now() + issued.expiresIn * 1_000),
    clientId: registration.clientId,
    clientSecret: registration.clientSecret,
    ...(Number.isFinite(registration.expiresAt) ? { registrationExpiresAt: toIsoTime(registration.expiresAt) } : {}),
    ...(issued.refreshToken === null ? {} : { refreshToken: issued.refreshToken }),
  };
  world.files.writePrivate(pathFor(world, session.key), `${JSON.stringify(fields, null, 2)}\n`);
}

/** Removes a token; answers whether there was one. */
export function forgetToken(world: World, key: string): boolean {
  const path = tokenPath(world, key);
  if (path === null || world.files.read(path).kind === 'missing') return false;
  world.files.remove(path);
  return true;
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

/** More than a token takes. */
const tokenBytes = 8 * 1024;

function pathFor(world: World, key: string): string {
  const path = tokenPath(world, key);
  if (path === null) throw new AwspError(exitCodes.failed, 'HOME is not set, so there is no place to keep a sign-in');
  return path;
}

/** The fields that the AWS CLI writes; null when the file is not such a token. */
function parseToken(text: string): Token | null {
  const field = readFields(text);
  const [accessToken, expiresAt] = [field('accessToken'), fromIsoTime(field('expiresAt'))];
  if (!accessToken || Number.isNaN(expiresAt)) return null;
  const registrationExpiresAt = fromIsoTime(field('registrationExpiresAt'));
  return {
    startUrl: field('startUrl') ?? '',
    region: field('region') ?? '',
    accessToken,
    expiresAt,
    refreshToken: field('refreshToken') ?? null,
    clientId: field('clientId') ?? '',
    clientSecret: field('clientSecret') ?? '',
    // Old files do not tell: AWS's tools try such a registration.
    registrationExpiresAt: Number.isNaN(registrationExpiresAt) ? Number.POSITIVE_INFINITY : registrationExpiresAt,
  };
}
