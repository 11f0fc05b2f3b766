import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { nameOf, unreachableReason } from '../network/errors.ts';
import { type Interrupt, listenForInterrupt } from '../terminal/interrupt.ts';
import { say } from '../terminal/messages.ts';
import type { World } from '../world.ts';
import { type CodeGrant, LoopbackUnavailable, showSignInPage, signInByBrowser } from './browser-sign-in.ts';
import { deviceCodeExpired, redirectError, toSignInError } from './errors.ts';
import { type DeviceAuthorization, type IssuedToken, type OidcService, openOidc, type Registration } from './oidc.ts';
import { isRegionConfirmed, lookUpPortal, type PortalPage, resolveStartUrl, startUrlDoubt } from './region.ts';
import { deleteRegistration, loadRegistration, saveRegistration } from './registrations.ts';
import type { SsoSession } from './session.ts';
import { normalizeStartUrl } from './start-url.ts';
import { checkWritable, writeToken } from './token-cache.ts';

export interface SignInOptions {
  /** Use the device code grant, where the code can be confirmed on any device, not a browser on this machine. */
  readonly deviceCode: boolean;
  /** Open a browser; otherwise the address is only printed. */
  readonly openBrowser: boolean;
  /** The browser command of the settings, or null. */
  readonly browser: string | null;
  /** The result of a look at the portal's start page that was made already, and about which the person was asked. */
  readonly page?: PortalPage | undefined;
}

/**
 * Signs a person in to IAM Identity Center and saves the token where the AWS CLI and the SDKs read it. Whether it can be
 * saved is checked before the person is asked; nothing is written before AWS has issued the token. Throws an `AwspError`
 * when AWS refuses or the person denies, and `Cancelled` on Ctrl-C.
 */
export async function signIn(world: World, session: SsoSession, options: SignInOptions): Promise<void> {
  const written = normalizeStartUrl(session.startUrl) ?? session.startUrl;
  const interrupt = listenForInterrupt(world);
  try {
    checkWritable(world, session.key);
    const resolving = resolveStartUrl(world, written, session.caBundle ?? null);
    const startUrl = await interrupt.orCancelled(resolving);
    const page = options.page ?? (await interrupt.orCancelled(checkPortal(world, session, startUrl)));
    const oidc = openOidc(world, { ...session, startUrl });
    const isConfirmed = isRegionConfirmed(page, world.env);
    const attempt = { world, session, oidc, interrupt, options, isRegionConfirmed: isConfirmed };
    await (options.deviceCode ? signInWithDeviceCode(attempt) : signInWithAuthorizationCode(attempt)).catch((error) => {
      throw toSignInError(error, oidc.transport, session);
    });
  } finally {
    interrupt.end();
  }
}

// --- internal ---

interface Attempt {
  readonly world: World;
  readonly session: SsoSession;
  /** Uses the start URL of AWS; that of `session` is as the config file has it. */
  readonly oidc: OidcService;
  readonly interrupt: Interrupt;
  readonly options: SignInOptions;
  /** Whether the session's region is known to be the portal's. */
  readonly isRegionConfirmed: boolean;
}

/**
 * Looks at the start page before the sign-in, because a sign-in in the wrong region or at a wrong start URL would never
 * end. Throws when the page names another region; warns when there seems to be no such portal.
 */
async function checkPortal(world: World, session: SsoSession, startUrl: string): Promise<PortalPage> {
  const page = await lookUpPortal(world, startUrl, session.caBundle);
  const doubt = startUrlDoubt(session.startUrl, page, world.env);
  if (doubt !== null) say(world.terminal, { kind: 'warning', text: doubt });
  if (page.kind !== 'region' || page.region === session.region) return page;
  const place = session.name === null ? 'the profiles that sign in there' : `[sso-session ${session.name}]`;
  const text = `the portal ${session.startUrl} is in ${page.region}, but sso_region says ${session.region}`;
  throw new AwspError(exitCodes.failed, text, [`set sso_region = ${page.region} in ${place}`]);
}

/** A client registration, which `keep` caches if it is a new one. */
interface Client {
  readonly registration: Registration;
  keep(): void;
}

/**
 * Calls `use` with the cached client registration, or else with a new one. A cached registration is dropped when a sign-in
 * with it fails: AWS may have expired it, and in the authorization code flow only the browser learns that.
 */
async function withRegistration(
  { world, session, oidc, interrupt }: Attempt,
  withCode: boolean,
  use: (client: Client) => Promise<void>,
): Promise<void> {
  const cached = loadRegistration(world, session, withCode);
  if (cached !== null) {
    try {
      return await use({ registration: cached, keep: () => {} });
    } catch (error) {
      deleteRegistration(world, session);
      if (!isUnknownClient(error)) throw error;
    }
  }
  const registration = await interrupt.orCancelled(oidc.register(withCode));
  const keep = () => {
    try {
      saveRegistration(world, session, registration, withCode);
    } catch {
      // Without the registration the next sign-in only makes one more request.
    }
  };
  await use({ registration, keep });
}

function isUnknownClient(error: unknown): boolean {
  return /^(InvalidClient|UnauthorizedClient)Exception$/.test(nameOf(error));
}

/**
 * The authorization code grant with PKCE (RFC 7636) and a redirect to the loopback interface (RFC 8252). Falls back to the
 * device code grant where awsp cannot listen on the loopback interface.
 */
async function signInWithAuthorizationCode(attempt: Attempt): Promise<void> {
  try {
    await withRegistration(attempt, true, (client) => authorizeInBrowser(attempt, client));
  } catch (error) {
    if (!(error instanceof LoopbackUnavailable)) throw error;
    const text = `nobody can listen on 127.0.0.1 here (${error.message}), so the sign-in goes by a code`;
    say(attempt.world.terminal, { kind: 'note', text });
    await signInWithDeviceCode(attempt);
  }
}

function authorizeInBrowser(attempt: Attempt, client: Client): Promise<void> {
  const { world, session, oidc, interrupt, options } = attempt;
  const { registration } = client;
  const state = world.random(24);
  const codeVerifier = world.random(48);
  const codeGrant: CodeGrant = {
    place: session.startUrl,
    state,
    hints: hintsOf(attempt),
    alternative: '--device-code',
    async authorizeUrl(redirectUri) {
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: registration.clientId,
        redirect_uri: redirectUri,
        state,
        code_challenge_method: 'S256',
        scope: session.scopes.join(' '),
        code_challenge: world.challenge(codeVerifier),
      });
      return `${await oidc.baseUrl()}/authorize?${query}`;
    },
    async exchange(code, redirectUri) {
      const grant = { kind: 'code', code, redirectUri, codeVerifier } as const;
      saveToken(attempt, client, await interrupt.orCancelled(oidc.createToken(registration, grant)));
    },
    toError: (code) => redirectError(code, session),
  };
  return signInByBrowser(world, interrupt, codeGrant, options);
}

/** The device code grant (RFC 8628). */
function signInWithDeviceCode(attempt: Attempt): Promise<void> {
  const { world, session, oidc, interrupt, options } = attempt;
  return withRegistration(attempt, false, async (client) => {
    const { registration } = client;
    const device = await interrupt.orCancelled(oidc.startDevice(registration));
    const { verificationUrl: url, isOpenable, expiresIn: seconds, userCode: code } = device;
    const forBrowser = isOpenable ? url : null;
    const shown = {
      place: session.startUrl,
      url,
      forBrowser,
      seconds,
      code,
      hints: hintsOf(attempt),
      alternative: null,
    };
    const statusLine = showSignInPage(world, shown, options);
    try {
      saveToken(attempt, client, await pollForToken(attempt, registration, device));
    } finally {
      statusLine.stop();
    }
  });
}

/** Requests the token again and again until the person has confirmed the code, or it has expired (RFC 8628, section 3.4). */
async function pollForToken(
  { world, oidc, interrupt, session }: Attempt,
  registration: Registration,
  { deviceCode, expiresIn, interval: initialInterval }: DeviceAuthorization,
): Promise<IssuedToken> {
  let interval = initialInterval;
  // By the clock, too: while the machine sleeps no interval passes, but the code gets older.
  const end = world.now() + expiresIn * 1_000;
  for (let waited = 0; waited < expiresIn && world.now() < end; waited += interval) {
    await interrupt.orCancelled(world.wait(interval * 1_000));
    try {
      return await interrupt.orCancelled(oidc.createToken(registration, { kind: 'device', deviceCode }));
    } catch (error) {
      const name = nameOf(error);
      const isUnreachable = unreachableReason(error, oidc.transport, session.region) !== null;
      // RFC 8628, section 3.5: `slow_down` adds five seconds to the interval for good. So does a network failure here.
      if (name === 'SlowDownException' || isUnreachable) interval += 5;
      else if (name !== 'AuthorizationPendingException') throw error;
    }
  }
  throw deviceCodeExpired();
}

/** What a person has to know on the page of the sign-in. */
function hintsOf({ isRegionConfirmed, session }: Attempt): readonly string[] {
  return isRegionConfirmed ? [] : [`if it says invalid_grant, the portal is not in ${session.region}: press Ctrl-C`];
}

/**
 * Saves the token last: who is killed before it has to sign in again, which removes what was left of the registration. When
 * the token cannot be saved, the message says that the sign-in itself succeeded: AWS issues the token only once.
 */
function saveToken({ world, session }: Attempt, { registration, keep }: Client, token: IssuedToken): void {
  keep();
  try {
    writeToken(world, session, registration, token);
  } catch (error) {
    if (!(error instanceof AwspError)) throw error;
    const text = `AWS accepted the sign-in, but it could not be saved: ${error.message}`;
    throw new AwspError(error.code, text, ['fix that, then sign in again: awsp login'], error);
  }
}
