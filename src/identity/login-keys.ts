import type { Profile } from '../aws-config/types.ts';
import { withTimeout } from '../lib/timeout.ts';
import { awsLoginNeeded, awsLoginOf, loginRenewalMs } from '../sso/aws-login.ts';
import { readAwsLogin } from '../sso/aws-login-cache.ts';
import { signInOf } from '../sso/sign-in-state.ts';
import { readLoginToken } from './login-token.ts';
import type { Credentials, Unverified, VerificationRequest } from './types.ts';

type Request = Pick<VerificationRequest, 'world' | 'settings' | 'profiles'>;

/**
 * Renews the keys of `aws login` that a profile uses, when they have expired or do so soon. Returns null when they can be
 * used, or why AWS was not reached; throws `SignInNeeded` when they cannot be renewed.
 */
export async function renewLoginIfNeeded(
  { world, settings, profiles }: Request,
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
  if (renewal.kind === 'timeout') {
    return { kind: 'unverified', reason: `AWS did not answer within ${settings.verifyTimeout / 1_000} s` };
  }
  const { value } = renewal;
  if (value.kind === 'renewed') return null;
  if (value.kind === 'unreachable') return { kind: 'unverified', reason: value.reason };
  const { reason } = value;
  throw awsLoginNeeded(profile.name, 'expired', reason === null ? {} : { reason });
}

/**
 * The cached keys of `aws login`. The SDK's own provider is not used: it would renew them without a lock, and in another
 * region than that of the sign-in. Throws `SignInNeeded` where the cache has no keys that AWS's tools can use.
 */
export function loginKeys({ world, profiles }: Request, profile: Profile): Credentials {
  const login = awsLoginOf(world, profiles, profile);
  const keys = login === null ? null : readAwsLogin(world, login);
  if (keys === null) throw awsLoginNeeded(profile.name, 'none');
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt, accountId } = keys;
  return { accessKeyId, secretAccessKey, sessionToken, expiresAt, accountId };
}
