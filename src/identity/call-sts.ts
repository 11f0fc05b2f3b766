import { configPaths } from '../aws-config/paths.ts';
import type { Profile, Property } from '../aws-config/types.ts';
import { AwspError, SignInNeeded } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { printable } from '../lib/text.ts';
import { withTimeout } from '../lib/timeout.ts';
import { certificatesFor } from '../network/certificates.ts';
import { timeouts } from '../network/timeouts.ts';
import type { Settings } from '../settings/types.ts';
import { awsLoginNeeded, awsLoginOf, loginCacheFolder, loginRenewalMs } from '../sso/aws-login.ts';
import { readAwsLogin } from '../sso/aws-login-cache.ts';
import { sessionOf } from '../sso/session.ts';
import { signInOf } from '../sso/sign-in-state.ts';
import { canRefresh, readToken } from '../sso/token-cache.ts';
import { noticeAfterAWhile } from '../terminal/notice.ts';
import type { Environment, World } from '../world.ts';
import { toAwsFailure } from './errors.ts';
import { readLoginToken } from './login-token.ts';
import { regionOf, sdkConfig, sdkName, sdkTokenName } from './sdk-config.ts';
import type { StsRequest, StsResult } from './sts.ts';
import type { Identity, Unverified, Verification, VerificationRequest } from './types.ts';

/**
 * Gets the identity of a profile from STS, after renewing its sign-in where that needs no person. `links` is the profile
 * and its source profiles; `config` is their text for the SDK (see `sdkConfig`). Throws `SignInNeeded` when a person has to
 * sign in, and an `AwspError` when AWS refuses.
 */
export async function callSts(
  request: VerificationRequest,
  links: readonly Profile[],
  config: string,
  region: string,
): Promise<Identity | Unverified> {
  const { world, profile, settings } = request;
  const root = links.at(-1) ?? profile;
  const notRenewed = await renewIfNeeded(request, root);
  if (notRenewed !== null) return notRenewed;
  const key = root.kind === 'sso' ? (root.ssoSession ?? root.ssoStartUrl) : null;
  const token = key === null ? null : readToken(world, key);
  const result = await requestIdentity(request, {
    profile: sdkName(profile.name),
    configText: root.kind === 'login' ? withLoginKeys(request, root, config) : config,
    region,
    caBundle: profile.properties.get('ca_bundle')?.value ?? null,
    credentialsTimeout: links.some(({ kind }) => kind === 'process')
      ? timeouts.credentialProcess
      : settings.verifyTimeout,
    token: token === null ? null : { name: sdkTokenName(root), accessToken: token.accessToken },
  });
  return identityIn(result, request, root, region);
}

/** Gets the identity of the access keys in the environment from STS. Returns and throws as `verify` does. */
export async function verifyKeys(request: Omit<VerificationRequest, 'profile'>): Promise<Verification> {
  const { env } = request;
  const keys = new Map([
    ['aws_access_key_id', env.AWS_ACCESS_KEY_ID],
    ['aws_secret_access_key', env.AWS_SECRET_ACCESS_KEY],
    ['aws_session_token', env.AWS_SECURITY_TOKEN || env.AWS_SESSION_TOKEN],
  ]);
  const properties = new Map<string, Property>();
  for (const [key, value] of keys) {
    if (value) properties.set(key, { value, location: { file: 'the environment', line: 0 } });
  }
  const profile: Profile = { ...keysProfile, properties };
  const region = regionOf(profile, env);
  const result = await requestIdentity(request, {
    profile: sdkName(profile.name),
    configText: sdkConfig(request.profiles, [profile]),
    region,
    caBundle: null,
    credentialsTimeout: request.settings.verifyTimeout,
    token: null,
  });
  const identity = identityIn(result, { ...request, profile }, profile, region);
  return 'kind' in identity ? identity : { kind: 'verified', identity, signInEndsAt: null, remember: () => {} };
}

// --- internal ---

/** The keys in the environment as a profile, because the SDK is given profiles alone. */
const keysProfile: Profile = {
  name: 'AWS_ACCESS_KEY_ID',
  kind: 'static',
  sourceKind: 'static',
  properties: new Map(),
  definedIn: [],
  accountId: null,
  roleName: null,
  region: null,
  ssoSession: null,
  ssoStartUrl: null,
  ssoRegion: null,
  sourceProfile: null,
};

/**
 * Renews the profile's sign-in with its refresh token when the access token has expired, as far as the token cache tells.
 * Returns null when the sign-in can be used, or why AWS was not reached; throws `SignInNeeded` when it cannot be renewed.
 */
async function renewIfNeeded(
  { world, settings, profiles }: VerificationRequest,
  profile: Profile,
): Promise<Unverified | null> {
  if (profile.kind === 'login') return renewLoginIfNeeded({ world, settings, profiles }, profile);
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
  const message =
    state === 'none'
      ? `you are not signed in to ${profile.ssoStartUrl ?? profile.ssoSession}, which "${profile.name}" needs`
      : `the sign-in of "${profile.name}" has expired`;
  throw new SignInNeeded(profile.name, message);
}

/** The same for a profile of `aws login`. Keys that expire soon are renewed as well, because the SDK would do that unlocked. */
async function renewLoginIfNeeded(
  { world, settings, profiles }: Pick<VerificationRequest, 'world' | 'settings' | 'profiles'>,
  profile: Profile,
): Promise<Unverified | null> {
  const login = awsLoginOf(world, profiles, profile);
  const { state, path } = signInOf(world, profile) ?? { state: 'none', path: '' };
  if (login === null || state === 'none' || state === 'expired') {
    throw awsLoginNeeded(profile.name, state === 'expired' ? state : 'none');
  }
  const isValid = state === 'valid';
  const token = readLoginToken(world, path);
  if (isValid && token !== null && token.expiresAt - world.now() > loginRenewalMs) return null;
  const { renewAwsLogin } = await import('../sso/aws-login-renew.ts');
  const renewing = withTimeout(renewAwsLogin(world, login), settings.verifyTimeout);
  // Keys that are still valid are used as they are, whatever keeps them from being renewed.
  const renewal = await (isValid ? renewing.catch(() => null) : renewing);
  if (isValid || renewal === null) return null;
  if (renewal.kind === 'timeout') return timedOut(settings);
  const { value } = renewal;
  if (value.kind === 'renewed') return null;
  if (value.kind === 'unreachable') return { kind: 'unverified', reason: value.reason };
  const { reason } = value;
  throw awsLoginNeeded(profile.name, 'expired', reason === null ? {} : { reason });
}

/**
 * The text for the SDK with the cached keys in place of `login_session`: the SDK would renew them itself, without a lock, and
 * in another region than that of the sign-in. Unchanged where the cache has none.
 */
function withLoginKeys({ world, profiles }: VerificationRequest, profile: Profile, config: string): string {
  const login = awsLoginOf(world, profiles, profile);
  const keys = login === null ? null : readAwsLogin(world, login);
  if (keys === null) return config;
  const lines = [
    `aws_access_key_id = ${keys.accessKeyId}`,
    `aws_secret_access_key = ${keys.secretAccessKey}`,
    `aws_session_token = ${keys.sessionToken}`,
  ];
  return config.replace(/^login_session = .*$/m, () => lines.join('\n'));
}

function timedOut({ verifyTimeout }: Settings): Unverified {
  return { kind: 'unverified', reason: `AWS did not answer within ${verifyTimeout / 1_000} s` };
}

interface IdentityRequest extends Pick<StsRequest, 'profile' | 'region' | 'credentialsTimeout' | 'token'> {
  readonly configText: string;
  /** The profile's `ca_bundle`. */
  readonly caBundle: string | null;
}

async function requestIdentity(
  { world, settings, env }: Omit<VerificationRequest, 'profile'>,
  { profile, region, credentialsTimeout, token, configText, caBundle }: IdentityRequest,
): Promise<StsResult> {
  const paths = configPaths(world.env, world.home);
  const [configPath, credentialsPath] = [paths.config ?? '/dev/null', paths.credentials ?? '/dev/null'];
  world.adoptEnvironment({ ...env, ...pathVariables(world, env, configPath, credentialsPath) });
  const { getCallerIdentity } = await import('./sts.ts');
  const notice = noticeAfterAWhile(world, 'asking AWS …');
  const result = getCallerIdentity({
    profile,
    config: { path: configPath, text: configText },
    credentialsPath,
    token,
    region,
    timeout: settings.verifyTimeout,
    credentialsTimeout,
    network: {
      env,
      certificates: certificatesFor(world, env, caBundle),
      timeout: settings.verifyTimeout,
    },
    mfaCode: (serial) => {
      notice.stop();
      return askForMfaCode(world, serial);
    },
  });
  return result.finally(() => notice.stop());
}

/** The variables with paths in which the SDK for JavaScript, unlike the AWS CLI, expands neither `~` nor variables. */
function pathVariables(
  { home }: World,
  env: Environment,
  configPath: string,
  credentialsPath: string,
): Record<string, string> {
  const loginCache = loginCacheFolder(env, home);
  return {
    ...(env.AWS_CONFIG_FILE === undefined ? {} : { AWS_CONFIG_FILE: configPath }),
    ...(env.AWS_SHARED_CREDENTIALS_FILE === undefined ? {} : { AWS_SHARED_CREDENTIALS_FILE: credentialsPath }),
    ...(env.AWS_LOGIN_CACHE_DIRECTORY && loginCache !== null ? { AWS_LOGIN_CACHE_DIRECTORY: loginCache } : {}),
  };
}

/** The identity in a result of STS, or that STS was not reached. Throws for an error of AWS and for a sign-in that is over. */
function identityIn(
  result: StsResult,
  { settings, profile }: Pick<VerificationRequest, 'settings' | 'profile'>,
  root: Profile,
  region: string,
): Identity | Unverified {
  if (result.kind === 'identity') return result.identity;
  if (result.kind === 'timeout') return timedOut(settings);
  const { error, transport } = result;
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

async function askForMfaCode(world: World, serial: string): Promise<string> {
  if (!world.terminal.interactive) {
    throw new AwspError(
      exitCodes.failed,
      `the MFA device "${serial}" must be asked for a code, and there is no terminal to ask on`,
    );
  }
  const code = (await world.terminal.ask(`code of ${printable(serial)}: `)).trim();
  if (!/^\d{6}$/.test(code)) throw new AwspError(exitCodes.failed, 'an MFA code has six digits');
  return code;
}
