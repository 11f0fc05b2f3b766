import { keysExpiry } from '../aws-config/fault.ts';
import { configPaths } from '../aws-config/paths.ts';
import type { Profile } from '../aws-config/types.ts';
import { AwspError, SignInNeeded } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { PausableTimeout, withTimeout } from '../lib/timeout.ts';
import { certificatesFor } from '../network/certificates.ts';
import { errorCode, type Transport } from '../network/errors.ts';
import { asAccountId } from '../network/fields.ts';
import { timeouts } from '../network/timeouts.ts';
import type { Settings } from '../settings/types.ts';
import { awsLoginNeeded } from '../sso/aws-login.ts';
import { sessionOf } from '../sso/session.ts';
import { signInOf } from '../sso/sign-in-state.ts';
import { canRefresh, readToken } from '../sso/token-cache.ts';
import { noticeAfterAWhile } from '../terminal/notice.ts';
import type { Environment, World } from '../world.ts';
import { AwsClient } from './aws-client.ts';
import { isClockError, toAwsFailure } from './errors.ts';
import { usableLinks } from './links.ts';
import {
  type AssumedRole,
  durationSeconds,
  forgetRole,
  type RoleCacheEntry,
  readRole,
  roleCacheEntry,
  writeRole,
} from './role-cache.ts';
import { regionOf, sdkConfig, sdkName } from './sdk-config.ts';
import type { IssuedRole } from './sts.ts';
import type { Credentials, Unverified, VerificationRequest } from './types.ts';

export type { Credentials } from './types.ts';

/**
 * The credentials of a profile of any kind: from the AWS CLI's cache of roles where it has them for 15 minutes yet, else
 * from AWS, after renewing the sign-in where that needs no person. A person is asked for an MFA code. STS is not asked whose
 * they are: `verify` does that. Throws `SignInNeeded` when a person has to sign in, an `AwspError` when AWS refuses or
 * cannot be reached.
 */
export async function credentialsOf(request: VerificationRequest): Promise<Credentials> {
  const links = usableLinks(request);
  const found = await withCredentials(request, links, {
    use: async (_, credentials) => credentials,
    isPromised: () => true,
  });
  if (!('kind' in found)) return found;
  throw new AwspError(exitCodes.failed, `no credentials for "${request.profile.name}": ${found.reason}`);
}

/** What is done with credentials. */
export interface CredentialsUse<T> {
  /** Is called again when STS no longer accepts credentials of the cache, with new ones. */
  readonly use: (client: AwsClient, credentials: Credentials) => Promise<T>;
  /** Whether the result is what the profile promises; if not, its credentials are not kept in the cache. */
  readonly isPromised: (result: T) => boolean;
}

/**
 * Calls `use` with the credentials of a profile, and with the requests to STS in its region. `links` is the profile and its
 * source profiles (see `usableLinks`). Returns the result of `use`, or why AWS was not reached; throws as `credentialsOf`
 * does, also for what `use` throws.
 */
export async function withCredentials<T>(
  request: VerificationRequest,
  links: readonly Profile[],
  { use, isPromised }: CredentialsUse<T>,
): Promise<T | Unverified> {
  const { world, settings, profile } = request;
  const root = links.at(-1) ?? profile;
  const notRenewed = await renewIfNeeded(request, root);
  if (notRenewed !== null) return notRenewed;
  const region = regionOf(profile, request.env);
  const notice = noticeAfterAWhile(world, 'asking AWS …');
  const client = openClient(request, links, region);
  try {
    for (let isFirst = true; ; isFirst = false) {
      const timeout = new PausableTimeout();
      const getting = new Getting(request, links, client, isFirst, (question) => {
        notice.stop();
        return timeout.pausedFor(question);
      });
      try {
        const credentials = await timeout.limit(getting.credentials(), credentialsTimeout(links, settings));
        if (credentials.kind === 'timeout') return timedOut(settings);
        const result = await timeout.limit(use(client, credentials.value), settings.verifyTimeout);
        if (result.kind === 'done' && !isPromised(result.value)) getting.forget();
        else getting.keep();
        return result.kind === 'timeout' ? timedOut(settings) : result.value;
      } catch (error) {
        const isOver = isRejected(error, client.transport);
        if (isFirst && getting.usedCache && isOver) continue;
        // Those that were obtained before a later step failed can be used for the next try.
        if (!isOver) getting.keep();
        return unreachedOrThrow(error, client.transport, request, root, region);
      }
    }
  } finally {
    notice.stop();
  }
}

// --- internal ---

/**
 * What one run of awsp has obtained, by the text of the profile and its sources: a switch that verifies and then hands out
 * the credentials runs a credential process once, and asks for one MFA code, also where the cache cannot be written.
 */
const obtained = new WeakMap<World, Map<string, Credentials>>();

/** Gets the credentials of a profile: each link of its chain from the cache, else from the next link and AWS. */
class Getting {
  /** Whether any of them came from the cache, so that AWS may have ended them. */
  usedCache = false;
  /** What is to be written to the cache. */
  #fresh: (() => void)[] = [];
  readonly #request: VerificationRequest;
  readonly #links: readonly Profile[];
  readonly #client: AwsClient;
  readonly #mayUseCache: boolean;
  readonly #whileAsking: (question: () => Promise<string>) => Promise<string>;

  constructor(
    request: VerificationRequest,
    links: readonly Profile[],
    client: AwsClient,
    mayUseCache: boolean,
    whileAsking: (question: () => Promise<string>) => Promise<string>,
  ) {
    this.#request = request;
    this.#links = links;
    this.#client = client;
    this.#mayUseCache = mayUseCache;
    this.#whileAsking = whileAsking;
  }

  async credentials(): Promise<Credentials> {
    const { world, profiles } = this.#request;
    const key = sdkConfig(profiles, this.#links);
    const known = obtained.get(world) ?? new Map<string, Credentials>();
    const before = this.#mayUseCache ? known.get(key) : undefined;
    if (before !== undefined && (before.expiresAt === null || before.expiresAt > world.now())) return before;
    const credentials = await this.#link(0);
    obtained.set(world, known.set(key, credentials));
    return credentials;
  }

  /** Writes what was obtained to the cache. */
  keep(): void {
    for (const write of this.#fresh.splice(0)) write();
  }

  /** Drops what was obtained, and what the cache has for the profile. */
  forget(): void {
    this.#fresh = [];
    obtained.delete(this.#request.world);
    const entry = roleCacheEntry(this.#request, this.#links);
    if (this.usedCache && entry !== null) forgetRole(this.#request.world, entry.path);
  }

  async #link(index: number): Promise<Credentials> {
    const { world } = this.#request;
    const links = this.#links.slice(index);
    const entry = roleCacheEntry(this.#request, links);
    const cached = entry === null || !this.#mayUseCache ? null : readRole(world, entry);
    if (cached !== null) {
      this.usedCache = true;
      return cached;
    }
    const [link] = links;
    if (link === undefined) throw new TypeError('the chain of a profile has at least that profile');
    return this.#issue(link, index, entry);
  }

  async #issue(link: Profile, index: number, entry: RoleCacheEntry | null): Promise<Credentials> {
    switch (link.kind) {
      case 'static':
        return staticKeys(link);
      case 'process':
        return (await import('./provided.ts')).processCredentials(link, this.#source(link));
      case 'login':
        return (await import('./login-keys.ts')).loginKeys(this.#request, link);
      case 'sso': {
        const credentials = await this.#ssoRole(link);
        return this.#fetched(entry, credentials, null);
      }
      case 'web-identity': {
        const { webIdentityRole } = await import('./provided.ts');
        const { credentials, role } = await webIdentityRole(link, this.#client);
        return this.#fetched(entry, credentials, role);
      }
      case 'assume-role': {
        const source = await this.#sourceOf(link, index);
        const { credentials, role } = await this.#assume(link, source);
        const { doubt } = source;
        // What is kept is used without a word.
        return doubt === undefined ? this.#fetched(entry, credentials, role) : { ...credentials, doubt };
      }
      case 'none':
        throw new TypeError('a profile without credentials is refused before');
    }
  }

  #fetched(entry: RoleCacheEntry | null, credentials: Credentials, role: AssumedRole | null): Credentials {
    if (entry !== null) this.#fresh.push(() => writeRole(this.#request.world, entry, credentials, role));
    return credentials;
  }

  /** The credentials that a role is assumed with. */
  async #sourceOf(link: Profile, index: number): Promise<Credentials> {
    if (index + 1 < this.#links.length) return this.#link(index + 1);
    const source = link.properties.get('credential_source')?.value;
    // A profile may be its own source, with its keys.
    return source === undefined ? staticKeys(link) : (await import('./provided.ts')).machineCredentials(source);
  }

  async #assume({ name, properties }: Profile, source: Credentials): Promise<IssuedRole> {
    const { world } = this.#request;
    const value = (key: string) => properties.get(key)?.value || undefined;
    const input = {
      RoleArn: value('role_arn'),
      RoleSessionName: value('role_session_name') ?? `awsp-${Math.floor(world.now() / 1_000)}`,
      ExternalId: value('external_id'),
      DurationSeconds: durationSeconds(value('duration_seconds')) ?? undefined,
    };
    const serial = value('mfa_serial');
    if (serial === undefined) return this.#client.assumeRole(source, input);
    const { withMfaCode } = await import('./mfa.ts');
    return withMfaCode(world, { serial, profileName: name }, this.#whileAsking, (code) =>
      this.#client.assumeRole(source, { ...input, SerialNumber: serial, TokenCode: code }),
    );
  }

  async #ssoRole(link: Profile): Promise<Credentials> {
    const { world } = this.#request;
    const token = readToken(world, link.ssoSession ?? link.ssoStartUrl ?? '');
    if (token === null) throw signInNeeded(link, 'none');
    const value = (key: string) => link.properties.get(key)?.value ?? '';
    const [accountId, roleName] = [value('sso_account_id'), value('sso_role_name')];
    // While the portal answers. What fails there fails again in the request to STS, which tells why.
    await this.#client.connect().catch(() => {});
    try {
      return await this.#client.ssoRole({ region: link.ssoRegion ?? '', accountId, roleName }, token.accessToken);
    } catch (error) {
      if (errorCode(error, this.#client.transport) !== 'ForbiddenException') throw error;
      const { roleNotGiven } = await import('./role-not-given.ts');
      throw (await roleNotGiven(this.#request, link, error)) ?? error;
    }
  }

  #source(link: Profile) {
    const { world, profiles } = this.#request;
    return {
      world,
      client: this.#client,
      configText: sdkConfig(profiles, [link]),
      credentialsPath: sdkPaths(world).credentials,
    };
  }
}

/** botocore prefers the old name of the token (botocore/credentials.py, `SharedCredentialProvider.TOKENS`). */
function staticKeys(link: Profile): Credentials {
  const value = (key: string) => link.properties.get(key)?.value || null;
  return {
    accessKeyId: value('aws_access_key_id') ?? '',
    secretAccessKey: value('aws_secret_access_key') ?? '',
    sessionToken: value('aws_security_token') ?? value('aws_session_token'),
    expiresAt: keysExpiry(link),
    accountId: asAccountId(value('aws_account_id')),
  };
}

function credentialsTimeout(links: readonly Profile[], settings: Settings): number {
  return links.some(({ kind }) => kind === 'process') ? timeouts.credentialProcess : settings.verifyTimeout;
}

/** Whether AWS no longer knows the keys that a request was signed with, or their time is over. */
function isRejected(error: unknown, transport: Transport): boolean {
  if (error instanceof AwspError) return false;
  const code = errorCode(error, transport);
  return (
    /^(InvalidClientTokenId|UnrecognizedClientException|ExpiredToken|ExpiredTokenException|SignatureDoesNotMatch)$/.test(
      code,
    ) && !isClockError(code, error instanceof Error ? error.message : '')
  );
}

/**
 * Renews the profile's sign-in with its refresh token when the access token has expired, as far as the token cache tells.
 * Returns null when the sign-in can be used, or why AWS was not reached; throws `SignInNeeded` when it cannot be renewed.
 */
async function renewIfNeeded(
  { world, settings, profiles }: VerificationRequest,
  profile: Profile,
): Promise<Unverified | null> {
  if (profile.kind === 'login') {
    return (await import('./login-keys.ts')).renewLoginIfNeeded({ world, settings, profiles }, profile);
  }
  const state = signInOf(world, profile)?.state ?? 'valid';
  if (state === 'valid') return null;
  const session = sessionOf(profiles, profile);
  const token = session === null ? null : readToken(world, session.key);
  if (session !== null && token !== null && canRefresh(token, world.now())) {
    const { renewSignIn } = await import('../sso/renew.ts');
    const renewal = await withTimeout(renewSignIn(world, session), settings.verifyTimeout);
    if (renewal.kind === 'timeout') return timedOut(settings);
    if (renewal.value.kind === 'renewed') return null;
    if (renewal.value.kind === 'unreachable') return { kind: 'unverified', reason: renewal.value.reason };
  }
  throw signInNeeded(profile, state === 'none' ? 'none' : 'expired');
}

function signInNeeded({ name, ssoSession, ssoStartUrl }: Profile, state: 'none' | 'expired'): SignInNeeded {
  const message =
    state === 'none'
      ? `you are not signed in to ${ssoStartUrl ?? ssoSession}, which "${name}" needs`
      : `the sign-in of "${name}" has expired`;
  return new SignInNeeded(name, message);
}

function timedOut({ verifyTimeout }: Settings): Unverified {
  return { kind: 'unverified', reason: `AWS did not answer within ${verifyTimeout / 1_000} s` };
}

function openClient(request: VerificationRequest, links: readonly Profile[], region: string): AwsClient {
  const { world, settings, env, profile, profiles } = request;
  const paths = sdkPaths(world);
  world.adoptEnvironment({ ...env, ...pathVariables(env, paths) });
  const caBundle = profile.properties.get('ca_bundle')?.value ?? null;
  return new AwsClient({
    files: {
      profile: sdkName(profile.name),
      config: { path: paths.config, text: sdkConfig(profiles, links) },
      credentialsPath: paths.credentials,
    },
    region,
    network: { env, certificates: certificatesFor(world, env, caBundle), timeout: settings.verifyTimeout },
  });
}

interface SdkPaths {
  readonly config: string;
  readonly credentials: string;
}

function sdkPaths({ env, home }: World): SdkPaths {
  const { config, credentials } = configPaths(env, home);
  return { config: config ?? '/dev/null', credentials: credentials ?? '/dev/null' };
}

/** The variables with paths in which the SDK for JavaScript, unlike the AWS CLI, expands neither `~` nor variables. */
function pathVariables(env: Environment, { config, credentials }: SdkPaths): Readonly<Record<string, string>> {
  return {
    ...(env.AWS_CONFIG_FILE === undefined ? {} : { AWS_CONFIG_FILE: config }),
    ...(env.AWS_SHARED_CREDENTIALS_FILE === undefined ? {} : { AWS_SHARED_CREDENTIALS_FILE: credentials }),
  };
}

/** That AWS was not reached. Throws for an error of AWS and for a sign-in that is over. */
function unreachedOrThrow(
  error: unknown,
  transport: Transport,
  { profile }: VerificationRequest,
  root: Profile,
  region: string,
): Unverified {
  if (error instanceof AwspError) throw error;
  const failure = toAwsFailure(error, transport, profile, region, root);
  switch (failure.kind) {
    case 'unreachable':
      return { kind: 'unverified', reason: failure.message };
    case 'sign-in':
      if (root.kind === 'login') throw awsLoginNeeded(root.name, 'expired', { cause: error });
      throw new SignInNeeded(root.name, failure.message, error);
    case 'refused':
      throw new AwspError(exitCodes.failed, failure.message, failure.details, error);
  }
}
