import { setTimeout as wait } from 'node:timers/promises';
import { AwspError } from '../errors.ts';
import { unreachableReason } from '../network/errors.ts';
import type { World } from '../world.ts';
import { openOidc } from './oidc.ts';
import type { SsoSession } from './session.ts';
import { canRefresh, checkPlace, isTokenOf, keepToken, readToken } from './token-cache.ts';

/** What became of a sign-in that was to go on without asking anybody; `reason` in plain words. */
export type Renewal =
  | { readonly kind: 'renewed' }
  /** AWS does not renew it, or nothing was given to renew it with: a person is asked next. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'unreachable'; readonly reason: string };

/**
 * Renews a sign-in by its refresh token (RFC 6749, section 6), also that of a legacy profile, which AWS's own tools do
 * not renew. Throws an `AwspError` where the new token could not be kept.
 */
export async function renewSignIn(world: World, session: SsoSession): Promise<Renewal> {
  const token = readToken(world, session.key);
  if (token === null || !canRefresh(token, world.now()) || !isTokenOf(token, session)) return { kind: 'refused' };
  // A refresh token is good for once: what came for it must find its place.
  checkPlace(world, session.key);
  const { clientId, clientSecret, registrationExpiresAt: expiresAt, refreshToken } = token;
  const registration = { clientId, clientSecret, expiresAt };
  const oidc = openOidc(world, session);
  try {
    const issued = await oidc.createToken(registration, { kind: 'refresh', refreshToken: refreshToken ?? '' });
    keepToken(world, session, registration, { ...issued, refreshToken: issued.refreshToken ?? refreshToken });
    return { kind: 'renewed' };
  } catch (error) {
    if (error instanceof AwspError) throw error;
    const reason = unreachableReason(error, oidc.transport, session.region);
    if (reason !== null) return { kind: 'unreachable', reason };
    return { kind: (await isRenewedByAnother(world, session, token.accessToken)) ? 'renewed' : 'refused' };
  }
}

// --- internal ---

/** Another program that used the refresh token first is about to keep what it got: in several terminals at once. */
async function isRenewedByAnother(world: World, session: SsoSession, accessToken: string): Promise<boolean> {
  for (let turn = 0; turn < 5; turn++) {
    const token = readToken(world, session.key);
    if (token !== null && token.accessToken !== accessToken && token.expiresAt > world.now()) return true;
    await wait(200);
  }
  return false;
}
