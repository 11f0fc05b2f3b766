import type { Profile, ProfileSet, Property } from '../aws-config/types.ts';
import { AwspError } from '../errors.ts';
import { fingerprint } from '../lib/fingerprint.ts';
import { readFields } from '../lib/json-fields.ts';
import { pythonString } from '../lib/python-json.ts';
import { fromIsoTime, toIsoTime } from '../lib/time.ts';
import { xdgDirectory } from '../lib/xdg-directory.ts';
import { asAccountId, asToken } from '../network/fields.ts';
import { roleCredentialsFolder, roleCredentialsPath } from '../sso/role-credentials.ts';
import { sessionOf } from '../sso/session.ts';
import type { Environment, World } from '../world.ts';
import type { Credentials, VerificationRequest } from './types.ts';

// The cache of role credentials of the AWS CLI, ~/.aws/cli/cache: one file for each role that is assumed (AWS CLI v1 and
// v2; botocore/credentials.py, `CachedCredentialFetcher`), and for each SSO role (v2). awsp reads and writes the same
// files, so that an MFA code serves both.

/** A place in that cache. */
export interface RoleCacheEntry {
  readonly path: string;
  /**
   * Changes with the endpoints and with the credentials that the role is assumed with. The name of the file tells neither,
   * so awsp notes it for the files that it writes itself; see `readRole`.
   */
  readonly origin: string;
}

/**
 * Where the cache has the credentials of the first of `links`; null for a profile whose credentials are not cached. `links`
 * is that profile and its source profiles; the request is for the same profile, or for one that they are the source of.
 */
export function roleCacheEntry(request: VerificationRequest, links: readonly Profile[]): RoleCacheEntry | null {
  const [link] = links;
  const path = link === undefined ? null : roleCachePath(request.world, request.profiles, link, request.env);
  return path === null ? null : { path, origin: originOf(request, links) };
}

/** The file of the cache with the role credentials of one profile, whether it exists or not; null where there is none. */
export function roleCachePath(world: World, profiles: ProfileSet, link: Profile, env: Environment): string | null {
  if (link.kind === 'sso') {
    const session = sessionOf(profiles, link);
    return session === null ? null : roleCredentialsPath(world, session, link);
  }
  const folder = roleCredentialsFolder(world);
  const key = roleKey(link, env);
  return folder === null || key === null ? null : `${folder}/${world.digest('sha1', key)}.json`;
}

/**
 * The credentials in a file of the cache, whoever wrote it. Null when there are none that can be used for 15 minutes, as
 * the AWS CLI requires (`DEFAULT_EXPIRY_WINDOW_SECONDS`), when the file is damaged, and when awsp wrote it for other
 * endpoints, or for another source of credentials than the profile has now.
 */
export function readRole(world: World, { path, origin }: RoleCacheEntry): Credentials | null {
  const read = world.files.read(path);
  const found = read.kind === 'text' ? parseRole(read.text) : null;
  if (found === null || found.expiresAt === null || found.expiresAt - world.now() < minTimeLeft) return null;
  const note = readNote(world, path);
  return note?.key === fingerprint(found.accessKeyId) && note.origin !== origin ? null : found;
}

/** What STS says of a role that was assumed, beside the credentials. */
export interface AssumedRole {
  readonly assumedRoleId: string;
  readonly arn: string;
  readonly requestId: string;
}

/**
 * Writes role credentials to the cache with the content that the AWS CLI writes (`role` is null for an SSO role). A cache
 * that cannot be written is no failure: then the credentials are requested again the next time.
 */
export function writeRole(
  world: World,
  { path, origin }: RoleCacheEntry,
  credentials: Credentials,
  role: AssumedRole | null,
): void {
  // The note first: without its note a file counts as one of the AWS CLI's.
  attempt(() => writeNote(world, path, { key: fingerprint(credentials.accessKeyId), origin }));
  attempt(() => world.files.writePrivate(path, roleText(credentials, role)));
}

/** Removes a file of the cache, if that can be done. */
export function forgetRole(world: World, path: string): void {
  attempt(() => world.files.remove(path));
}

/** A value of `duration_seconds` as Python's `int` reads it; null where the AWS CLI ignores it. */
export function durationSeconds(text: string | undefined): number | null {
  const written = text?.trim() ?? '';
  return /^[+-]?\d+(_\d+)*$/.test(written) ? Number(written.replaceAll('_', '')) : null;
}

// --- internal ---

/** botocore/credentials.py, `CachedCredentialFetcher.DEFAULT_EXPIRY_WINDOW_SECONDS`. */
const minTimeLeft = 15 * 60_000;

/**
 * The text whose SHA-1 names the file: the arguments of AssumeRole that the profile sets, as Python's `json.dumps` writes
 * them with `sort_keys` (botocore/credentials.py, `BaseAssumeRoleCredentialFetcher._create_cache_key`).
 */
function roleKey({ kind, properties }: Profile, env: Environment): string | null {
  const value = (key: string) => properties.get(key)?.value;
  const arn = value('role_arn');
  if (!arn || (kind !== 'assume-role' && kind !== 'web-identity')) return null;
  const isOfEnvironment = webIdentityVariables.some((name) => env[name] !== undefined);
  // These variables beat the profile in the AWS CLI, and awsp does not use them.
  if (kind === 'web-identity' && isOfEnvironment) return null;
  const text = (name: string) => {
    const given = value(name);
    return given === undefined ? undefined : pythonString(given);
  };
  const session = value('role_session_name') ? text('role_session_name') : undefined;
  const duration = durationSeconds(properties.get('duration_seconds')?.value);
  const ofAssumeRole = {
    DurationSeconds: duration === null ? undefined : String(duration),
    ExternalId: text('external_id'),
    RoleArn: pythonString(arn),
    RoleSessionName: session,
    SerialNumber: text('mfa_serial'),
  };
  const args = kind === 'assume-role' ? ofAssumeRole : { RoleArn: pythonString(arn), RoleSessionName: session };
  const given = Object.entries(args).filter(([, written]) => written !== undefined);
  return `{${given.map(([name, written]) => `"${name}": ${written}`).join(', ')}}`;
}

const webIdentityVariables = ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN', 'AWS_ROLE_SESSION_NAME'];

/** What the credentials of a role depend on, beside the name of its file: the endpoints, and the sources of the role. */
function originOf({ profiles, profile, env }: VerificationRequest, links: readonly Profile[]): string {
  const variables = Object.entries(env)
    .filter(([name]) => endpointVariables.test(name))
    .sort();
  const services = profiles.services(profile.properties.get('services')?.value ?? '')?.properties;
  const endpoints = [...profile.properties, ...(services ?? [])].filter(([key]) => key.endsWith('endpoint_url'));
  const sources = links.map(({ kind, properties, ssoStartUrl, ssoRegion }) => [
    kind,
    kind === 'sso' ? [ssoStartUrl, ssoRegion] : [],
    values([...properties].filter(([key]) => identityProperties.test(key))),
  ]);
  return fingerprint(JSON.stringify([variables, values(endpoints), sources]));
}

function values(properties: readonly (readonly [string, Property])[]): readonly (readonly string[])[] {
  return properties.map(([key, { value }]) => [key, value]).sort();
}

const endpointVariables = /^AWS_(ENDPOINT_URL(_STS|_SSO|_SIGNIN)?|IGNORE_CONFIGURED_ENDPOINT_URLS)$/;

/** The properties that decide whose credentials a role is assumed with. */
const identityProperties =
  /^(role_arn|external_id|mfa_serial|credential_source|aws_access_key_id|sso_(account_id|role_name)|credential_process|web_identity_token_file|login_session)$/;

function parseRole(text: string): Credentials | null {
  const field = readFields(text, 'Credentials');
  const [accessKeyId, secretAccessKey] = [asToken(field('AccessKeyId')), asToken(field('SecretAccessKey'))];
  const [sessionToken, expiresAt] = [asToken(field('SessionToken')), fromIsoTime(field('Expiration'))];
  if (accessKeyId === null || secretAccessKey === null || sessionToken === null || Number.isNaN(expiresAt)) return null;
  return { accessKeyId, secretAccessKey, sessionToken, expiresAt, accountId: asAccountId(field('AccountId')) };
}

/** The order and the separators are those of the AWS CLI. */
function roleText(credentials: Credentials, role: AssumedRole | null): string {
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt, accountId } = credentials;
  const keys = pythonObject([
    ['AccessKeyId', accessKeyId],
    ['SecretAccessKey', secretAccessKey],
    ['SessionToken', sessionToken],
    ['Expiration', toIsoTime(expiresAt)],
    ['AccountId', accountId],
  ]);
  if (role === null) return `{"ProviderType": "sso", "Credentials": ${keys}}`;
  const user = pythonObject([
    ['AssumedRoleId', role.assumedRoleId],
    ['Arn', role.arn],
  ]);
  const response = `{"RequestId": ${pythonString(role.requestId)}, "HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0}`;
  return `{"Credentials": ${keys}, "AssumedRoleUser": ${user}, "ResponseMetadata": ${response}}`;
}

function pythonObject(fields: readonly (readonly [string, string | null])[]): string {
  const given = fields.flatMap(([name, value]) => (value === null ? [] : [`"${name}": ${pythonString(value)}`]));
  return `{${given.join(', ')}}`;
}

/** What awsp keeps in its own cache about a file that it wrote there: no secret. */
interface Note {
  /** Of the access key in the file: another one is of the AWS CLI. */
  readonly key: string;
  readonly origin: string;
}

function notePath(world: World, path: string): string | null {
  const folder = xdgDirectory(world, 'cache');
  return folder === null ? null : `${folder}/roles/${path.slice(path.lastIndexOf('/') + 1)}`;
}

function readNote(world: World, path: string): Note | null {
  const place = notePath(world, path);
  const read = place === null ? null : world.files.read(place);
  if (read?.kind !== 'text') return null;
  const field = readFields(read.text);
  const [key, origin] = [field('key'), field('origin')];
  return key === undefined || origin === undefined ? null : { key, origin };
}

function writeNote(world: World, path: string, note: Note): void {
  const place = notePath(world, path);
  if (place !== null) world.files.writePrivate(place, JSON.stringify(note));
}

function attempt(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!(error instanceof AwspError)) throw error;
  }
}
