import { AwspError } from '../errors.ts';
import { unreachableReason } from '../network/errors.ts';
import type { World } from '../world.ts';
import { openOidc } from './oidc.ts';
import type { SsoSession } from './session.ts';
import { canRefresh, checkWritable, isTokenOf, readToken, writeToken } from './token-cache.ts';

/** The result of a renewal without a person; `reason` in plain words. */
export type Renewal =
  | { readonly kind: 'renewed' }
  /** There is no usable refresh token, or AWS does not accept it: a person has to sign in. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'unreachable'; readonly reason: string };

/**
 * Renews a sign-in with its refresh token (RFC 6749, section 6), also that of a legacy profile, which AWS's own tools do
 * not renew. Throws an `AwspError` when the new token cannot be saved.
 */
export async function renewSignIn(world: World, session: SsoSession): Promise<Renewal> {
  const token = readToken(world, session.key);
  if (token === null || !canRefresh(token, world.now()) || !isTokenOf(token, session)) return { kind: 'refused' };
  // A refresh token works only once, so first make sure that the new token can be saved.
  checkWritable(world, session.key);
  const { clientId, clientSecret, registrationExpiresAt: expiresAt, refreshToken } = token;
  const registration = { clientId, clientSecret, expiresAt };
  const oidc = openOidc(world, session);
  try {
    const issued = await oidc.createToken(registration, { kind: 'refresh', refreshToken: refreshToken ?? '' });
    writeToken(world, session, registration, { ...issued, refreshToken: issued.refreshToken ?? refreshToken });
    return { kind: 'renewed' };
  } catch (error) {
    if (error instanceof AwspError) throw error;
    const reason = unreachableReason(error, oidc.transport, session.region);
    if (reason !== null) return { kind: 'unreachable', reason };
    return { kind: (await isRenewedElsewhere(world, session, token.accessToken)) ? 'renewed' : 'refused' };
  }
}

// --- internal ---

/**
 * Whether another program (say, awsp in a second terminal) has used the refresh token first: then its new token appears
 * in the cache within a second.
 */
async function isRenewedElsewhere(world: World, session: SsoSession, accessToken: string): Promise<boolean> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const token = readToken(world, session.key);
    if (token !== null && token.accessToken !== accessToken && token.expiresAt > world.now()) return true;
    await world.wait(200);
  }
  return false;
}
