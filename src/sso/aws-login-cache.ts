import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { asObject, readObject } from '../lib/json-fields.ts';
import { fromIsoTime, toIsoTime } from '../lib/time.ts';
import { asAccountId, asRegion, asToken } from '../network/fields.ts';
import type { World } from '../world.ts';
import { type AwsLogin, loginCacheFolder } from './aws-login.ts';

/** The keys of a sign-in by `aws login`, as its cache has them. */
interface AwsLoginKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** A file of the cache of `aws login` (awscli, customizations/login/utils.py). */
export interface AwsLoginToken extends AwsLoginKeys {
  readonly clientId: string;
  readonly refreshToken: string;
  /** PEM; see `isDpopKey`. */
  readonly dpopKey: string;
  /** Where the person signed in; null in a file of the AWS CLI, which does not keep it. */
  readonly signInRegion: string | null;
  /** All fields of the file: those that awsp does not know are kept when it is written again. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The cached sign-in; null when there is none, or when the file has not all that the AWS CLI requires. */
export function readAwsLogin(world: World, { path }: AwsLogin): AwsLoginToken | null {
  const read = path === null ? null : world.files.read(path);
  return read?.kind === 'text' ? parseAwsLogin(read.text) : null;
}

/** The keys that AWS has issued, with what else the response of CreateOAuth2Token has. */
export interface IssuedLogin {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly refreshToken: string;
  readonly tokenType: string;
  /** A JWT; null when a sign-in was renewed. */
  readonly idToken: string | null;
}

/** Who has signed in: the client, its key, where, and as whom. */
export interface SignedIn {
  readonly clientId: string;
  readonly dpopKey: string;
  readonly region: string;
  readonly accountId: string;
}

/** Saves a new sign-in where the AWS CLI and the SDKs read it. Throws an `AwspError` when the file cannot be written. */
export function saveAwsLogin(world: World, login: Pick<AwsLogin, 'path'>, issued: IssuedLogin, who: SignedIn): void {
  const fields = {
    accessToken: keysOf(world, issued, who.accountId),
    tokenType: issued.tokenType,
    clientId: who.clientId,
    refreshToken: issued.refreshToken,
    idToken: issued.idToken,
    dpopKey: who.dpopKey,
    signInRegion: who.region,
  };
  world.files.writePrivate(pathOf(login), textOf(fields));
}

/**
 * Saves the renewed keys of a sign-in, unless another program has replaced `renewed` in the meantime by one that lasts
 * longer. Rejects with an `AwspError` when the file cannot be written.
 */
export async function saveRenewedLogin(
  world: World,
  login: AwsLogin,
  renewed: AwsLoginToken,
  issued: IssuedLogin,
  region: string,
): Promise<void> {
  const keys = keysOf(world, issued, renewed.accountId);
  const path = pathOf(login);
  // The SDK for JavaScript writes it with the mode of any file, and a file keeps its mode.
  if ((world.files.mode(path) ?? 0o600) !== 0o600) world.files.setMode(path, 0o600);
  await world.files.update(path, (text) => {
    const current = text === null ? null : parseAwsLogin(text);
    const isReplaced = current !== null && current.refreshToken !== renewed.refreshToken;
    if (isReplaced && current.expiresAt >= fromIsoTime(keys.expiresAt ?? '')) return text ?? '';
    return textOf({ ...renewed.fields, accessToken: keys, refreshToken: issued.refreshToken, signInRegion: region });
  });
}

/** Throws an `AwspError` when a sign-in could not be saved, so that it is known before the person signs in. */
export function checkLoginWritable(world: World, login: Pick<AwsLogin, 'path'>): void {
  const probe = `${pathOf(login)}.new`;
  world.files.writePrivate(probe, ' '.repeat(maxFileBytes));
  world.files.remove(probe);
}

/**
 * The files of the cache with a sign-in in them, also those that no profile uses: as `aws logout --all` decides it
 * (awscli/customizations/login/logout.py, `LoginTokenSweeper`). Files of the cache that cannot be read are included.
 */
export function awsLoginFiles(world: World): readonly string[] {
  const folder = loginCacheFolder(world.env, world.home);
  if (folder === null) return [];
  return world.files.list(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (!name.endsWith('.json')) return [];
    const read = world.files.read(path);
    const isOfCache = read.kind === 'unreadable' && /^[0-9a-f]{64}\.json$/.test(name);
    return isOfCache || (read.kind === 'text' && hasKeys(read.text)) ? [path] : [];
  });
}

/** The temporary files in that cache that a killed awsp has left, which may have keys in them. */
export async function leftoverLoginFiles(world: World): Promise<readonly string[]> {
  const folder = loginCacheFolder(world.env, world.home);
  return folder === null ? [] : world.files.leftovers(folder, world.files.list(folder));
}

// --- internal ---

/** More than any such file takes: its tokens have at most 2048 and 4096 characters (botocore/data/signin). */
const maxFileBytes = 16 * 1024;

function parseAwsLogin(text: string): AwsLoginToken | null {
  const fields = readObject(text);
  const access = fields === null ? null : asObject(fields.accessToken);
  if (fields === null || access === null) return null;
  const [accessKeyId, secretAccessKey] = [asToken(access.accessKeyId), asToken(access.secretAccessKey)];
  const [sessionToken, accountId] = [asToken(access.sessionToken), asAccountId(access.accountId)];
  const [clientId, refreshToken] = [asToken(fields.clientId), asToken(fields.refreshToken)];
  const expiresAt = typeof access.expiresAt === 'string' ? fromIsoTime(access.expiresAt) : Number.NaN;
  const { dpopKey } = fields;
  if (accessKeyId === null || secretAccessKey === null || sessionToken === null || accountId === null) return null;
  if (clientId === null || refreshToken === null || typeof dpopKey !== 'string' || Number.isNaN(expiresAt)) return null;
  const signInRegion = asRegion(fields.signInRegion);
  return {
    ...{ accessKeyId, secretAccessKey, sessionToken, accountId, expiresAt },
    ...{ clientId, refreshToken, dpopKey, signInRegion, fields },
  };
}

function hasKeys(text: string): boolean {
  const access = asObject(readObject(text)?.accessToken);
  return access !== null && 'accessKeyId' in access;
}

function keysOf(world: World, issued: IssuedLogin, accountId: string) {
  const { accessKeyId, secretAccessKey, sessionToken, expiresIn } = issued;
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    accountId,
    expiresAt: toIsoTime(world.now() + expiresIn * 1_000),
  };
}

function textOf(fields: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(fields, null, 2)}\n`;
}

function pathOf({ path }: Pick<AwsLogin, 'path'>): string {
  if (path === null) throw new AwspError(exitCodes.failed, 'HOME is not set, so there is no place to keep a sign-in');
  return path;
}
