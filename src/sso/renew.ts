import { AwspError } from '../errors.ts';
import { errorCode, nameOf, unreachableReason } from '../network/errors.ts';
import type { World } from '../world.ts';
import { type IssuedToken, type OidcService, openOidc, type Registration } from './oidc.ts';
import type { SsoSession } from './session.ts';
import { canRefresh, checkWritable, isTokenOf, readToken, type Token, writeToken } from './token-cache.ts';

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
  const registration = registrationOf(token);
  const oidc = openOidc(world, session);
  try {
    const issued = await redeem(oidc, token);
    writeToken(world, session, registration, { ...issued, refreshToken: issued.refreshToken ?? token.refreshToken });
    return { kind: 'renewed' };
  } catch (error) {
    if (error instanceof AwspError) throw error;
    const reason = unreachableReason(error, oidc.transport, session.region);
    if (reason !== null) return { kind: 'unreachable', reason };
    return { kind: (await isRenewedElsewhere(world, session, token.accessToken)) ? 'renewed' : 'refused' };
  }
}

/** The result of a renewal that is not saved: the new access token, or why there is none. */
export type FreshToken =
  | { readonly kind: 'renewed'; readonly accessToken: string }
  | Exclude<Renewal, { kind: 'renewed' }>;

/** Gets a new access token for a sign-in that is about to be ended. Nothing is saved: the refresh token is used up then. */
export async function freshTokenOf(world: World, session: SsoSession, token: Token): Promise<FreshToken> {
  if (!canRefresh(token, world.now())) return { kind: 'refused' };
  const oidc = openOidc(world, session);
  try {
    const { accessToken } = await redeem(oidc, token);
    return { kind: 'renewed', accessToken };
  } catch (error) {
    if (isRefusal.test(nameOf(error))) return { kind: 'refused' };
    const reason = unreachableReason(error, oidc.transport, session.region);
    return { kind: 'unreachable', reason: reason ?? `AWS answered with ${errorCode(error, oidc.transport)}` };
  }
}

// --- internal ---

/** The errors by which CreateToken says that a refresh token, or its client, is good for nothing any more. */
const isRefusal = /^(InvalidGrant|ExpiredToken|InvalidClient|UnauthorizedClient|AccessDenied|InvalidRequest)Exception$/;

function registrationOf({ clientId, clientSecret, registrationExpiresAt: expiresAt }: Token): Registration {
  return { clientId, clientSecret, expiresAt };
}

function redeem(oidc: OidcService, token: Token): Promise<IssuedToken> {
  return oidc.createToken(registrationOf(token), { kind: 'refresh', refreshToken: token.refreshToken ?? '' });
}

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
