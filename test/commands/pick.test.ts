import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSandbox, program, type Sandbox } from '../support/program.ts';
import { openShell, type Screen } from '../support/terminal.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await makeSandbox();
});
afterEach(() => sandbox.remove());

const question = /^number, or part of a name:$/;
const readOnly = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';
const administrator = 'barnehageplass-prod-AWSAdministratorAccess-123456789013';

/** Runs lines of shell code on a terminal; the shell stays until the test ends. */
function openScript(script: string, env: Readonly<Record<string, string>> = {}): Screen {
  const all = { ...sandbox.env, PROGRAM: program, TERM: 'xterm-256color', ...env };
  return openShell('bash', `${script}\nexec sleep 60\n`, all, sandbox.home);
}

/** The program as a shim calls it: what it prints goes to the shell, the rest of it is on the terminal. */
function open(...args: string[]): Screen {
  return openScript(scriptFor(args));
}

/** The same where a list can be chosen from by number only; the script goes on after Ctrl-C. */
function openDumb(...args: string[]): Screen {
  return openScript(`trap : INT\n${scriptFor(args)}`, { TERM: 'dumb', FORCE_COLOR: '1' });
}

function scriptFor(args: readonly string[]): string {
  return `stty -a >~/before
code=$("$PROGRAM" --shell bash ${args.join(' ')}); status=$?
stty -a >~/after; printf %s "$code" >~/code; echo "finished with $status"`;
}

/** Waits for the end; answers the exit code and the code for the shell, and holds the terminal to be as it was. */
async function end(screen: Screen): Promise<{ status: number; code: string }> {
  const last = await screen.prompt(/^finished with \d+$/);
  const text = (name: string) => readFileSync(`${sandbox.home}/${name}`, 'utf8');
  expect(text('after')).toBe(text('before'));
  return { status: Number(last.split(' ').at(-1)), code: text('code') };
}

const switchedTo = (name: string) => ({ status: 0, code: expect.stringContaining(`export AWS_PROFILE='${name}'`) });
const cancelled = { status: 130, code: '' };
const countOf = (screen: Screen, pattern: RegExp) => screen.lines().filter((line) => pattern.test(line)).length;

/** Types an answer when it is asked for, and waits until it is asked for again. */
async function answerAndWait(screen: Screen, answer: string, times: number): Promise<void> {
  screen.type(`${answer}\r`);
  await expect.poll(() => countOf(screen, /^number, or part of a name:/)).toBe(times);
  await screen.prompt(question);
}

describe('several profiles fit', () => {
  it('a number chooses', async () => {
    const screen = openDumb('--no-verify', 'prod');
    await screen.prompt(question);
    expect(countOf(screen, /^1 +barnehageplass-prod-AWSReadOnly/)).toBe(1);
    expect(countOf(screen, /^2 +barnehageplass-prod-AWSAdministrator/)).toBe(1);
    screen.type('2\r');
    expect(await end(screen)).toEqual(switchedTo(administrator));
  });

  it('words that leave one choose', async () => {
    const screen = openDumb('--no-verify', 'prod');
    await screen.prompt(question);
    screen.type('READONLY\r');
    expect(await end(screen)).toEqual(switchedTo(readOnly));
  });

  it('production is red', async () => {
    const screen = openDumb('--no-verify', 'prod');
    await screen.prompt(question);
    expect(screen.look('barnehageplass-prod-AWSReadOnly').foreground).toBe(1);
    screen.type('\x03');
    expect(await end(screen)).toEqual(cancelled);
  });

  it('the choice is verified', async () => {
    const screen = openDumb('prod');
    await screen.prompt(question);
    screen.type('1\r');
    const { status, code } = await end(screen);
    expect({ status, code }).toEqual({ status: 0, code: expect.stringContaining("export AWSP_STATE='verified'") });
    expect(screen.said()).toContain('PRODUCTION');
  });
});

describe('no query', () => {
  it('narrows by words, more than once, and the numbers are those on the screen', async () => {
    const screen = openDumb('--no-verify');
    await screen.prompt(question);
    await answerAndWait(screen, 'lab', 2);
    await answerAndWait(screen, 'sandkasse', 3);
    const numbers = screen
      .lines()
      .slice(-5)
      .map((line) => line.split(/ +/).slice(0, 2));
    expect(numbers).toEqual([
      ['1', 'sandkasse-lab-Builder-123456789041'],
      ['2', 'sandkasse-lab-Hub-123456789042'],
      ['3', 'sandkasse-lab-Deployer-123456789043'],
      ['4', 'sandkasse-lab-Admin-123456789044'],
      ['number,', 'or'],
    ]);
    screen.type('3\r');
    expect(await end(screen)).toEqual(switchedTo('sandkasse-lab-Deployer-123456789043'));
  });

  it('asks again after what fits nothing, or is nothing', async () => {
    const screen = openDumb('--no-verify');
    await screen.prompt(question);
    await answerAndWait(screen, 'zzz', 2);
    expect(countOf(screen, /^nothing here has "zzz"$/)).toBe(1);
    await answerAndWait(screen, '99', 3);
    expect(countOf(screen, /^nothing here has "99"$/)).toBe(1);
    await answerAndWait(screen, '', 4);
    await answerAndWait(screen, '   ', 5);
    await answerAndWait(screen, '0', 6);
    screen.type('1\r');
    expect(await end(screen)).toEqual(switchedTo('barnehageplass-dev-AWSAdministratorAccess-123456789011'));
  });

  it('the end of an account id is no number', async () => {
    const screen = openDumb('--no-verify');
    await screen.prompt(question);
    screen.type('011\r');
    expect(await end(screen)).toEqual(switchedTo('barnehageplass-dev-AWSAdministratorAccess-123456789011'));
  });

  it('shows forty, says how many more there are, and finds those too', async () => {
    sandbox.write('.aws/credentials', '');
    sandbox.write(
      '.aws/config',
      Array.from({ length: 60 }, (_, n) => `[profile shop-${n + 1}]\nregion = r\n`).join(''),
    );
    const screen = openDumb('--no-verify');
    await screen.prompt(question);
    const lines = screen.lines();
    expect(lines.at(-3)).toMatch(/^40 +shop-40 /);
    expect(lines.at(-2)).toBe('… and 20 more');
    await answerAndWait(screen, '57x', 2);
    screen.type('57\r');
    expect(await end(screen)).toEqual(switchedTo('shop-57'));
  });
});

describe('a line is edited as usual', () => {
  it('backspace takes back', async () => {
    const screen = openDumb('--no-verify', 'prod');
    await screen.prompt(question);
    screen.type('1\x7f2\r');
    expect(await end(screen)).toEqual(switchedTo(administrator));
  });
});

describe('Ctrl-C and Ctrl-D', () => {
  it.each([
    ['Ctrl-C', '\x03'],
    ['Ctrl-D', '\x04'],
    ['Ctrl-C after some letters', 'adm\x03'],
  ])('%s: nothing said, nothing changed, the terminal as it was', async (_what, typed) => {
    const screen = openDumb('prod');
    await screen.prompt(question);
    screen.type(typed);
    expect(await end(screen)).toEqual(cancelled);
    expect(countOf(screen, /awsp:/)).toBe(0);
    expect(sandbox.emulator.requests).toEqual([]);
    expect(existsSync(`${sandbox.home}/.cache`)).toBe(false);
  });

  it('cancel the second question as well', async () => {
    const screen = openDumb('--no-verify');
    await screen.prompt(question);
    await answerAndWait(screen, 'lab', 2);
    screen.type('\x03');
    expect(await end(screen)).toEqual(cancelled);
  });
});

describe('an MFA code', () => {
  const asked = /^MFA code of device "kari" for "sandkasse-lab-Admin-123456789044":/;

  it('is asked for and taken', async () => {
    const screen = open('lab', 'admin');
    await screen.prompt(asked);
    screen.type('123456\r');
    const { status, code } = await end(screen);
    expect(status).toBe(0);
    expect(code).toContain(`export AWSP_ACCOUNT_ID='123456789044' &&\nexport AWSP_FILES='${sandbox.home}::`);
    expect(code).toContain("export AWSP_STATE='verified'");
  });

  it('may take longer than AWS may', async () => {
    sandbox.write('.config/awsp/config', '[verify]\ntimeout = 1s\n');
    const screen = open('lab', 'admin');
    await screen.prompt(asked);
    await sleep(1_500);
    screen.type(' 123456 \r');
    expect(await end(screen)).toMatchObject({ status: 0, code: expect.stringContaining("AWSP_STATE='verified'") });
  });

  it.each([
    ['is wrong', '654321', 'AWS denies "sandkasse-lab-Admin-123456789044"'],
    ['has five digits', '12345', 'an MFA code has six digits'],
    ['has letters', 'abcdef', 'an MFA code has six digits'],
    ['is empty', '', 'an MFA code has six digits'],
  ])('that %s, three times, is a failure', async (_what, typed, words) => {
    const screen = open('lab', 'admin');
    for (const questions of [1, 2, 3]) {
      await expect.poll(() => countOf(screen, asked)).toBe(questions);
      screen.type(`${typed}\r`);
    }
    expect(await end(screen)).toEqual({ status: 1, code: '' });
    expect(screen.said()).toContain(words);
  });

  it('is asked for again, after one with five digits and one that AWS does not take', async () => {
    const screen = open('lab', 'admin');
    for (const [questions, typed, words] of [
      [1, '12345', 'an MFA code has six digits'],
      [2, '654321', 'AWS did not take that code; each works once'],
      [3, '123457', ''],
    ] as const) {
      await expect.poll(() => countOf(screen, asked)).toBe(questions);
      screen.type(`${typed}\r`);
      await expect.poll(() => screen.said()).toContain(words);
    }
    expect(await end(screen)).toMatchObject({ status: 0, code: expect.stringContaining("AWSP_STATE='verified'") });
  });

  it.each([
    ['Ctrl-C', '\x03'],
    ['Ctrl-D', '\x04'],
  ])('%s: nothing said, nothing changed', async (_what, typed) => {
    const screen = open('lab', 'admin');
    await screen.prompt(asked);
    screen.type(typed);
    expect(await end(screen)).toEqual(cancelled);
    expect(countOf(screen, /awsp:/)).toBe(0);
    expect(sandbox.emulator.requests).toEqual([]);
  });

  it('is not asked for by awsp current --quiet', async () => {
    const env = { AWS_PROFILE: 'sandkasse-lab-Admin-123456789044' };
    const screen = openScript('"$PROGRAM" current --quiet; echo "finished with $?"', env);
    await screen.prompt(/^finished with 1$/);
    expect(screen.lines()).toEqual(['finished with 1']);
  });
});
