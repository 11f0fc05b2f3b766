import { mkdirSync, symlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSandbox, programFolder, type Sandbox } from '../support/program.ts';
import { bareEnvironment, describeWith } from '../support/shells.ts';
import { openShell, type Screen } from '../support/terminal.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await makeSandbox();
  sandbox.write('.config/awsp/config', '[picker]\nprogram = fzf\n');
});
afterEach(() => sandbox.remove());

const prodRead = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';
const prodAdmin = 'barnehageplass-prod-AWSAdministratorAccess-123456789013';

/** Bash with awsp loaded, and a command typed. */
async function open(command: string, env: Readonly<Record<string, string>> = {}): Promise<Screen> {
  const rc = `. '${programFolder}/shell/awsp.bash'; PS1='$ '`;
  const all = { ...bareEnvironment(sandbox.home), ...sandbox.env, AWSP_NO_PROMPT: '1', ...env };
  const screen = openShell('bash', rc, all, sandbox.home, { cols: 140, rows: 20 });
  await screen.prompt(/^\$$/);
  screen.type(`${command}\r`);
  return screen;
}

const isOver = (screen: Screen) => screen.until((lines) => !screen.isSecond() && lines.at(-1) === '$');
async function result(screen: Screen): Promise<string> {
  await isOver(screen);
  screen.type('echo "is $? <$AWS_PROFILE>"\r');
  const lines = await screen.until((all) => all.some((line) => /^is \d+ <.*>$/.test(line)));
  return lines.find((line) => /^is \d/.test(line)) ?? '';
}

describeWith('fzf', 'fzf, when the settings ask for it', () => {
  const opened = (screen: Screen) =>
    screen.until((lines) => screen.isSecond() && lines.some((line) => /\d+\/\d+/.test(line)));

  it('gets the query and all columns, production in red; Enter chooses', async () => {
    const screen = await open('awsp --no-verify prod');
    const row = new RegExp(`${prodRead} +123456789013 +AWSReadOnlyAccess +eu-north-1`);
    const shown = [/\b5\/11\b/, /awsp> prod$/, row, / Name +Account +Role +Region /];
    await screen.until((lines) => shown.every((pattern) => lines.some((line) => pattern.test(line))));
    expect(screen.look(prodAdmin).foreground).toBe(1);
    screen.type(" 'administ");
    await screen.until((all) => all.some((line) => line.startsWith(`> ${prodAdmin}`)));
    screen.type('\r');
    expect(await result(screen)).toBe(`is 0 <${prodAdmin}>`);
  });

  it.each([
    ['Esc', '\x1b'],
    ['Ctrl-C', '\x03'],
    ['Enter on nothing', '\r'],
  ])('%s: 130, nothing changed', async (_what, key) => {
    const screen = await open('awsp');
    await opened(screen);
    screen.type('zzz');
    await screen.until((lines) => lines.some((line) => /\b0\/11\b/.test(line)));
    screen.type(key);
    expect(await result(screen)).toBe('is 130 <>');
    expect(sandbox.emulator.requests).toEqual([]);
  });

  it('uses FZF_DEFAULT_OPTS, except --multi', async () => {
    const screen = await open('awsp --no-verify prod', { FZF_DEFAULT_OPTS: '--multi --print-query --reverse' });
    await opened(screen);
    screen.type('\t\r');
    expect(await result(screen)).toMatch(/^is 0 <barnehageplass-prod-/);
  });

  it('goes back to the question before at Esc', async () => {
    const screen = await open('awsp new');
    await screen.prompt(/^portal/);
    screen.type('\r');
    const shows = (title: string) =>
      screen.until((lines) => screen.isSecond() && lines.some((line) => line.trim().startsWith(title)));
    await shows('Account ');
    screen.type('barnehageplass-prod');
    // fzf filters in its own time, and Enter chooses what it shows then.
    await screen.until((lines) => !lines.some((line) => line.includes('barnehageplass-dev')));
    screen.type('\r');
    await shows('Role');
    screen.type('\x1b');
    await shows('Account ');
    screen.type('\x1b');
    await screen.prompt(/^portal/);
    screen.type('\x1b');
    expect(await result(screen)).toBe('is 130 <>');
  });

  it('that fails is reported, and the picker opens', async () => {
    const screen = await open('awsp --no-verify prod', { FZF_DEFAULT_OPTS: '--no-such-option' });
    await screen.until((lines) => screen.isSecond() && (lines[0] ?? '').startsWith('> prod'));
    screen.type('\r');
    expect(await result(screen)).toBe(`is 0 <${prodRead}>`);
    expect(screen.lines().join('\n')).toContain('awsp: warning: fzf ended with 2');
  });
});

describe('without fzf', () => {
  it('reports it, and the picker opens', async () => {
    const bin = `${sandbox.home}/bin`;
    mkdirSync(bin);
    symlinkSync(process.execPath, `${bin}/node`);
    const screen = await open('awsp --no-verify prod', { PATH: bin });
    await screen.until((lines) => screen.isSecond() && (lines[0] ?? '').startsWith('> prod'));
    screen.type('\r');
    expect(await result(screen)).toBe(`is 0 <${prodRead}>`);
    expect(screen.lines().join('\n')).toContain('awsp: warning: fzf, which the settings ask for, is not on PATH');
  });
});
