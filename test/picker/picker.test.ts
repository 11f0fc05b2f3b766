import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CodeShellName } from '../../src/environment/shells.ts';
import { makeSandbox, programFolder, type Sandbox } from '../support/program.ts';
import { bareEnvironment, describeEachShell, dialects } from '../support/shells.ts';
import { openShell, type Screen } from '../support/terminal.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await makeSandbox();
});
afterEach(() => sandbox.remove());

const [dev, test, prodRead, prodAdmin] = [
  'barnehageplass-dev-AWSAdministratorAccess-123456789011',
  'barnehageplass-test-AWSPowerUserAccess-123456789012',
  'barnehageplass-prod-AWSReadOnlyAccess-123456789013',
  'barnehageplass-prod-AWSAdministratorAccess-123456789013',
] as const;
const names = () =>
  [...readFileSync(`${sandbox.home}/.aws/config`, 'utf8').matchAll(/^\[profile (.*)\]$/gm)].map(([, name]) => name);

/** A thousand profiles more, before those of the sample. */
function addMany(): void {
  const path = `${sandbox.home}/.aws/config`;
  const many = Array.from({ length: 1_000 }, (_, n) => `[profile p${n}]\nregion = eu-west-1\n`).join('\n');
  writeFileSync(path, `${many}\n${readFileSync(path, 'utf8')}`);
}

interface Window {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A shell with awsp loaded, something on its screen, and a prompt that is known. */
async function open(shell: CodeShellName, { columns = 100, rows = 20, env = {} }: Window = {}): Promise<Screen> {
  const source = `${shell === 'fish' ? 'source' : '.'} '${programFolder}/shell/awsp.${shell}'`;
  const prompt = shell === 'fish' ? "function fish_prompt; echo -n '$ '; end; function fish_greeting; end" : "PS1='$ '";
  const rc = `${source}\n${prompt}\n`;
  const all = {
    ...bareEnvironment(sandbox.home),
    ...sandbox.env,
    PATH: process.env.PATH ?? '',
    AWSP_NO_PROMPT: '1',
    ...env,
  };
  const screen = openShell(shell, rc, all, sandbox.home, { cols: columns, rows });
  await screen.prompt(/^\$$/);
  screen.type('echo before\r');
  await screen.until((lines) => lines.includes('before') && lines.at(-1) === '$');
  return screen;
}

/** Waits for the first picture of the picker. */
async function opened(screen: Screen): Promise<void> {
  await screen.until((lines) => screen.isSecond() && /^>.* \d+\/\d+ profiles$/.test(lines[0] ?? ''));
}

/** Opens the picker as a person does. */
async function pick(screen: Screen, command = 'awsp --no-verify'): Promise<void> {
  screen.type(`${command}\r`);
  await opened(screen);
}

/** What is selected, or null: the first text on the line that has the pointer. */
const selected = (lines: readonly string[]) =>
  lines
    .slice(1)
    .find((line) => line.startsWith('> '))
    ?.replace(/^> +(\* +)?/, '')
    .split(/ {2,}/)[0] ?? null;

const selects = (screen: Screen, name: string) =>
  screen.until((lines) => {
    const [head = '', tail = ''] = (selected(lines) ?? '?').split('…');
    return screen.isSecond() && name.startsWith(head) && name.endsWith(tail);
  });
const queryIs = (screen: Screen, query: string) =>
  screen.until((lines) => (lines[0] ?? '').replace(/^> ?/, '').replace(/ *\d+\/\d+ profiles$/, '') === query);

/** The shell after the picker: the status of awsp, and the profile. */
async function shellAfter(
  screen: Screen,
  shell: CodeShellName,
): Promise<{ status: number; profile: string; lines: string[] }> {
  await screen.until((lines) => !screen.isSecond() && /^\$( *\[SIGINT\])?$/.test(lines.at(-1) ?? ''));
  const lines = screen.lines();
  screen.type(`echo "is ${dialects[shell].status} <$AWS_PROFILE>"\r`);
  const shown = await screen.until((all) => all.some((line) => /^is \d+ <.*>$/.test(line)));
  const [, status, profile = ''] = /^is (\d+) <(.*)>$/.exec(shown.find((line) => /^is \d+ </.test(line)) ?? '') ?? [];
  return { status: Number(status), profile, lines };
}

const cancelled = { status: 130, profile: '' };

describeEachShell('the picker', (shell) => {
  it('every key works, and Enter switches this shell', async () => {
    const screen = await open(shell, { columns: 140 });
    await pick(screen);
    const all = names();
    const at = (index: number) => selects(screen, all.at(index) ?? '');
    await at(0);
    const steps: readonly (readonly [key: string, index: number])[] = [
      ['\x1b[B', 1],
      ['\x0e', 2],
      ['\n', 3],
      ['\x1b[A', 2],
      ['\x10', 1],
      ['\x0b', 0],
      ['\x1b[F', -1],
      ['\x1b[H', 0],
      ['\x1b[6~', Math.min(all.length - 1, 17)],
      ['\x1b[5~', 0],
      ['\t', 1],
      ['\x1b[Z', 0],
    ];
    for (const [key, index] of steps) {
      screen.type(key);
      await at(index);
    }
    screen.type('prod');
    await selects(screen, prodRead);
    expect(screen.lines()[0]).toMatch(/^> prod +2\/\d+ profiles$/);
    expect(screen.underlined(2)).toBe('prod');
    expect(screen.look(prodRead).foreground).toBe(1);
    screen.type(' zzz');
    await screen.until((lines) => lines.includes('  nothing here has that'));
    screen.type('\r\x7f\x7f');
    await queryIs(screen, 'prod z');
    screen.type('\x17');
    await queryIs(screen, 'prod');
    screen.type('\x15');
    await queryIs(screen, '');
    screen.type('dv');
    await selects(screen, dev);
    screen.type('\x1b[D');
    screen.type('e');
    await queryIs(screen, 'dev');
    screen.type('\r');
    expect(await shellAfter(screen, shell)).toMatchObject({ status: 0, profile: dev });
  });

  it.each([
    ['Esc', '\x1b'],
    ['Ctrl-C', '\x03'],
    ['Ctrl-D', '\x04'],
    ['Ctrl-C after something was typed', 'prod\x1b[B\x03'],
  ])('%s: the screen is as it was, the shell too, 130', async (_what, keys) => {
    const screen = await open(shell);
    const before = screen.lines();
    screen.type('awsp');
    await screen.until((lines) => lines.at(-1) === '$ awsp');
    screen.type('\r');
    await opened(screen);
    screen.type(keys);
    const { status, profile, lines } = await shellAfter(screen, shell);
    expect({ status, profile }).toEqual(cancelled);
    expect(lines.slice(0, before.length)).toEqual([...before.slice(0, -1), '$ awsp']);
    expect(lines.slice(before.length).map((line) => line.replace('[SIGINT]', '').trim())).toEqual(['$']);
    expect(sandbox.emulator.requests).toEqual([]);
    expect(existsSync(`${sandbox.home}/.local/state`)).toBe(false);
  });

  it('a query that fits several is in the line, so that Backspace widens it; the choice is verified', async () => {
    const screen = await open(shell);
    await pick(screen, 'awsp prod');
    await queryIs(screen, 'prod');
    expect(screen.lines()[0]).toMatch(/ 2\/\d+ profiles$/);
    screen.type('\x7f\x7f\x7f\x7ftest');
    await selects(screen, test);
    screen.type('\r');
    const { lines, ...shellNow } = await shellAfter(screen, shell);
    expect(shellNow).toEqual({ status: 0, profile: test });
    expect(screen.said()).toContain(`${test}: account 123456789012`);
    expect(lines.join('')).not.toContain('not verified');
  });

  it('input from before the start is used, Enter too, and the next line is left to the shell', async () => {
    const screen = await open(shell);
    screen.type(`awsp --no-verify\rprod admin\recho "is ${dialects[shell].status} <$AWS_PROFILE>"\r`);
    await screen.until((lines) => lines.includes(`is 0 <${prodAdmin}>`));
  });

  it('input from before the start without Enter is in the query, and not left on the screen', async () => {
    const screen = await open(shell);
    screen.type('awsp --no-verify\rtes');
    await selects(screen, test);
    screen.type('\r');
    const { lines, ...shellNow } = await shellAfter(screen, shell);
    expect(shellNow).toEqual({ status: 0, profile: test });
    expect(lines.filter((line) => line.startsWith('tes'))).toEqual([]);
  });
});

describe('in bash', () => {
  const shell = 'bash';

  it('the profile used most often and most recently comes first, and the active one is marked', async () => {
    const screen = await open(shell, { columns: 140 });
    for (const query of ['prod admin', 'test', 'test']) {
      screen.type(`awsp --no-verify ${query}\r`);
      await screen.until((lines) => lines.at(-1) === '$' && (lines.at(-2) ?? '').includes('verified'));
      screen.type('clear\r');
      await screen.until((lines) => lines.length === 1);
    }
    await pick(screen);
    const items = screen.lines().slice(2);
    expect(items[0]).toMatch(new RegExp(`^> \\* +${test} `));
    expect(items[1]).toMatch(new RegExp(`^ +${prodAdmin} `));
    expect(items[2]).toMatch(new RegExp(`^ +${dev} `));
    screen.type('\x03');
    expect(await shellAfter(screen, shell)).toMatchObject({ status: 130, profile: test });
  });

  it('a pasted name with a newline is text, and only Enter chooses it', async () => {
    const screen = await open(shell, { columns: 140 });
    await pick(screen);
    screen.type(`\x1b[200~${test}\r\x1b[201~`);
    await queryIs(screen, test);
    await selects(screen, test);
    screen.type('\x15');
    await queryIs(screen, '');
    screen.type(`${dev}\r${test}\r`);
    await queryIs(screen, `${dev} ${test}`);
    screen.type('\x15prod read\r');
    expect(await shellAfter(screen, shell)).toMatchObject({ status: 0, profile: prodRead });
  });

  it.each([40, 80, 200])('%i columns: no line is longer', async (columns) => {
    addMany();
    const screen = await open(shell, { columns });
    await pick(screen);
    const lines = screen.lines();
    expect(lines).toHaveLength(20);
    expect(lines[0]).toBe(`>${`${names().length}/${names().length} profiles`.padStart(columns - 1)}`);
    expect(selected(lines)).toBe('p0');
    screen.type('\x03');
    expect(await shellAfter(screen, shell)).toMatchObject(cancelled);
  });

  it('a column that no found profile needs takes no room from their names', async () => {
    const short = '[profile kort]\nsso_session = barnehage\nsso_account_id = 123456789012\nsso_role_name = Reader\n';
    writeFileSync(`${sandbox.home}/.aws/config`, `${short}\n${readFileSync(`${sandbox.home}/.aws/config`, 'utf8')}`);
    const screen = await open('bash', { columns: 80 });
    await pick(screen);
    expect(screen.lines()[1]).toMatch(/^ +Name +Account +Role /);
    expect(screen.lines().join('\n')).toContain('…');
    screen.type('barnehageplass');
    const found = await screen.until((lines) => lines[0]?.startsWith('> barnehageplass ') === true);
    expect(found[1]).not.toMatch(/Account|Role/);
    expect(found.slice(2).join('\n')).toContain(prodAdmin);
    expect(found.join('\n')).not.toContain('…');
    screen.type('\x03');
  });

  it('follows a resize, and leaves the normal screen unchanged', async () => {
    addMany();
    const screen = await open(shell);
    await pick(screen);
    screen.type('\x1b[F');
    await selects(screen, names().at(-1) ?? '');
    for (const [columns, rows] of [
      [40, 30],
      [200, 5],
      [60, 1],
      [20, 2],
      [100, 20],
    ] as const) {
      screen.resize(columns, rows);
      await screen.until((lines) => {
        const count = String(names().length);
        const tally = rows === 1 || columns < 50 || (lines[0] ?? '').endsWith(`${count}/${count} profiles`);
        const width = Math.max(...lines.map((line) => line.length));
        return tally && lines.length <= rows && width <= columns && lines.some((line) => line.startsWith('>'));
      });
    }
    await selects(screen, names().at(-1) ?? '');
    screen.type('\x03');
    const { lines, ...shellNow } = await shellAfter(screen, shell);
    expect(shellNow).toEqual(cancelled);
    expect(lines).toContain('before');
  });

  it('NO_COLOR: no colour', async () => {
    const screen = await open(shell, { env: { NO_COLOR: '1' }, columns: 140 });
    await pick(screen);
    screen.type('prod');
    await selects(screen, prodRead);
    expect(screen.look(prodRead).foreground).toBe(null);
    expect(screen.underlined(2)).toBe('prod');
    expect(screen.lines()[2]).toMatch(/ production( |$)/);
    screen.type('\x03');
    expect(await shellAfter(screen, shell)).toMatchObject(cancelled);
  });

  it.each(['dumb', ''])('TERM=%s: by number', async (term) => {
    const screen = await open(shell);
    screen.type(`TERM=${term} awsp --no-verify prod\r`);
    await screen.prompt(/^number, or part of a name:$/);
    expect(screen.isSecond()).toBe(false);
    screen.type('2\r');
    expect(await shellAfter(screen, shell)).toMatchObject({ status: 0, profile: prodAdmin });
  });

  it('wide letters, combining marks and control characters', async () => {
    sandbox.write('.aws/config', '[profile 開発-dev]\n[profile cafe\u0301-dev]\n[profile a\x1b[31mb]\n');
    sandbox.write('.aws/credentials', '');
    const screen = await open(shell);
    await pick(screen);
    expect(screen.lines().slice(2, 5)).toEqual([
      expect.stringContaining('開発-dev'),
      expect.stringContaining('cafe\u0301-dev'),
      expect.stringContaining('a�[31mb'),
    ]);
    screen.type('開');
    await selects(screen, '開発-dev');
    screen.type('\x7fe\u0301');
    await selects(screen, 'cafe\u0301-dev');
    screen.type('\r');
    expect(await shellAfter(screen, shell)).toMatchObject({ status: 0, profile: 'cafe\u0301-dev' });
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'])('%s restores the terminal', async (signal) => {
    const pid = `require('node:fs').writeFileSync('${sandbox.home}/pid', String(process.pid));`;
    sandbox.write('awsp.cjs', `${pid}\nrequire('${programFolder}/dist/awsp.cjs');\n`);
    const screen = await open(shell);
    await pick(screen, '__awsp_dist=~; awsp');
    process.kill(Number(readFileSync(`${sandbox.home}/pid`, 'utf8')), signal);
    const { lines, ...shellNow } = await shellAfter(screen, shell);
    expect(shellNow).toEqual(cancelled);
    expect(lines).toContain('before');
    screen.type("stty -a | grep -o '.icanon'\r");
    await screen.until((all) => all.includes(' icanon'));
  });
});
