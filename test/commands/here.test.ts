import { existsSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/exit-codes.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';

const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
const prod = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';
const prodAdmin = 'barnehageplass-prod-AWSAdministratorAccess-123456789013';
let sandbox: Sandbox;
let config: string;
beforeAll(async () => {
  sandbox = await makeSandbox();
  config = readFileSync(`${sandbox.home}/.aws/config`, 'utf8');
});
afterAll(() => sandbox.remove());
beforeEach(() => {
  for (const folder of ['work', '.local', '.config'])
    rmSync(`${sandbox.home}/${folder}`, { recursive: true, force: true });
  sandbox.write('.aws/config', config);
  sandbox.write('work/shop/src/index.ts', '');
});

const project = () => `${sandbox.home}/work/shop`;
const textOf = () => readFileSync(`${project()}/.awsp`, 'utf8');
const using = (profile: string, cwd = project()) => ({ cwd, env: { AWS_PROFILE: profile } });
const pin = (profile: string, ...more: string[]) => sandbox.awsp(['allow', '--pin', '--yes', ...more], using(profile));
const pinAccount = (profile: string) => sandbox.awsp(['allow', '--pin-account', '--yes'], using(profile));
const here = (more: readonly string[] = [], options = {}) =>
  sandbox.switchVia(['here', '--no-verify', ...more], { cwd: `${project()}/src`, ...options });

describe('awsp allow --pin', () => {
  it('shows the file, writes it after a yes and trusts it; then awsp here goes there', async () => {
    let asked = '';
    const answer = (question: string) => {
      asked = question;
      return '';
    };
    const { code, stdout, stderr } = await sandbox.awsp(['allow', '--pin'], { ...using(dev), answer });
    expect({ code, stdout, asked }).toEqual({ code: 0, stdout: '', asked: 'write ~/work/shop/.awsp? [Y/n] ' });
    expect(stderr).toBe(
      `\n~/work/shop/.awsp\n  + profile = ${dev}\n\nawsp: ~/work/shop/.awsp is trusted: profile "${dev}" belongs here\n  until the file changes, or: awsp deny\n`,
    );
    expect(textOf()).toBe(`profile = ${dev}\n`);
    expect(await here()).toMatchObject({ code: 0, stdout: expect.stringContaining(`export AWS_PROFILE='${dev}'`) });
  });

  it('pins the account with --pin-account', async () => {
    expect(await pinAccount(dev)).toMatchObject({ code: 0 });
    expect(textOf()).toBe('account = 123456789011\n');
  });

  it.each([
    ['# the shop\r\naccount = 123456789012 # test\r\n\r\n# end', `# the shop\r\nprofile = ${dev} # test\r\n\r\n# end`],
    ['\uFEFFprofile=x', `\uFEFFprofile = ${dev}`],
    ['\n', `profile = ${dev}\n`],
  ])('changes the line of %j alone, after a yes that is not the default', async (before, after) => {
    sandbox.write('work/shop/.awsp', before);
    const asking = (typed: string) => sandbox.awsp(['allow', '--pin'], { ...using(dev), answer: () => typed });
    expect(await asking('')).toMatchObject({ code: exitCodes.cancelled });
    expect(textOf()).toBe(before);
    expect(await asking('y')).toMatchObject({ code: 0 });
    expect(textOf()).toBe(after);
  });

  it('trusts a file that says so already, and with --dry-run does nothing', async () => {
    sandbox.write('work/shop/.awsp', `profile = ${dev}\n`);
    const dry = await sandbox.awsp(['allow', '--pin', '--dry-run'], using(dev));
    expect(dry).toMatchObject({ code: 0, stderr: 'awsp: nothing to write: ~/work/shop/.awsp says so already\n' });
    expect(existsSync(`${sandbox.home}/.local/state/awsp/allowed`)).toBe(false);
    expect((await pin(dev)).stderr).toContain('~/work/shop/.awsp is trusted: ');
    rmSync(`${project()}/.awsp`);
    expect(await pin(dev, '--dry-run')).toMatchObject({
      stdout: `~/work/shop/.awsp\n  + profile = ${dev}\n`,
      stderr: 'awsp: nothing was written\n',
    });
    expect(existsSync(`${project()}/.awsp`)).toBe(false);
  });

  it.each<[string, string, string | null, number, string]>([
    [
      'no profile is active',
      '',
      null,
      3,
      'no profile is active, so none can be pinned\n  switch to one first: awsp <query>',
    ],
    ['the active one is none', 'gone', null, 3, 'no profile matches "gone"'],
    ['the file is not a pin', dev, 'account = 1\n', 1, '~/work/shop/.awsp:1 is neither "account = <twelve digits>"'],
    ['the file has two pins', dev, 'profile = a\nprofile = b\n', 1, '~/work/shop/.awsp:2 is a second pin'],
    ['its name has a comment', 'a #b', null, 1, '"a #b" cannot be in a .awsp, which would read another name'],
  ])('writes nothing where %s', async (_what, profile, text, code, told) => {
    sandbox.write('.aws/config', `${config}[profile "a #b"]\nregion = eu-west-1\n`);
    if (text !== null) sandbox.write('work/shop/.awsp', text);
    expect(await pin(profile)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(told) });
    expect(existsSync(`${project()}/.awsp`) ? textOf() : null).toBe(text);
  });

  it('writes nothing in the home folder, and says why', async () => {
    const finished = await sandbox.awsp(['allow', '--pin', '--yes'], using(dev, sandbox.home));
    expect(finished).toMatchObject({ code: 6, stderr: expect.stringContaining('the home folder has no .awsp') });
    expect(existsSync(`${sandbox.home}/.awsp`)).toBe(false);
  });

  it('has options that go with it alone', async () => {
    for (const option of ['--yes', '--dry-run'])
      expect(await sandbox.awsp(['allow', option])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('goes with "--pin"'),
      });
  });
});

describe('awsp here', () => {
  const allowed = async (text: string) => {
    sandbox.write('work/shop/.awsp', text);
    expect(await sandbox.awsp(['allow'], { cwd: project() })).toMatchObject({ code: 0 });
  };

  it('goes to the one profile of an account, and stays where the shell is in the account already', async () => {
    await allowed('account = 123456789011\n');
    expect((await here()).stdout).toContain(`AWS_PROFILE='${dev}'`);
    await allowed('account = 123456789013\n');
    expect((await here(['--yes'], { env: { AWS_PROFILE: prod } })).stdout).toContain(`AWS_PROFILE='${prod}'`);
  });

  it('verifies as any switch', async () => {
    await allowed('account = 123456789011\n');
    const { code, stdout } = await sandbox.switchVia(['here'], { cwd: project() });
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("AWSP_STATE='verified'") });
  });

  it('asks before production as any switch', async () => {
    sandbox.write('.config/awsp/config', '[guard]\nconfirm = yes\n');
    await allowed(`profile = ${prodAdmin}\n`);
    expect(await here()).toMatchObject({ code: 6, stdout: '' });
    expect(await here(['--yes'])).toMatchObject({ code: 0 });
  });

  it.each<[string, string, number, string]>([
    ['of several profiles', 'account = 123456789013\n', 3, `"123456789013" fits 2 profiles\n`],
    [
      'of no profile',
      'account = 999999999999\n',
      3,
      'account 999999999999 belongs here, but none of your profiles is for account 999999999999\n',
    ],
    [
      'of a profile that is gone',
      'profile = gone\n',
      3,
      'profile "gone" belongs here, but there is no profile "gone"\n',
    ],
  ])('without a terminal says when it is %s', async (_what, text, code, told) => {
    await allowed(text);
    expect(await here()).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(told) });
  });

  it('does not go where nothing is trusted', async () => {
    expect(await here()).toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        'awsp: no trusted .awsp here, nor in a folder above\n  to write one that names the active profile: awsp allow --pin\n',
    });
    sandbox.write('work/shop/.awsp', `profile = ${dev}\n`);
    const untrusted = 'awsp: ~/work/shop/.awsp is not trusted\n  read it, and then: awsp allow\n';
    expect(await here()).toMatchObject({ code: 6, stdout: '', stderr: untrusted });
    await sandbox.awsp(['allow'], { cwd: project() });
    sandbox.write('work/shop/.awsp', `profile = ${prod}\n`);
    expect(await here()).toMatchObject({ code: 6, stdout: '', stderr: untrusted });
  });

  it('says without the shim that nothing was switched', async () => {
    expect(await sandbox.awsp(['here'], { cwd: project() })).toMatchObject({ code: 2, stdout: '' });
  });
});
