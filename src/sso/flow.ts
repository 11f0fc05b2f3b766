import { setTimeout as wait } from 'node:timers/promises';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { certificatesFor } from '../identity/certificates.ts';
import { printable } from '../terminal/messages.ts';
import type { World } from '../world.ts';
import { browserCommand } from './browser.ts';
import { listenForRedirect } from './loopback.ts';
import { type IssuedToken, OidcService, type Registration } from './oidc.ts';
import { explainSignIn } from './refusals.ts';
import { discoverRegion } from './region.ts';
import { loadRegistration, saveRegistration } from './registrations.ts';
import type { SsoSession } from './session.ts';
import { readToken, saveToken } from './token-cache.ts';
import { showWaiting } from './waiting.ts';

export interface SignInOptions {
  /** The way of the code that is typed or confirmed on any device, not that of the browser on this machine. */
  readonly deviceCode: boolean;
  /** Open a browser; otherwise the address is only printed. */
  readonly openBrowser: boolean;
}

/**
 * Signs a person in to IAM Identity Center and keeps the token where the AWS CLI and the SDKs look for it. Nothing is
 * written before AWS has given the token. Throws `AwspError` when AWS or the person says no.
 */
export async function signIn(world: World, session: SsoSession, options: SignInOptions): Promise<void> {
  const oidc = openService(world, session);
  const withCode = !options.deviceCode;
  try {
    const [registration] = await Promise.all([
      registrationFor(world, session, oidc, withCode),
      refuseWrongRegion(world, session),
    ]);
    const token = withCode
      ? await byAuthorizationCode(world, session, oidc, registration, options)
      : await byDeviceCode(world, session, oidc, registration, options);
    keep(world, session, registration, token);
  } catch (error) {
    throw explainSignIn(error, oidc.transport, session);
  }
}

/**
 * Renews a sign-in without asking anybody, where its token allows that; answers whether it did. A refresh that AWS
 * refuses is no failure here: a person is asked next.
 */
export async function refreshSignIn(world: World, session: SsoSession): Promise<boolean> {
  const token = readToken(world, session.key);
  if (token === null || !token.refreshToken || !token.clientId || !token.clientSecret) return false;
  const registration: Registration = {
    clientId: token.clientId,
    clientSecret: token.clientSecret,
    expiresAt: token.registrationExpiresAt,
  };
  if (registration.expiresAt <= world.now()) return false;
  const oidc = openService(world, session);
  try {
    const issued = await oidc.createToken(registration, { kind: 'refresh', refreshToken: token.refreshToken });
    keep(world, session, registration, { ...issued, refreshToken: issued.refreshToken ?? token.refreshToken });
    return true;
  } catch {
    return false;
  }
}

// --- internal ---

/** Milliseconds for the start page: it only helps, and may be out of reach. */
const patience = 2_500;

/** A person who has not answered by then has forgotten it; the AWS CLI waits as long. */
const mostMinutes = 10;

function openService(world: World, session: SsoSession): OidcService {
  // The session says all that there is to know: the SDK need not read AWS's files, which may be large.
  world.adoptEnvironment({ ...world.env, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' });
  return new OidcService(session, world.env, certificatesFor(world, world.env, null));
}

/** Nobody would ever hear of a sign-in that was begun in another region than the portal's. */
async function refuseWrongRegion(world: World, { startUrl, region, name }: SsoSession): Promise<void> {
  const network = {
    env: world.env,
    certificates: certificatesFor(world, world.env, null),
    connectionTimeout: patience,
  };
  const found = await discoverRegion(startUrl, network, patience);
  if (found === null || found === region) return;
  const place = name === null ? 'the profiles that sign in there' : `[sso-session ${name}]`;
  throw new AwspError(exitCodes.failed, `the portal ${startUrl} is in ${found}, but sso_region says ${region}`, [
    `set sso_region = ${found} in ${place}`,
  ]);
}

async function registrationFor(
  world: World,
  session: SsoSession,
  oidc: OidcService,
  withCode: boolean,
): Promise<Registration> {
  const known = loadRegistration(world, session, withCode);
  if (known !== null) return known;
  const registration = await oidc.register(withCode);
  saveRegistration(world, session, registration, withCode);
  return registration;
}

/** The way of the authorization code with PKCE (RFC 7636) and a redirect to the loopback (RFC 8252). */
async function byAuthorizationCode(
  world: World,
  session: SsoSession,
  oidc: OidcService,
  registration: Registration,
  options: SignInOptions,
): Promise<IssuedToken> {
  const state = world.random(24);
  const codeVerifier = world.random(48);
  const loopback = await listenForRedirect(state);
  const { redirectUri } = loopback;
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: registration.clientId,
    redirect_uri: redirectUri,
    state,
    code_challenge_method: 'S256',
    scope: session.scopes.join(' '),
    code_challenge: world.challenge(codeVerifier),
  });
  const url = `${await oidc.baseUrl()}/authorize?${query}`;
  announce(world, session, url, null, options);
  const waiting = showWaiting(world, mostMinutes * 60, null);
  try {
    const late = wait(mostMinutes * 60_000, null, { ref: false });
    const redirect = await Promise.race([loopback.redirect, late]);
    if (redirect === null) throw new AwspError(exitCodes.failed, `nobody signed in within ${mostMinutes} minutes`);
    if (redirect.kind === 'denied') throw new AwspError(exitCodes.failed, 'the sign-in was denied in the browser');
    const token = await oidc.createToken(registration, {
      kind: 'code',
      code: redirect.code,
      redirectUri,
      codeVerifier,
    });
    await loopback.finish(true, 'awsp has what it needs. You can close this page and go back to the terminal.');
    return token;
  } finally {
    waiting.stop();
    await loopback.finish(false, 'The terminal says why. You can close this page.');
  }
}

/** The way of the device code (RFC 8628): polls until the person has confirmed it on some device. */
async function byDeviceCode(
  world: World,
  session: SsoSession,
  oidc: OidcService,
  registration: Registration,
  options: SignInOptions,
): Promise<IssuedToken> {
  const device = await oidc.startDevice(registration);
  announce(world, session, device.urlWithCode, device.userCode, options);
  const waiting = showWaiting(world, device.expiresIn, device.userCode);
  let interval = device.interval;
  try {
    for (;;) {
      await wait(interval * 1_000);
      try {
        return await oidc.createToken(registration, { kind: 'device', deviceCode: device.deviceCode });
      } catch (error) {
        const name = error instanceof Error ? error.name : '';
        // RFC 8628, section 3.5: slower by five seconds, from now on.
        if (name === 'SlowDownException') interval += 5;
        else if (name !== 'AuthorizationPendingException') throw error;
      }
    }
  } finally {
    waiting.stop();
  }
}

/** Says where to go, and goes there where a browser can be opened. */
function announce(world: World, session: SsoSession, url: string, code: string | null, options: SignInOptions): void {
  const browser = options.openBrowser ? browserCommand(world, url) : null;
  const how =
    browser === null ? 'open this page in a browser' : 'go on in the browser; if none opens, this is the page';
  const lines = [`awsp: to sign in to ${session.startUrl}, ${how}:`, `  ${url}`];
  if (code !== null) lines.push(`  and confirm that it shows the code ${code}`);
  world.terminal.write(`${lines.map(printable).join('\n')}\n`);
  if (browser !== null) world.launch(browser.program, browser.args);
}

function keep(world: World, session: SsoSession, registration: Registration, token: IssuedToken): void {
  saveToken(world, session.key, {
    startUrl: session.startUrl,
    region: session.region,
    accessToken: token.accessToken,
    expiresAt: world.now() + token.expiresIn * 1_000,
    clientId: registration.clientId,
    clientSecret: registration.clientSecret,
    registrationExpiresAt: registration.expiresAt,
    refreshToken: token.refreshToken,
  });
}
