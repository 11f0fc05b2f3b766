import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwspError } from '../../src/errors.ts';
import { exitCodes } from '../../src/exit-codes.ts';
import type { Files } from '../../src/world.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';
import { bareEnvironment, describeEachShell, shimFolder } from '../support/shells.ts';
import { openShell } from '../support/terminal.ts';

const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
const builder = 'sandkasse-lab-Builder-123456789041';
let sandbox: Sandbox;
let project: string;
beforeEach(async () => {
  sandbox = await makeSandbox();
  project = `${sandbox.home}/work/shop`;
  sandbox.write('work/shop/src/index.ts', '');
  sandbox.write('work/shop/.awsp', '# the shop\naccount = 123456789011\n');
});
afterEach(() => sandbox.remove());

const recorded = () => `${sandbox.home}/.local/state/awsp/allowed${project}/.awsp`;
const at = (cwd: string, env = {}) => ({ cwd, env });

describe('awsp allow', () => {
  it('keeps what the file pins and a copy of it, for its owner alone', async () => {
    const { code, stdout, stderr } = await sandbox.awsp(['allow'], at(`${project}/src`));
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr:
        'awsp: ~/work/shop/.awsp is trusted: account 123456789011 belongs here\n  until the file changes, or: awsp deny\n',
    });
    expect(readFileSync(recorded(), 'utf8')).toBe('account 123456789011\n# the shop\naccount = 123456789011\n');
    expect(statSync(recorded()).mode & 0o777).toBe(0o600);
    expect((await sandbox.awsp(['allow'], at(project))).stderr).toContain('is trusted already: account 123456789011');
  });

  it('that cannot be taken back says so, and why', async () => {
    await sandbox.awsp(['allow'], at(project));
    const files = (real: Files): Files => ({
      ...real,
      remove: (path) => {
        throw new AwspError(exitCodes.failed, `"${path}" cannot be removed: the file system is read-only`);
      },
    });
    expect(await sandbox.awsp(['deny'], { ...at(project), files })).toEqual({
      code: 1,
      stdout: '',
      stderr: `awsp: "${recorded()}" cannot be removed: the file system is read-only\nawsp: ~/work/shop/.awsp is still trusted\n`,
    });
  });

  it('says when no profile is for it', async () => {
    sandbox.write('work/shop/.awsp', 'profile = nobody\n');
    expect(await sandbox.awsp(['allow'], at(project))).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('warning: there is no profile "nobody"\n'),
    });
  });

  it('says once where it cannot be remembered', async () => {
    sandbox.write('.local/state/awsp', '');
    expect(await sandbox.awsp(['allow'], at(project))).toMatchObject({
      code: 1,
      stderr: `awsp: "${recorded()}" cannot be written: a part of its path is not a folder\n`,
    });
  });

  it.each([
    ['account = shop\n', '~/work/shop/.awsp:1 is neither "account = <twelve digits>" nor "profile = <name>"'],
    ['# nothing\n', '~/work/shop/.awsp pins nothing'],
    ['\xFF\xFE', '~/work/shop/.awsp has a control character, or is not UTF-8'],
    ['#'.repeat(100_000), '~/work/shop/.awsp is longer than 1000 characters'],
  ])('trusts no %j', async (text, message) => {
    writeFileSync(`${project}/.awsp`, text, 'latin1');
    const { code, stderr } = await sandbox.awsp(['allow'], at(project));
    expect({ code, stderr }).toEqual({ code: 1, stderr: `awsp: ${message}\n` });
    expect(() => readFileSync(recorded())).toThrow();
  });

  it.each([
    ['there is none', () => rmSync(`${project}/.awsp`)],
    [
      'it is a folder',
      () => {
        rmSync(`${project}/.awsp`);
        mkdirSync(`${project}/.awsp`);
      },
    ],
    [
      'it is a pipe, which would keep it waiting',
      async () => {
        rmSync(`${project}/.awsp`);
        await promisify(execFile)('mkfifo', [`${project}/.awsp`]);
      },
    ],
    [
      'it leads to itself',
      () => {
        rmSync(`${project}/.awsp`);
        symlinkSync('.awsp', `${project}/.awsp`);
      },
    ],
  ])('says so when %s', async (_what, change) => {
    await change();
    const { code, stderr } = await sandbox.awsp(['allow'], at(project));
    expect(code).toBe(1);
    expect(stderr).toContain('there is no .awsp here, nor in a folder above');
  });

  it('in the home folder pins nothing', async () => {
    sandbox.write('.awsp', 'account = 123456789011\n');
    const { code, stderr } = await sandbox.awsp(['allow'], at(sandbox.home));
    expect(code).toBe(1);
    expect(stderr).toContain('awsp: no .awsp here, nor in a folder above, but your home folder');
  });

  it('says where it cannot be kept', async () => {
    sandbox.write('.local/state', 'not a folder');
    const { code, stderr } = await sandbox.awsp(['allow'], at(project));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^awsp: ".*\/\.awsp" cannot be written: /);
  });

  it('goes by both names of a folder that the shell reached by a link', async () => {
    symlinkSync(project, `${sandbox.home}/link`);
    await sandbox.awsp(['allow'], at(`${project}/src`, { PWD: `${sandbox.home}/link/src` }));
    expect(readFileSync(`${sandbox.home}/.local/state/awsp/allowed${sandbox.home}/link/.awsp`)).toEqual(
      readFileSync(recorded()),
    );
    await sandbox.awsp(['deny'], at(project, { PWD: `${sandbox.home}/link` }));
    expect(() => readFileSync(`${sandbox.home}/.local/state/awsp/allowed${sandbox.home}/link/.awsp`)).toThrow();
  });

  it('does not believe a PWD that is another folder', async () => {
    sandbox.write('work/other/.awsp', 'account = 999999999999\n');
    await sandbox.awsp(['allow'], at(project, { PWD: `${sandbox.home}/work/other` }));
    await sandbox.awsp(['allow'], at(project, { PWD: `/x/../..${sandbox.home}/work/other` }));
    expect(() => readFileSync(`${sandbox.home}/.local/state/awsp/allowed${sandbox.home}/work/other/.awsp`)).toThrow();
  });
});

describe('awsp deny', () => {
  it('takes it back, from below as well', async () => {
    await sandbox.awsp(['allow'], at(project));
    const { code, stderr } = await sandbox.awsp(['deny'], at(`${project}/src`));
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'awsp: ~/work/shop/.awsp is not trusted any more\n' });
    expect(await sandbox.awsp(['deny'], at(project))).toMatchObject({
      code: 0,
      stderr: 'awsp: no .awsp is trusted here, nor in a folder above\n',
    });
  });

  it('also when the file is gone', async () => {
    await sandbox.awsp(['allow'], at(project));
    rmSync(`${project}/.awsp`);
    expect((await sandbox.awsp(['deny'], at(project))).stderr).toContain('is not trusted any more');
  });

  it('also when what was allowed cannot be read', async () => {
    await sandbox.awsp(['allow'], at(project));
    const files = (real: Files): Files => ({
      ...real,
      isFile: (path) => path !== recorded() && real.isFile(path),
      read: (path) => (path === recorded() ? { kind: 'unreadable', reason: 'the disk failed' } : real.read(path)),
    });
    expect((await sandbox.awsp(['deny'], { ...at(project), files })).stderr).toContain('is not trusted any more');
    expect(() => statSync(recorded())).toThrow();
  });

  it('leaves what was allowed below a folder named .awsp', async () => {
    const below = `${project}/.awsp`;
    rmSync(below);
    sandbox.write('work/shop/.awsp/.awsp', 'account = 123456789011\n');
    await sandbox.awsp(['allow'], at(below));
    expect((await sandbox.awsp(['deny'], at(project))).stderr).toContain('no .awsp is trusted here');
    expect((await sandbox.awsp(['deny'], at(below))).stderr).toContain('is not trusted any more');
  });
});

describe('without a terminal', () => {
  it('a pin switches nothing', async () => {
    await sandbox.awsp(['allow'], at(project));
    expect(await sandbox.switchVia([], at(project))).toMatchObject({ code: 2, stdout: '' });
  });
});

describeEachShell('`awsp` where a folder is pinned', (shell) => {
  function open() {
    const plain = shell === 'fish' ? "function fish_prompt; echo -n '> '; end" : "PS1='> '";
    const go = `cd '${project}/src'`;
    const rc = `${plain}\nsource '${shimFolder}/awsp.${shell}'\n${go}`;
    return openShell(
      shell,
      rc,
      { ...bareEnvironment(sandbox.home), ...sandbox.env, AWSP_NO_PROMPT: '1', TERM: 'dumb' },
      sandbox.home,
    );
  }

  it('suggests to trust it, and offers its profile once it is', async () => {
    const screen = open();
    await screen.prompt(/^>$/);
    screen.type('awsp\r');
    await screen.prompt(/number, or part of a name:$/);
    expect(screen.lines().filter((line) => line.includes('awsp allow'))).toEqual([
      'awsp: ~/work/shop/.awsp is not trusted; to trust it: awsp allow',
    ]);
    screen.type('\u0003');
    await screen.prompt(/^>$/);
    screen.type('awsp allow\r');
    await screen.prompt(/^>$/);
    await expect.poll(() => screen.lines().join('\n')).toContain('account 123456789011 belongs here');
    screen.type('awsp\r');
    await screen.prompt(/\? \[Y\/n\]$/);
    expect(screen.said()).toContain(`account 123456789011 belongs here: switch to "${dev}"? [Y/n]`);
    screen.type('\r');
    await expect.poll(() => screen.said()).toContain(`awsp: ${dev}: account 123456789011`);
    // What belongs there is in use: all profiles again.
    screen.type('awsp\r');
    await screen.prompt(/number, or part of a name:$/);
    expect(screen.said()).toContain('arkiv-lab-Reader');
  });

  it('offers production by its name, and not for Enter alone', async () => {
    const prod = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';
    sandbox.write('work/shop/.awsp', `profile = ${prod}\n`);
    await sandbox.awsp(['allow'], at(project));
    const screen = open();
    await screen.prompt(/^>$/);
    screen.type('awsp\r');
    await screen.prompt(/\? \[y\/N\]$/);
    expect(screen.said()).toContain(`switch to "${prod}", which is production? [y/N]`);
    screen.type('\r');
    await screen.prompt(/number, or part of a name:$/);
  });

  it('offers all of its profiles, and no other', async () => {
    sandbox.write('work/shop/.awsp', 'account = 123456789013\n');
    await sandbox.awsp(['allow'], at(project));
    const screen = open();
    await screen.prompt(/^>$/);
    screen.type('awsp\r');
    await screen.prompt(/number, or part of a name:$/);
    const shown = screen.lines().join('\n');
    expect(shown).toContain('account 123456789013 belongs here; for another profile: awsp <query>');
    expect(shown).toContain('barnehageplass-prod-AWSReadOnlyAccess');
    expect(shown).not.toContain('arkiv-lab-Reader');
    screen.type('ReadOnly\r');
    await expect.poll(() => screen.said()).toContain('account 123456789013, AWSReadOnlyAccess');
  });

  it('goes on to all profiles after a no, and for a pin that no profile fits', async () => {
    sandbox.write('work/shop/.awsp', `profile = ${builder}\n`);
    await sandbox.awsp(['allow'], at(project));
    const screen = open();
    await screen.prompt(/^>$/);
    screen.type('awsp\r');
    await screen.prompt(/\? \[Y\/n\]$/);
    screen.type('n\r');
    await screen.prompt(/number, or part of a name:$/);
    screen.type('\u0003');
    sandbox.write('work/shop/.awsp', 'profile = nobody\n');
    await sandbox.awsp(['allow'], at(project));
    await screen.prompt(/^>$/);
    screen.type('awsp\r');
    await screen.prompt(/number, or part of a name:$/);
    expect(screen.lines().join('\n')).toContain('profile "nobody" belongs here, but there is no profile "nobody"');
  });
});
