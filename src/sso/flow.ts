import { setTimeout as wait } from 'node:timers/promises';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { printable } from '../lib/text.ts';
import { withTimeout } from '../lib/timeout.ts';
import { unreachableReason } from '../network/errors.ts';
import { type Interrupt, listenForInterrupt } from '../terminal/interrupt.ts';
import { say } from '../terminal/messages.ts';
import type { World } from '../world.ts';
import { browserCommand } from './browser.ts';
import { codeExpired, denied, refusalInBrowser, toUserError } from './errors.ts';
import { listenForRedirect } from './loopback.ts';
import { type DeviceAuthorization, type IssuedToken, type OidcService, openOidc, type Registration } from './oidc.ts';
import { doubtOf, isRegionSure, lookUpPortalFrom, type PortalPage } from './region.ts';
import { forgetRegistration, loadRegistration, saveRegistration } from './registrations.ts';
import type { SsoSession } from './session.ts';
import { normalizeStartUrl } from './start-url.ts';
import { checkPlace, keepToken } from './token-cache.ts';
import { showWaiting, type Waiting } from './waiting.ts';

export interface SignInOptions {
  /** The way of the code that is typed or confirmed on any device, not that of the browser on this machine. */
  readonly deviceCode: boolean;
  /** Open a browser; otherwise the address is only printed. */
  readonly openBrowser: boolean;
  /** The command of the settings that opens one, or null. */
  readonly browser: string | null;
  /** What the portal's start page tells, where it was looked up already, and the person asked about it. */
  readonly page?: PortalPage | undefined;
}

/**
 * Signs a person in to IAM Identity Center and keeps the token where the AWS CLI and the SDKs look for it. Nothing is
 * written before AWS has given the token, and nobody is asked where it could not be kept. Throws `AwspError` when AWS or
 * the person says no, `Cancelled` on Ctrl-C.
 */
export async function signIn(world: World, session: SsoSession, options: SignInOptions): Promise<void> {
  const portal = { ...session, startUrl: addressOf(session) };
  const oidc = openOidc(world, portal);
  const interrupt = listenForInterrupt(world);
  try {
    checkPlace(world, session.key);
    const page = options.page ?? (await interrupt.orCancelled(checkPortal(world, session, portal.startUrl)));
    const isSure = isRegionSure(page, world.env);
    const attempt = { world, session, portal, oidc, interrupt, options, isSure };
    await (options.deviceCode ? byDeviceCode(attempt) : byAuthorizationCode(attempt));
  } catch (error) {
    throw toUserError(error, oidc.transport, session);
  } finally {
    interrupt.end();
  }
}

// --- internal ---

interface Attempt {
  readonly world: World;
  readonly session: SsoSession;
  /** The session with its start URL as AWS wants it, however the config file has it. */
  readonly portal: SsoSession;
  readonly oidc: OidcService;
  readonly interrupt: Interrupt;
  readonly options: SignInOptions;
  /** Whether the region is the portal's. */
  readonly isSure: boolean;
}

/** For the whole sign-in in the browser; the AWS CLI waits as long. */
const timeoutMinutes = 10;

function addressOf({ startUrl, name }: SsoSession): string {
  const address = normalizeStartUrl(startUrl);
  if (address !== null) return address;
  const place = name === null ? 'the profile' : `[sso-session ${name}]`;
  throw new AwspError(exitCodes.failed, `the sso_start_url of ${place}, "${startUrl}", is no address`, [
    'it looks like https://<portal>.awsapps.com/start',
  ]);
}

/** Nobody would ever hear of a sign-in that was begun in another region than the portal's, or at no portal. */
async function checkPortal(world: World, session: SsoSession, startUrl: string): Promise<PortalPage> {
  const page = await lookUpPortalFrom(world, startUrl, session.caBundle);
  const doubt = doubtOf(session.startUrl, page, world.env);
  if (doubt !== null) say(world.terminal, { kind: 'warning', text: doubt });
  if (page.kind !== 'region' || page.region === session.region) return page;
  const place = session.name === null ? 'the profiles that sign in there' : `[sso-session ${session.name}]`;
  const text = `the portal ${session.startUrl} is in ${page.region}, but sso_region says ${session.region}`;
  throw new AwspError(exitCodes.failed, text, [`set sso_region = ${page.region} in ${place}`]);
}

/**
 * Signs in with the client that is known, or with a new one. A client with which nobody was signed in is not used again:
 * AWS may have forgotten it, and of the authorization code's only the browser is told.
 */
async function withRegistration(
  { world, session, oidc, interrupt }: Attempt,
  withCode: boolean,
  use: (registration: Registration) => Promise<void>,
): Promise<void> {
  const known = loadRegistration(world, session, withCode);
  if (known !== null) {
    try {
      return await use(known);
    } catch (error) {
      forgetRegistration(world, session);
      if (!isUnknownClient(error)) throw error;
    }
  }
  const registration = await interrupt.orCancelled(oidc.register(withCode));
  await use(registration);
  try {
    saveRegistration(world, session, registration, withCode);
  } catch {
    // The sign-in is kept; this would only have spared the next one a request.
  }
}

function isUnknownClient(error: unknown): boolean {
  return error instanceof Error && /^(InvalidClient|UnauthorizedClient)Exception$/.test(error.name);
}

/** This machine lets nobody listen on the loopback; the message is the system's name for the reason. */
class NoLoopback extends Error {}

/**
 * The way of the authorization code with PKCE (RFC 7636) and a redirect to the loopback (RFC 8252); that of the device
 * code where nobody can listen there.
 */
async function byAuthorizationCode(attempt: Attempt): Promise<void> {
  try {
    await withRegistration(attempt, true, (registration) => waitForRedirect(attempt, registration));
  } catch (error) {
    if (!(error instanceof NoLoopback)) throw error;
    const text = `nobody can listen on 127.0.0.1 here (${error.message}), so the sign-in goes by a code`;
    say(attempt.world.terminal, { kind: 'note', text });
    await byDeviceCode(attempt);
  }
}

async function waitForRedirect(attempt: Attempt, registration: Registration): Promise<void> {
  const { world, session, oidc, interrupt } = attempt;
  const state = world.random(24);
  const codeVerifier = world.random(48);
  const loopback = await listenForRedirect(state).catch(({ code, message }: NodeJS.ErrnoException) => {
    throw new NoLoopback(code ?? message);
  });
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
  const waiting = announce(attempt, `${await oidc.baseUrl()}/authorize?${query}`, timeoutMinutes * 60, null);
  let ending = 'The terminal says why. You can close this page.';
  try {
    const waited = await interrupt.orCancelled(withTimeout(loopback.redirect, timeoutMinutes * 60_000));
    if (waited.kind === 'timeout')
      throw new AwspError(exitCodes.failed, `nobody signed in within ${timeoutMinutes} minutes`);
    const redirect = waited.value;
    if (redirect.kind === 'denied') {
      if (redirect.reason === denied) ending = 'It was not allowed, so nothing has changed. You can close this page.';
      throw refusalInBrowser(redirect.reason, session);
    }
    const grant = { kind: 'code', code: redirect.code, redirectUri, codeVerifier } as const;
    keep(attempt, registration, await interrupt.orCancelled(oidc.createToken(registration, grant)));
    await loopback.finish(true, 'awsp has what it needs. You can close this page and go back to the terminal.');
  } finally {
    waiting.stop();
    await loopback.finish(false, ending);
  }
}

/** The way of the device code (RFC 8628). */
function byDeviceCode(attempt: Attempt): Promise<void> {
  const { oidc, interrupt } = attempt;
  return withRegistration(attempt, false, async (registration) => {
    const device = await interrupt.orCancelled(oidc.startDevice(registration));
    const waiting = announce(attempt, device.urlWithCode, device.expiresIn, device.userCode);
    try {
      keep(attempt, registration, await poll(attempt, registration, device));
    } finally {
      waiting.stop();
    }
  });
}

/** Asks until the person has confirmed the code on some device, or it is over. */
async function poll(
  { oidc, interrupt, session }: Attempt,
  registration: Registration,
  { deviceCode, expiresIn, interval: first }: DeviceAuthorization,
): Promise<IssuedToken> {
  let interval = first;
  for (let waited = 0; waited < expiresIn; waited += interval) {
    await interrupt.orCancelled(wait(interval * 1_000));
    try {
      return await interrupt.orCancelled(oidc.createToken(registration, { kind: 'device', deviceCode }));
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      const isOutOfReach = unreachableReason(error, oidc.transport, session.region) !== null;
      // RFC 8628, section 3.5: slower by five seconds, from now on; and no less so where nobody answers.
      if (name === 'SlowDownException' || isOutOfReach) interval += 5;
      else if (name !== 'AuthorizationPendingException') throw error;
    }
  }
  throw new AwspError(exitCodes.failed, codeExpired, ['sign in again: awsp login']);
}

/** Says where to go, goes there where a browser can be opened, and shows for how many seconds it is waited for. */
function announce(attempt: Attempt, url: string, seconds: number, code: string | null): Waiting {
  const { world, session, options, isSure } = attempt;
  const browser = options.openBrowser ? browserCommand(world, url, options.browser) : null;
  const lines = [
    `awsp: signing in to ${session.startUrl}`,
    browser === null ? '  open this page in a browser:' : '  go on in the browser, or open this page:',
    `  ${url}`,
  ];
  if (code !== null) lines.push(`  and confirm that it shows the code ${code}`);
  if (!isSure) lines.push(`  if it says invalid_grant, the portal is not in ${session.region}: press Ctrl-C`);
  world.terminal.write(`${lines.map(printable).join('\n')}\n`);
  const waiting = showWaiting(world, seconds, code);
  if (browser !== null) {
    const { program, args } = browser;
    world.launch(program, args, (reason) => {
      const elsewhere = code === null ? ', or sign in with --device-code' : '';
      const text = `the browser "${program}" did not open it (${reason}): open the page yourself${elsewhere}`;
      waiting.say({ kind: 'warning', text });
    });
  }
  return waiting;
}

/** The token is AWS's only answer: where it cannot be kept, the person is told that the sign-in itself went well. */
function keep({ world, session }: Attempt, registration: Registration, token: IssuedToken): void {
  try {
    keepToken(world, session, registration, token);
  } catch (error) {
    if (!(error instanceof AwspError)) throw error;
    const text = `AWS has let you in, but the sign-in could not be kept: ${error.message}`;
    throw new AwspError(error.code, text, ['make room for it, and sign in again: awsp login'], error);
  }
}
