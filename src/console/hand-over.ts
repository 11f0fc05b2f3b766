import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { withTimeout } from '../lib/timeout.ts';
import { timeouts } from '../network/timeouts.ts';
import type { BrowserCommand } from '../sso/browser.ts';
import { listenForRedirect } from '../sso/loopback.ts';
import { isOwnClient } from '../sso/loopback-client.ts';
import { waitFor } from '../terminal/interrupt.ts';
import type { World } from '../world.ts';

/**
 * Opens a secret address in a browser: the browser is started with an address of 127.0.0.1 that redirects there once,
 * because every user of the machine can read the arguments of a program. `commandFor` is the command that opens an address, null
 * where there is no browser.
 * Throws an `AwspError` when the browser does not start or does not come; its details say how to go on.
 */
export async function openSecretly(
  world: World,
  address: string,
  commandFor: (url: string) => BrowserCommand | null,
  details: readonly string[],
): Promise<void> {
  const failure = (message: string, cause?: unknown) => new AwspError(exitCodes.failed, message, details, cause);
  const loopback = await listenForRedirect(world.random(24), (client) => isOwnClient(world, client)).catch((error) => {
    throw failure(`nobody can listen on 127.0.0.1 here (${error.code ?? error.message})`, error);
  });
  try {
    const command = commandFor(loopback.redirectOnce(world.random(24), address));
    if (command === null) throw failure(noBrowser);
    const opening = open(world, command, loopback.entered);
    const opened = await waitFor(world, withTimeout(opening, timeouts.browserStart), 'waiting for the browser …');
    if (opened.kind === 'timeout') throw failure('the browser did not open the page in time');
    if (opened.value !== null) throw failure(opened.value);
  } finally {
    await loopback.finish(false, '');
  }
}

/** Why nothing was opened where there is no browser. */
export const noBrowser = 'there is no browser to open the console in';

/** Opens an address that is no secret. Resolves to why the browser did not start, as far as that is known soon, or null. */
export async function openPlainly(world: World, { program, args }: BrowserCommand): Promise<string | null> {
  const failed = new Promise<string>((resolve) => {
    world.launch(program, args, (reason) => resolve(notStarted({ program, args }, reason)));
  });
  const found = await withTimeout(failed, timeouts.browserFailure);
  return found.kind === 'timeout' ? null : found.value;
}

// --- internal ---

/** Resolves to null when the browser has come, or to why it could not be started. */
function open(world: World, command: BrowserCommand, entered: Promise<void>): Promise<string | null> {
  const failed = new Promise<string>((resolve) => {
    world.launch(command.program, command.args, (reason) => resolve(notStarted(command, reason)));
  });
  return Promise.race([entered.then(() => null), failed]);
}

function notStarted({ program }: BrowserCommand, reason: string): string {
  return `the browser "${program}" did not open the page (${reason})`;
}
