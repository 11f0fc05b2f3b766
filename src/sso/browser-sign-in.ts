import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { withDeadline } from '../lib/timeout.ts';
import { timeouts } from '../network/timeouts.ts';
import { copyOverSsh } from '../terminal/clipboard.ts';
import type { Interrupt } from '../terminal/interrupt.ts';
import { tell } from '../terminal/messages.ts';
import type { World } from '../world.ts';
import { browserCommand } from './browser.ts';
import { accessDenied } from './errors.ts';
import { listenForRedirect } from './loopback.ts';
import { isOwnClient, type LoopbackClient } from './loopback-client.ts';
import { type StatusLine, showStatusLine } from './status-line.ts';

/** awsp cannot listen on the loopback interface; the message is the system's error code. */
export class LoopbackUnavailable extends Error {}

/** How a page is opened. */
export interface PageOptions {
  /** Open a browser; otherwise the address is only printed. */
  readonly openBrowser: boolean;
  /** The browser command of the settings, or null. */
  readonly browser: string | null;
}

/** An authorization code grant with a redirect to this machine. */
export interface CodeGrant {
  /** What is signed in to, as the person knows it. */
  readonly place: string;
  readonly state: string;
  /** The page on which the person signs in, which then redirects. */
  authorizeUrl(redirectUri: string): Promise<string>;
  /** Exchanges the code for tokens, and saves them. */
  exchange(code: string, redirectUri: string): Promise<void>;
  /** The error for the `error` parameter of the redirect. */
  toError(code: string): AwspError;
  /** Further lines under the address. */
  readonly hints: readonly string[];
  /** The option for a sign-in without a browser. */
  readonly alternative: string;
}

/**
 * The authorization code grant with PKCE (RFC 7636) and a redirect to the loopback interface (RFC 8252). Rejects with
 * `LoopbackUnavailable` where awsp cannot listen there, with `Cancelled` on Ctrl-C, and with what `exchange` rejects with.
 */
export async function signInByBrowser(
  world: World,
  interrupt: Interrupt,
  grant: CodeGrant,
  options: PageOptions,
): Promise<void> {
  const isAllowed = (client: LoopbackClient) => isOwnClient(world, client);
  const loopback = await listenForRedirect(grant.state, isAllowed).catch(({ code, message }: NodeJS.ErrnoException) => {
    throw new LoopbackUnavailable(code ?? message);
  });
  const { redirectUri } = loopback;
  const url = await grant.authorizeUrl(redirectUri);
  const forBrowser = loopback.redirectOnce(world.random(24), url);
  const { place, hints, alternative } = grant;
  const page = { place, url, forBrowser, seconds: timeoutMinutes * 60, code: null, hints, alternative };
  const statusLine = showSignInPage(world, page, options);
  let failureText = 'The terminal says why. You can close this page.';
  try {
    const end = world.now() + timeouts.person;
    const waited = await interrupt.orCancelled(withDeadline(loopback.redirect, end, world.now));
    if (waited.kind === 'timeout') {
      const text = `the sign-in was not completed in the browser within ${timeoutMinutes} minutes`;
      throw new AwspError(exitCodes.failed, text);
    }
    const redirect = waited.value;
    if (redirect.kind === 'error') {
      if (redirect.error === accessDenied) {
        failureText = 'It was not allowed, so nothing has changed. You can close this page.';
      }
      throw grant.toError(redirect.error);
    }
    await grant.exchange(redirect.code, redirectUri);
    await loopback.finish(true, 'awsp has what it needs. You can close this page and go back to the terminal.');
  } finally {
    statusLine.stop();
    await loopback.finish(false, failureText);
  }
}

/** A page on which a person signs in. */
export interface SignInPage {
  /** What is signed in to, as the person knows it. */
  readonly place: string;
  readonly url: string;
  /** The address that the browser is started with; null for one that is only shown. */
  readonly forBrowser: string | null;
  /** How long awsp waits for the sign-in. */
  readonly seconds: number;
  /** The code that the page has to show, where there is one. */
  readonly code: string | null;
  /** Further lines under the address. */
  readonly hints: readonly string[];
  /** The option for a sign-in without a browser; null when there is no other. */
  readonly alternative: string | null;
}

/** Prints the address, opens it in a browser where that is possible, and shows the status line with the seconds left. */
export function showSignInPage(
  world: World,
  { place, url, forBrowser, seconds, code, hints, alternative }: SignInPage,
  options: PageOptions,
): StatusLine {
  const isOpened = options.openBrowser && forBrowser !== null;
  const browser = isOpened ? browserCommand(world, forBrowser, options.browser) : null;
  const lines = [
    `awsp: signing in to ${place}`,
    browser === null ? '  open this page in a browser:' : '  go on in the browser, or open this page:',
    `  ${url}`,
  ];
  if (browser === null && forBrowser !== null) lines.push(...copyOverSsh(world, url).map((line) => `  ${line}`));
  if (forBrowser === null) lines.push('  it is not an https address of AWS: be sure of it before you open it');
  if (code !== null) lines.push(`  and confirm that it shows the code ${code}`);
  lines.push(...hints.map((hint) => `  ${hint}`));
  tell(world.terminal, ...lines);
  const statusLine = showStatusLine(world, seconds, code);
  if (browser !== null) {
    const { program, args } = browser;
    world.launch(program, args, (reason) => {
      const otherwise = alternative === null ? '' : `, or sign in with ${alternative}`;
      const text = `the browser "${program}" did not open it (${reason}): open the page yourself${otherwise}`;
      statusLine.say({ kind: 'warning', text });
    });
  }
  return statusLine;
}

// --- internal ---

const timeoutMinutes = timeouts.person / 60_000;
