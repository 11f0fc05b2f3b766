import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CodeShellName } from '../../src/environment/shells.ts';
import { type HandOver, handOver } from '../support/browser.ts';
import { click } from '../support/emulator.ts';
import { makeSandbox, programFolder, type Sandbox } from '../support/program.ts';
import { bareEnvironment, describeEachShell, dialects } from '../support/shells.ts';
import { openShell, type Screen } from '../support/terminal.ts';

let sandbox: Sandbox;
let browser: HandOver;
beforeEach(async () => {
  sandbox = await makeSandbox();
  browser = handOver(sandbox);
});
afterEach(() => sandbox.remove());

function open(shell: CodeShellName, more = ''): Screen {
  const prompt = shell === 'fish' ? "function fish_prompt; echo '> '; end" : "PS1='> '";
  const rc = `${prompt}\n. '${programFolder}/shell/awsp.${shell}'\n${more}`;
  const env = { ...bareEnvironment(sandbox.home), ...sandbox.env, BROWSER: browser.command, AWSP_NO_PROMPT: '1' };
  return openShell(shell, rc, env, sandbox.home);
}

/** Every file in HOME and its contents, except those of the shells. */
function files(folder = sandbox.home): [string, string][] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
    const path = `${folder}/${entry.name}`;
    if (!path.startsWith(`${sandbox.home}/.aws`) && !path.startsWith(`${sandbox.home}/.cache`)) return [];
    return entry.isDirectory() ? files(path) : [[path, readFileSync(path, 'utf8')]];
  });
}

/** Whether a program listens on a loopback port. */
function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(true));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)));
  });
}

const waitingLines = (screen: Screen) => screen.lines().filter((line) => line.includes('waiting'));

/** Presses Ctrl-C, and expects the terminal and the disk to be as they were. */
async function cancel(shell: CodeShellName, screen: Screen, before: [string, string][], status = 130): Promise<void> {
  screen.type('\x03');
  await screen.prompt(/^>$/);
  screen.type(`echo "ended with ${dialects[shell].status}"\r`);
  await expect.poll(() => screen.lines()).toContain(`ended with ${status}`);
  expect(waitingLines(screen)).toEqual([]);
  expect(files()).toEqual(before);
}

describeEachShell('Ctrl-C', (shell) => {
  let screen: Screen;
  let before: [string, string][];
  beforeEach(async () => {
    screen = open(shell);
    await screen.prompt(/^>$/);
    before = files();
  });

  it('while awsp waits for the browser: the loopback port is closed', async () => {
    screen.type('awsp login skjema\r');
    const url = new URL(await browser.opened());
    await screen.prompt(/^. waiting for the sign-in, .* left; Ctrl-C cancels$/);
    const port = Number(new URL(url.searchParams.get('redirect_uri') ?? '').port);
    expect(await isTaken(port)).toBe(true);
    await cancel(shell, screen, before);
    expect(await isTaken(port)).toBe(false);
  });

  it('while awsp waits for the device code', async () => {
    screen.type('awsp login skjema --device-code\r');
    await screen.prompt(/^. waiting for the sign-in \([A-Z0-9-]+\), .* left; Ctrl-C cancels$/);
    await cancel(shell, screen, before);
  });

  it('while a switch waits: the shell stays as it was', async () => {
    screen.type('awsp skjema --login\r');
    await screen.prompt(/Ctrl-C cancels$/);
    // zsh itself has status 2 when Ctrl-C ends a command substitution.
    await cancel(shell, screen, before, shell === 'zsh' ? 2 : 130);
    screen.type('echo "=$AWS_PROFILE$AWSP_PROFILE="\r');
    await expect.poll(() => screen.lines()).toContain('==');
  });
});

describe('Ctrl-C, when AWS is slow', () => {
  it.each([
    ['the registration', 'RegisterClient', 'awsp login skjema'],
    ['the code', 'StartDeviceAuthorization', 'awsp login skjema --device-code'],
    ['the first question of the code', 'CreateToken', 'awsp login skjema --device-code'],
    ['the renewal', 'CreateToken', 'awsp login kart'],
  ])('%s', async (_what, operation, command) => {
    sandbox.emulator.faults.push({ operation, effect: { kind: 'silence' } });
    const screen = open('bash');
    await screen.prompt(/^>$/);
    const before = files();
    screen.type(`${command}\r`);
    await expect.poll(() => sandbox.emulator.requests.some((request) => request.operation === operation)).toBe(true);
    await cancel('bash', screen, before);
  });

  it('during the token request, after the person has allowed: the page says that it did not work', async () => {
    sandbox.emulator.faults.push({ operation: 'CreateToken', effect: { kind: 'silence' } });
    const screen = open('bash');
    await screen.prompt(/^>$/);
    const before = files();
    screen.type('awsp login skjema\r');
    const { location } = await click(sandbox.emulator, await browser.opened(), 'allow');
    const page = fetch(location ?? '');
    await expect.poll(() => sandbox.emulator.requests.some(({ operation }) => operation === 'CreateToken')).toBe(true);
    await cancel('bash', screen, before);
    expect(await (await page).text()).toContain('The sign-in did not work');
  });
});

describe('on a terminal of 40 columns', () => {
  it.each([
    ['awsp login skjema', /^[|/\\-] waiting, (10:00|9:\d\d) left$/],
    ['awsp login skjema --device-code', /^[|/\\-] waiting \([A-Z0-9-]+\), (10:00|9:\d\d) left$/],
  ])('%s: the line that waits stays one line', async (command, pattern) => {
    const screen = open('bash', 'stty cols 40');
    await screen.prompt(/^>$/);
    screen.type(`${command}\r`);
    await screen.prompt(pattern);
    // By then the line has been drawn several times.
    await sleep(1_500);
    expect(waitingLines(screen)).toEqual([expect.stringMatching(pattern)]);
    expect(waitingLines(screen)[0]?.length).toBeLessThan(40);
    screen.type('\x03');
    await screen.prompt(/^>$/);
  });
});

describe('a browser that fails', () => {
  it.each([
    ['cannot be started', '/no/such/browser', 'no such program'],
    ['may not be started', '/etc/passwd', 'permission denied'],
    ['ends in failure at once', '/bin/false', 'exit code 1'],
  ])('%s: that is said above the line that waits', async (_what, command, reason) => {
    const screen = open('bash', `export BROWSER=${command}`);
    await screen.prompt(/^>$/);
    screen.type('awsp login skjema\r');
    await expect.poll(() => screen.said()).toContain(`(${reason})`);
    await screen.prompt(/Ctrl-C cancels$/);
    const said = `awsp: warning: the browser "${command}" did not open it (${reason}): open the page yourself, or sign in with --device-code`;
    expect(screen.said()).toContain(said);
    expect(waitingLines(screen)).toHaveLength(1);
    // The page still works, when it is opened by hand.
    const [url = ''] = /http:\S+(?=\nawsp: warning)/.exec(screen.said()) ?? [];
    const { location } = await click(sandbox.emulator, url, 'allow');
    expect((await fetch(location ?? '')).status).toBe(200);
    await screen.prompt(/^>$/);
    expect(screen.lines().join('\n')).toContain('signed in to https://skjema.awsapps.com/start');
  });

  it('ends at once with status 0: nothing is printed', async () => {
    const screen = open('bash', 'export BROWSER=/bin/true');
    await screen.prompt(/^>$/);
    screen.type('awsp login skjema\r');
    await screen.prompt(/Ctrl-C cancels$/);
    await sleep(500);
    expect(screen.lines().join('\n')).not.toContain('warning');
  });
});
