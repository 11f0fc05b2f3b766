import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { readFields, readObject } from '../lib/json-fields.ts';
import { fromIsoTime, toIsoTime } from '../lib/time.ts';
import { asToken } from '../network/fields.ts';
import type { World } from '../world.ts';
import type { IssuedToken, Registration } from './oidc.ts';
import type { SsoSession } from './session.ts';
import { normalizeStartUrl } from './start-url.ts';

/** A token file of the AWS CLI and the SDKs: the access token, and what is needed to refresh it. */
export interface Token {
  readonly startUrl: string;
  readonly region: string;
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** The client registration that the token was issued to; a token can only be refreshed with it. */
  readonly clientId: string;
  readonly clientSecret: string;
  readonly registrationExpiresAt: number;
  readonly refreshToken: string | null;
}

/**
 * The file in which the AWS CLI and the SDKs cache a token, named after the session, or after the start URL of a profile
 * without one (AWS SDKs and tools reference guide, "IAM Identity Center credential provider"). Null without HOME.
 */
export function tokenPath(world: Pick<World, 'home' | 'digest'>, key: string): string | null {
  const folder = tokenFolder(world);
  return folder === null ? null : `${folder}/${world.digest('sha1', key)}.json`;
}

/** The cached token of a sign-in; null when there is none. */
export function readToken(world: World, key: string): Token | null {
  const path = tokenPath(world, key);
  const read = path === null ? null : world.files.read(path);
  return read?.kind === 'text' ? parseToken(read.text) : null;
}

/** The fields that the AWS CLI writes (awscli/botocore/tokens.py); null when the text is not such a token. */
export function parseToken(text: string): Token | null {
  const field = readFields(text);
  const [accessToken, expiresAt] = [asToken(field('accessToken')), fromIsoTime(field('expiresAt'))];
  if (accessToken === null || Number.isNaN(expiresAt)) return null;
  const registrationExpiresAt = fromIsoTime(field('registrationExpiresAt'));
  return {
    startUrl: field('startUrl') ?? '',
    region: field('region') ?? '',
    accessToken,
    expiresAt,
    refreshToken: asToken(field('refreshToken')),
    clientId: asToken(field('clientId')) ?? '',
    clientSecret: asToken(field('clientSecret')) ?? '',
    // Files of older versions have no such field: AWS's tools try the registration.
    registrationExpiresAt: Number.isNaN(registrationExpiresAt) ? Number.POSITIVE_INFINITY : registrationExpiresAt,
  };
}

/** Whether a token can be refreshed without a person, as far as its file tells. */
export function canRefresh(
  { refreshToken, clientId, clientSecret, registrationExpiresAt }: Token,
  now: number,
): boolean {
  return Boolean(refreshToken && clientId && clientSecret) && registrationExpiresAt > now;
}

/** Whether a token was issued by this session's portal and region; the session may have been changed since. */
export function isTokenOf({ startUrl, region }: Token, session: SsoSession): boolean {
  // A field that the file does not have counts as equal.
  const isSamePortal = startUrl === '' || normalizeStartUrl(startUrl) === normalizeStartUrl(session.startUrl);
  return isSamePortal && (region === '' || region === session.region);
}

/**
 * Throws an `AwspError` when a token could not be saved (no HOME, a read-only folder, a full disk), so that it is known
 * before the person signs in.
 */
export function checkWritable(world: World, key: string): void {
  const probe = `${pathFor(world, key)}.new`;
  world.files.writePrivate(probe, ' '.repeat(maxTokenBytes));
  world.files.remove(probe);
}

/** Saves a token where the AWS CLI and the SDKs read it. Throws an `AwspError` when the file cannot be written. */
export function writeToken(world: World, session: SsoSession, registration: Registration, issued: IssuedToken): void {
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

/** A sign-in as its file has it, complete or not. */
export interface EndableSignIn {
  readonly accessToken: string;
  readonly region: string;
  readonly startUrl: string;
  /** The whole token; null when the file has not all of it. */
  readonly token: Token | null;
}

/** A file of the token cache with a sign-in in it. */
export interface SignInFile {
  readonly path: string;
  /** What is needed to end the sign-in at AWS; null when the file cannot be read, or is damaged. */
  readonly signIn: EndableSignIn | null;
  /** Why the file cannot be read, in plain words; null when it can. */
  readonly unreadable: string | null;
}

/** The file of one sign-in; null when there is none. */
export function signInFile(world: World, key: string): SignInFile | null {
  const path = tokenPath(world, key);
  const read = path === null ? null : world.files.read(path);
  if (path === null || read === null || read.kind === 'missing') return null;
  return read.kind === 'text'
    ? { path, signIn: readSignInFields(read.text), unreadable: null }
    : { path, signIn: null, unreadable: read.reason };
}

/**
 * All files of the token cache with a sign-in in them, also those that no profile uses any more. As `aws sso logout`
 * decides it, that is every JSON file with an `accessToken` (awscli/customizations/sso/logout.py). Files of the cache
 * that cannot be read are included, because they may be sign-ins.
 */
export function signInFiles(world: World): readonly SignInFile[] {
  const folder = tokenFolder(world);
  if (folder === null) return [];
  return world.files.list(folder).flatMap((name): readonly SignInFile[] => {
    const path = `${folder}/${name}`;
    const read = world.files.read(path);
    if (read.kind === 'text') {
      return hasAccessToken(read.text) ? [{ path, signIn: readSignInFields(read.text), unreadable: null }] : [];
    }
    const isOfCache = read.kind === 'unreadable' && /^[0-9a-f]{40}\.json$/.test(name);
    return isOfCache ? [{ path, signIn: null, unreadable: read.reason }] : [];
  });
}

/**
 * The temporary files in the token cache that a killed awsp has left, which may have tokens in them. Those of earlier
 * versions of awsp have no process in their names, but the time, in base 36.
 */
export async function leftoverTokenFiles(world: World): Promise<readonly string[]> {
  const folder = tokenFolder(world);
  if (folder === null) return [];
  const names = world.files.list(folder);
  const older = names.flatMap((name) => {
    const written = /^[0-9a-f]{40}\.json(?:\.new)?\.([0-9a-z]{8})[0-9a-z]{1,6}$/.exec(name)?.[1];
    const isOld = written !== undefined && world.now() - Number.parseInt(written, 36) > maxTemporaryAgeMs;
    return isOld ? [`${folder}/${name}`] : [];
  });
  return [...(await world.files.leftovers(folder, names)), ...older];
}

/** Removes those files; one that cannot be removed is left. */
export async function removeLeftoverTokenFiles(world: World): Promise<void> {
  for (const path of await leftoverTokenFiles(world)) {
    try {
      world.files.remove(path);
    } catch (error) {
      if (!(error instanceof AwspError)) throw error;
    }
  }
}

// --- internal ---

/** The folder of the token cache; null without HOME. No variable moves it. */
function tokenFolder({ home }: Pick<World, 'home'>): string | null {
  return home === null ? null : `${home}/.aws/sso/cache`;
}

/** More than any token file takes. */
const maxTokenBytes = 8 * 1024;

/** Writing a token takes milliseconds. */
const maxTemporaryAgeMs = 60_000;

function readSignInFields(text: string): SignInFile['signIn'] {
  const field = readFields(text);
  const accessToken = field('accessToken');
  if (!accessToken) return null;
  return { accessToken, region: field('region') ?? '', startUrl: field('startUrl') ?? '', token: parseToken(text) };
}

function hasAccessToken(text: string): boolean {
  return 'accessToken' in (readObject(text) ?? {});
}

function pathFor(world: World, key: string): string {
  const path = tokenPath(world, key);
  if (path === null) throw new AwspError(exitCodes.failed, 'HOME is not set, so there is no place to keep a sign-in');
  return path;
}
