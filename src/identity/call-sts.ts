import type { Profile, Property } from '../aws-config/types.ts';
import { AwspError, SignInNeeded } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { withTimeout } from '../lib/timeout.ts';
import { certificatesFor } from '../network/certificates.ts';
import type { Settings } from '../settings/types.ts';
import { sessionOf } from '../sso/session.ts';
import { canRefresh, readToken, signInOf } from '../sso/token-cache.ts';
import { noticeAfterAWhile } from '../terminal/notice.ts';
import type { World } from '../world.ts';
import { toUserError } from './errors.ts';
import { regionOf, sdkConfig, sdkName, sdkTokenName } from './sdk-config.ts';
import type { StsRequest, StsResult } from './sts.ts';
import type { Identity, Unverified, Verification, VerificationRequest } from './types.ts';

/**
 * Asks AWS who the last of the links' sign-in or keys make of the profile, after renewing a sign-in that asks nobody.
 * Throws what a person has to do, and what AWS refuses.
 */
export async function callSts(
  request: VerificationRequest,
  links: readonly Profile[],
  config: string,
  region: string,
): Promise<Identity | Unverified> {
  const { world, profile, settings } = request;
  const root = links.at(-1) ?? profile;
  const unreachable = await renewed(request, root);
  if (unreachable !== null) return unreachable;
  const key = root.kind === 'sso' ? (root.ssoSession ?? root.ssoStartUrl) : null;
  const token = key === null ? null : readToken(world, key);
  const answer = await sendToSts(request, {
    profile: sdkName(profile.name),
    text: config,
    region,
    caBundle: profile.properties.get('ca_bundle')?.value ?? null,
    credentialsTimeout: links.some(({ kind }) => kind === 'process') ? processTimeout : settings.verifyTimeout,
    token: token === null ? null : { name: sdkTokenName(root), accessToken: token.accessToken },
  });
  return interpret(request, answer, root, region);
}

/** Asks AWS who the access keys in the environment belong to. Answers and throws as `verify` does. */
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
  const profile: Profile = { ...noProfile, properties };
  const region = regionOf(profile, env);
  const answer = await sendToSts(request, {
    profile: sdkName(profile.name),
    text: sdkConfig(request.profiles, [profile]),
    region,
    caBundle: null,
    credentialsTimeout: request.settings.verifyTimeout,
    token: null,
  });
  const result = interpret({ ...request, profile }, answer, profile, region);
  return 'kind' in result ? result : { kind: 'verified', identity: result, signInEndsAt: null, remember: () => {} };
}

// --- internal ---

/** The keys in the environment, seen as a profile. */
const noProfile: Profile = {
  name: 'AWS_ACCESS_KEY_ID',
  kind: 'static',
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

/** A credential process may ask somebody for a code or a finger; AWS is not slow while it does. */
const processTimeout = 60_000;

/**
 * Sees to it that the profile's sign-in lasts: it is renewed where that asks nobody, else a person is needed. Found in the
 * token cache, without the network where it can be. Answers why AWS could not be asked, or null.
 */
async function renewed(
  { world, settings, profiles }: VerificationRequest,
  profile: Profile,
): Promise<Unverified | null> {
  const state = signInOf(world, profile)?.state ?? 'valid';
  if (state === 'valid') return null;
  const session = sessionOf(profiles, profile);
  const token = session === null ? null : readToken(world, session.key);
  if (session !== null && token !== null && canRefresh(token, world.now())) {
    const { renewSignIn } = await import('../sso/renew.ts');
    const renewal = await withTimeout(renewSignIn(world, session), settings.verifyTimeout);
    if (renewal.kind === 'timeout') return late(settings);
    if (renewal.value.kind === 'renewed') return null;
    if (renewal.value.kind === 'unreachable') return { kind: 'unverified', reason: renewal.value.reason };
  }
  const message =
    state === 'none'
      ? `you are not signed in to ${profile.ssoStartUrl ?? profile.ssoSession}, which "${profile.name}" needs`
      : `the sign-in of "${profile.name}" has expired`;
  throw new SignInNeeded(profile.name, message);
}

function late({ verifyTimeout }: Settings): Unverified {
  return { kind: 'unverified', reason: `AWS did not answer within ${verifyTimeout / 1_000} s` };
}

interface SdkQuestion {
  readonly profile: string;
  readonly text: string;
  readonly region: string;
  readonly credentialsTimeout: number;
  /** The profile's `ca_bundle`. */
  readonly caBundle: string | null;
  readonly token: StsRequest['token'];
}

async function sendToSts(
  { world, settings, profiles, env }: Omit<VerificationRequest, 'profile'>,
  question: SdkQuestion,
): Promise<StsResult> {
  const [configPath = '', credentialsPath = ''] = profiles.paths;
  world.adoptEnvironment(env);
  const { getCallerIdentity } = await import('./sts.ts');
  const notice = noticeAfterAWhile(world, 'asking AWS …');
  const answer = getCallerIdentity({
    profile: question.profile,
    config: { path: configPath, text: question.text },
    credentialsPath,
    token: question.token,
    region: question.region,
    timeout: settings.verifyTimeout,
    credentialsTimeout: question.credentialsTimeout,
    network: {
      env,
      certificates: certificatesFor(world, env, question.caBundle),
      connectionTimeout: settings.verifyTimeout,
    },
    mfaCode: (serial) => {
      notice.stop();
      return askForCode(world, serial);
    },
  });
  return answer.finally(() => notice.stop());
}

function interpret(
  { settings, profile }: Pick<VerificationRequest, 'settings' | 'profile'>,
  answer: StsResult,
  root: Profile,
  region: string,
): Identity | Unverified {
  if (answer.kind === 'identity') return answer.identity;
  if (answer.kind === 'timeout') return late(settings);
  if (answer.error instanceof AwspError) throw answer.error;
  const refusal = toUserError(answer.error, answer.transport, profile, region, root);
  switch (refusal.kind) {
    case 'unreachable':
      return { kind: 'unverified', reason: refusal.message };
    case 'sign-in':
      throw new SignInNeeded(root.name, refusal.message, answer.error);
    case 'refused':
      throw new AwspError(exitCodes.failed, refusal.message, refusal.details, answer.error);
  }
}

async function askForCode(world: World, serial: string): Promise<string> {
  if (!world.terminal.interactive) {
    throw new AwspError(exitCodes.failed, `${serial} must be asked for a code, and there is no terminal to ask on`);
  }
  const code = (await world.terminal.ask(`code of ${serial}: `)).trim();
  if (!/^\d{6}$/.test(code)) throw new AwspError(exitCodes.failed, 'an MFA code has six digits');
  return code;
}
