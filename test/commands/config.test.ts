import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/exit-codes.ts';
import { settingKeys } from '../../src/settings/keys.ts';
import type { Files } from '../../src/world.ts';
import { makeSandbox, type Sandbox, teamFile } from '../support/program.ts';

const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
const file = '.config/awsp/config';
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeSandbox();
});
afterAll(() => sandbox.remove());
beforeEach(() => {
  for (const folder of ['.config', 'etc']) rmSync(`${sandbox.home}/${folder}`, { recursive: true, force: true });
});

const path = () => `${sandbox.home}/${file}`;
const textOf = () => readFileSync(path(), 'utf8');
const config = (...args: string[]) => sandbox.awsp(['config', ...args]);

describe('awsp config', () => {
  it('shows every key with its value, its default, and where it comes from', async () => {
    sandbox.write(file, '# mine\n[guard]\nconfirm = typed\n\n[alias]\nd = dev\n[pin]\nshop-* = 123456789012\n');
    const { code, stdout, stderr } = await config();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    for (const { section, key } of settingKeys)
      expect(lines.filter((line) => line.startsWith(`${section}.${key} `)).length).toBe(1);
    expect(stdout).toMatch(/^guard\.confirm +typed +off +~\/\.config\/awsp\/config:3$/m);
    expect(stdout).toMatch(/^verify\.timeout +5s +default$/m);
    expect(stdout).toMatch(/^sign-in\.browser +\(BROWSER, then the desktop's own\) +default$/m);
    expect(stdout).toMatch(/^alias\.d +dev +~\/\.config\/awsp\/config:6$/m);
    expect(stdout).toMatch(/^pin\.shop-\* +123456789012 +~\/\.config\/awsp\/config:8$/m);
  });

  it('shows what holds where something is wrong in the file, and says what', async () => {
    sandbox.write(file, '[verify]\ntimeout = soon\n[nonsense]\n');
    const { code, stdout, stderr } = await config();
    expect(code).toBe(0);
    expect(stderr).toContain('~/.config/awsp/config:2: "timeout = soon" is not a value such as 5s\n');
    expect(stdout).toMatch(/^verify\.timeout +5s +default$/m);
    expect(stdout).toMatch(/^guard\.confirm +yes +/m);
  });

  it("shows what is from a team's file, and what does not count beside it", async () => {
    sandbox.write(teamFile, '[guard]\nconfirm = typed\n[production]\nmatch = *-billing-*\n[alias]\nd = dev\n');
    sandbox.write(
      file,
      '[guard]\nconfirm = off\n[production]\nmatch = *-test-*\nexcept = live\n[alias]\nd = stage\n[prompt]\nwidth = 60\n',
    );
    const { stdout } = await config();
    expect(stdout).toMatch(/^guard\.confirm +typed +off +~\/etc\/xdg\/awsp\/config:2$/m);
    expect(stdout).toMatch(
      /^production\.match +\*-billing-\*, \*-test-\* +no others +~\/\.config\/awsp\/config:4 and ~\/etc\/xdg\/awsp\/config:4$/m,
    );
    expect(stdout).toMatch(/^production\.except +\(none\) +default$/m);
    expect(stdout).toMatch(/^prompt\.width +60 +44 +~\/\.config\/awsp\/config:9$/m);
    expect(stdout).toMatch(/^alias\.d +stage +~\/\.config\/awsp\/config:7$/m);
    expect((await config('production.except')).stderr).toContain(
      '  ~/.config/awsp/config:5 sets it as well, and does not count\n',
    );
    const { settings } = JSON.parse((await config('production.match', '--json')).stdout);
    expect(settings).toMatchObject([
      {
        ...{ value: '*-billing-*, *-test-*', file: path(), line: 4 },
        places: [
          { file: path(), line: 4 },
          { file: `${sandbox.home}/${teamFile}`, line: 4 },
        ],
      },
    ]);
  });

  it.each([
    ['at once', 1, 0],
    ['after it was read', 2, 1],
  ])('shows no default for a file that cannot be read %s', async (_when, first, code) => {
    sandbox.write(file, '[guard]\nconfirm = typed\n');
    let reads = 0;
    const files = (real: Files): Files => ({
      ...real,
      read: (path, pipes) =>
        path.endsWith(`/${file}`) && ++reads >= first
          ? { kind: 'unreadable', reason: 'the disk failed' }
          : real.read(path, pipes),
    });
    const ended = await sandbox.awsp(['config'], { files });
    expect(ended).toMatchObject({ code, stderr: expect.stringContaining('cannot be read: the disk failed') });
    expect(ended.stdout).not.toMatch(/^guard\.confirm +off/m);
  });

  it('fits eighty columns', async () => {
    sandbox.write(file, `[production]\nmatch = ${'*-billing-*, '.repeat(9)}*-prod-*\n`);
    const { stdout } = await sandbox.awsp(['config'], { stdoutIsTerminal: true });
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each<[string, string, string]>([
    [
      'guard.confirm',
      'typed\n',
      'awsp: from ~/.config/awsp/config:2; the default: off\n  what is asked before a switch',
    ],
    ['Guard.Read-Only', 'asked\n', 'awsp: the default\n  whether read-only roles'],
    ['sign-in.browser', '', "awsp: not set: BROWSER, then the desktop's own\n"],
    ['alias.d', 'dev\n', 'awsp: from ~/.config/awsp/config:4\n'],
  ])('with %s shows that one', async (key, stdout, told) => {
    sandbox.write(file, '[guard]\nconfirm = typed\n[alias]\nd = dev\n');
    const finished = await config(key);
    expect(finished).toMatchObject({ code: 0, stdout, stderr: expect.stringContaining(told) });
    expect(JSON.parse((await config(key, '--json')).stdout).settings.length).toBe(1);
  });
});

describe('awsp config KEY VALUE', () => {
  it('shows the change, asks, and writes it; it then holds', async () => {
    let asked = '';
    const answer = (question: string) => {
      asked = question;
      return '';
    };
    const { code, stderr } = await sandbox.awsp(['config', 'guard.confirm', 'typed'], { answer });
    expect({ code, asked }).toEqual({ code: 0, asked: 'set "guard.confirm"? [Y/n] ' });
    expect(stderr).toBe(
      '\n~/.config/awsp/config\n  + [guard]\n  + confirm = typed\n\nawsp: "guard.confirm" is "typed" now, in ~/.config/awsp/config\n',
    );
    expect(textOf()).toBe('[guard]\nconfirm = typed\n');
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(await config('alias.d', dev, '--yes')).toMatchObject({ code: 0 });
    expect((await sandbox.switchVia(['d', '--no-verify'])).stdout).toContain(`AWS_PROFILE='${dev}'`);
    expect(await config('alias.d', dev)).toMatchObject({
      code: 0,
      stderr: 'awsp: "alias.d" is so already in ~/.config/awsp/config\n',
    });
  });

  it('keeps every other byte', async () => {
    const text = '# mine\r\n[guard]\r\nconfirm=yes ; for now\r\n\r\n[alias]\r\nd = dev';
    sandbox.write(file, text);
    expect(await config('guard.confirm', 'typed', '--yes')).toMatchObject({ code: 0 });
    expect(textOf()).toBe(text.replace('=yes', '=typed'));
  });

  it('takes the example of each key, and no word that none has', async () => {
    for (const { section, key, example, read } of settingKeys) {
      const name = `${section}.${key}`;
      expect(await config(name, example, '--yes'), name).toMatchObject({ code: 0 });
      if (read('\u2603 \u2603') !== null) continue;
      const { code, stderr } = await config(name, '\u2603 \u2603', '--yes');
      expect({ name, code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('"; it takes one') });
    }
    expect((await config()).stderr).toBe('');
  });

  it('with --unset takes the key out, and its section where that is empty', async () => {
    sandbox.write(file, '[alias]\nd = dev\n\n[guard]\nconfirm = typed\n');
    expect(await config('--unset', 'guard.confirm', '--yes')).toMatchObject({ code: 0 });
    expect(textOf()).toBe('[alias]\nd = dev\n');
    expect(await config('--unset', 'guard.confirm')).toMatchObject({
      code: 0,
      stderr: 'awsp: "guard.confirm" is not in ~/.config/awsp/config\n',
    });
  });

  it('with --dry-run prints the change, and --unset makes no file', async () => {
    expect(await config('guard.confirm', 'typed', '--dry-run')).toEqual({
      code: 0,
      stdout: '~/.config/awsp/config\n  + [guard]\n  + confirm = typed\n',
      stderr: 'awsp: nothing was written\n',
    });
    expect(await config('--unset', 'guard.confirm', '--yes')).toMatchObject({ code: 0 });
    expect(existsSync(path())).toBe(false);
  });

  it('mends a file in which something is wrong', async () => {
    sandbox.write(file, '[guard]\nconfirm = maybe\n[nonsense]\n');
    expect(await config('guard.confirm', 'typed', '--yes')).toMatchObject({ code: 0 });
    expect(textOf()).toBe('[guard]\nconfirm = typed\n[nonsense]\n');
  });

  it.each<[string, string, readonly string[], string]>([
    [
      'a guard that is weaker',
      '[guard]\nconfirm = typed\n',
      ['guard.confirm', 'yes'],
      '~/etc/xdg/awsp/config:2 holds all the same: "typed"\n',
    ],
    [
      'an exception that the team has not',
      '[production]\nmatch = x\n',
      ['production.except', 'live'],
      'it does not count: what takes from a guard has to be in ~/etc/xdg/awsp/config\n',
    ],
    [
      'another exception',
      '[production]\nexcept = demo\n',
      ['production.except', 'live'],
      '~/etc/xdg/awsp/config:2 holds all the same: "demo"\n',
    ],
    [
      'a pin to another account',
      '[pin]\nshop-* = 123456789041\n',
      ['pin.shop-*', '123456789012'],
      '~/etc/xdg/awsp/config:2 holds all the same: "123456789041"\n',
    ],
    [
      'another name for an account',
      '[accounts]\n123456789041 = shop-prod\n',
      ['accounts.123456789041', 'shop'],
      '~/etc/xdg/awsp/config:2 holds all the same: "shop-prod"\n',
    ],
    ['a guard that is stricter', '[guard]\nconfirm = yes\n', ['guard.confirm', 'typed'], ''],
    ['one more pattern', '[production]\nmatch = x\n', ['production.match', 'y'], ''],
    ['what is not a guard', '[prompt]\nwidth = 30\n', ['prompt.width', '60'], ''],
    ['an alias', '[alias]\nd = x\n', ['alias.d', dev], ''],
  ])("writes %s to the person's own file alone, and says where the team's holds", async (_what, team, args, told) => {
    sandbox.write(teamFile, team);
    const { code, stderr } = await config(...args, '--yes');
    const [name = '', value] = args;
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining(`"${name}" is "${value}" now, in ~/.config/awsp/config\n`),
    });
    expect(
      stderr
        .split('\n')
        .filter((line) => line.includes('/etc/'))
        .join(),
    ).toBe(told === '' ? '' : `awsp: warning: ${told.trimEnd()}`);
    expect(textOf()).toContain(value);
    expect(readFileSync(`${sandbox.home}/${teamFile}`, 'utf8')).toBe(team);
    // The same is said of what is there already, and of what is left when it is taken out.
    expect((await config(...args)).stderr).toContain(told);
    const isLeft = !name.startsWith('production.except') || team.includes('except');
    expect((await config('--unset', name, '--yes')).stderr.includes('holds all the same')).toBe(isLeft);
  });

  it('warns of an alias that leads nowhere, or that nobody reaches', async () => {
    expect((await config('alias.d', 'gone', '--yes')).stderr).toContain('there is no profile "gone"\n');
    expect((await config(`alias.${dev}`, dev, '--yes')).stderr).toContain('is also a profile, which comes first\n');
  });

  it.each<[string, readonly string[], number, string]>([
    [
      'an unknown key',
      ['guard.confrim', 'yes'],
      2,
      'there is no setting "guard.confrim"; did you mean "guard.confirm"?\n',
    ],
    ['a section', ['guard'], 2, 'did you mean "guard.confirm"?\n  or: guard.read-only\n'],
    ['a key alone', ['timeout'], 2, 'did you mean "verify.timeout"?\n'],
    ['nothing like a key', ['xyzzy'], 2, 'there is no setting "xyzzy"\n  awsp config shows all of them\n'],
    [
      'an alias that there is not',
      ['alias.x'],
      1,
      'there is no "alias.x" in the settings\n  to set it: awsp config alias.x PROFILE\n',
    ],
    [
      'a bad value',
      ['guard.confirm', 'maybe'],
      2,
      '"maybe" is no value of "guard.confirm"; it takes one of off, yes, typed\n',
    ],
    ['a bad time', ['verify.timeout', 'soon'], 2, '"soon" is no value of "verify.timeout"; it takes one such as 5s\n'],
    ['a bad account', ['pin.shop-*', '12'], 2, 'is pinned to no account id: twelve digits'],
    ['an empty alias', ['alias.d', ''], 2, 'alias "d" names no profile'],
    ['a line end', ['alias.d', 'a\nb'], 2, 'a line cannot hold a line end'],
    ['a line end in a key', ['alias.d\n[guard]', 'a'], 2, 'a line cannot hold a line end'],
    ['an escape', ['alias.d', 'a\u001b[2J'], 2, 'has a character that is not shown'],
    ['a word too many', ['a', 'b', 'c'], 2, '"awsp config" takes no "c"'],
    ['--unset without a key', ['--unset'], 2, '"awsp config --unset" needs a key'],
    ['--unset with a value', ['--unset', 'guard.confirm', 'yes'], 2, '"awsp config --unset" takes no value'],
    ['--yes without a change', ['--yes'], 2, '"--yes" goes with a change'],
    ['--json with a change', ['guard.confirm', 'yes', '--json'], 2, '"--json" goes with what shows settings'],
    ['nobody to ask', ['guard.confirm', 'yes'], 6, 'nothing is written without a yes\n  to agree: --yes\n'],
  ])('refuses %s', async (_what, args, code, told) => {
    const finished = await config(...args);
    expect(finished).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(told) });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    expect(finished.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(existsSync(path())).toBe(false);
  });

  it('is not for an AI agent, whom the settings hold', async () => {
    for (const args of [
      ['guard.confirm', 'off', '--yes'],
      ['agent.allow', '*', '--yes'],
      ['--unset', 'agent.deny', '--yes'],
    ]) {
      const finished = await sandbox.awsp(['config', ...args], { env: { AWSP_AGENT: '1' } });
      expect(finished).toMatchObject({
        code: exitCodes.refused,
        stderr: expect.stringContaining('a person can, in a shell of their own: awsp config '),
      });
    }
    expect(existsSync(path())).toBe(false);
    expect(await sandbox.awsp(['config'], { env: { AWSP_AGENT: '1' } })).toMatchObject({ code: 0 });
  });

  it('is not written where the folder cannot be made', async () => {
    sandbox.write('.config', 'a file');
    const { code } = await config('guard.confirm', 'typed', '--yes');
    expect(code).toBe(exitCodes.failed);
    expect(readFileSync(`${sandbox.home}/.config`, 'utf8')).toBe('a file');
  });
});

describe('what holds an AI agent', () => {
  it('is not changed by another name for production', async () => {
    sandbox.write(
      '.aws/config',
      '[profile shop-prod]\nrole_arn = arn:aws:iam::123456789077:role/Admin\nsource_profile = x\n',
    );
    const before = readFileSync(`${sandbox.home}/.aws/config`, 'utf8');
    const finished = await sandbox.awsp(['rename', 'shop-prod', 'shop', '--yes'], { env: { AWSP_AGENT: '1' } });
    expect(finished).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('would not count as production any more'),
    });
    expect(readFileSync(`${sandbox.home}/.aws/config`, 'utf8')).toBe(before);
  });
});
