import { AwspError } from '../errors.ts';

import { unreachableReason } from '../network/errors.ts';
import { timeouts } from '../network/timeouts.ts';
import type { World } from '../world.ts';
import type { AwsLogin } from './aws-login.ts';
import { type AwsLoginToken, checkLoginWritable, readAwsLogin, saveRenewedLogin } from './aws-login-cache.ts';
import { overBecause, toLoginError } from './aws-login-errors.ts';
import { SignInService } from './aws-login-service.ts';
import { isDpopKey } from './dpop.ts';

/** The result of a renewal without a person; `reason` in plain words. */
export type LoginRenewal =
  | { readonly kind: 'renewed' }
  /** A person has to sign in; `reason` is null when there is nothing to renew with. */
  | { readonly kind: 'refused'; readonly reason: string | null }
  | { readonly kind: 'unreachable'; readonly reason: string };

/**
 * Renews the keys of a sign-in by `aws login` with its refresh token, in the region of the sign-in. Throws an `AwspError`
 * when AWS refuses for another reason than the end of the sign-in, and when the new keys cannot be saved.
 */
export async function renewAwsLogin(world: World, login: AwsLogin): Promise<LoginRenewal> {
  const token = readAwsLogin(world, login);
  if (token === null || !isDpopKey(token.dpopKey)) return { kind: 'refused', reason: null };
  // AWS issues a new refresh token each time, so first make sure that it can be saved.
  checkLoginWritable(world, login);
  const region = token.signInRegion ?? login.region;
  const service = new SignInService(world, login, region, timeouts.signIn);
  try {
    const grant = { kind: 'refresh', refreshToken: token.refreshToken } as const;
    const issued = await service.createToken(token.clientId, token.dpopKey, grant);
    await saveRenewedLogin(world, login, token, issued, region);
    return { kind: 'renewed' };
  } catch (error) {
    if (error instanceof AwspError) throw error;
    const unreachable = unreachableReason(error, service.transport, region);
    if (unreachable !== null) return { kind: 'unreachable', reason: unreachable };
    const over = overBecause(error, token.signInRegion === null ? region : null);
    if (over === null) throw toLoginError(error, service.transport, login, region);
    return (await isRenewedElsewhere(world, login, token)) ? { kind: 'renewed' } : { kind: 'refused', reason: over };
  }
}

// --- internal ---

/** Whether another program has used the refresh token first: then its new keys appear in the cache within a second. */
async function isRenewedElsewhere(world: World, login: AwsLogin, token: AwsLoginToken): Promise<boolean> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const current = readAwsLogin(world, login);
    if (current !== null && current.refreshToken !== token.refreshToken && current.expiresAt > world.now()) return true;
    await world.wait(200);
  }
  return false;
}
