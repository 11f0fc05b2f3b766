// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are those of sh
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeSandbox, type Sandbox } from '../support/program.ts';

const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
const test = 'barnehageplass-test-AWSPowerUserAccess-123456789012';
const prod = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';
const admin = 'barnehageplass-prod-AWSAdministratorAccess-123456789013';
const stage = 'skjema-stage-AWSPowerUserAccess-123456789021';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeSandbox();
});
beforeEach(() => sandbox.write('.config/awsp/config', ''));
afterAll(() => sandbox.remove());

/** Runs a script of sh as the command of `awsp exec`, in awsp's own process. */
const exec = (args: readonly string[], script: string, env: Readonly<Record<string, string>> = {}) =>
  sandbox.awsp(['exec', ...args, '--', 'sh', '-c', script], {
    env: { PATH: process.env.PATH, ...env },
    cwd: sandbox.home,
  });

function variables(text: string): Record<string, string> {
  const pairs = text.split('\0').map((line): [string, string] => {
    const end = line.indexOf('=');
    return [line.slice(0, end), line.slice(end + 1)];
  });
  return Object.fromEntries(pairs.filter(([name]) => name !== ''));
}

describe('whom the command acts as', () => {
  it.each([
    [['dev'], dev],
    [['--ro', admin], prod],
    [['--role', '*Admin*', prod], admin],
    [['--role', '*', prod], prod],
  ])('%j: %s', async (args, name) => {
    expect(await exec(args, 'printenv AWS_PROFILE')).toMatchObject({ code: 0, stdout: `${name}\n`, stderr: '' });
  });

  it('is the role of the account this shell is in, or what was before', async () => {
    expect((await exec(['--ro'], 'printenv AWS_PROFILE', { AWS_PROFILE: admin })).stdout).toBe(`${prod}\n`);
    expect((await exec(['-'], 'printenv AWS_PROFILE', { AWSP_PREVIOUS: dev })).stdout).toBe(`${dev}\n`);
    expect((await exec(['--ro'], 'touch ran')).code).toBe(2);
    expect((await exec([], 'touch ran')).code).toBe(2);
    expect((await exec(['skjema'], 'touch ran')).code).toBe(4);
    const { code, stderr } = await sandbox.awsp(['exec', 'dev', 'terraform', 'plan'], { cwd: sandbox.home });
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringContaining('a command goes after "--": awsp exec dev -- terraform plan'),
    });
    expect(existsSync(`${sandbox.home}/ran`)).toBe(false);
  });

  it('is asked for where the settings want that, in words of its own', async () => {
    sandbox.write('.config/awsp/config', '[guard]\nconfirm = yes\n');
    expect(await exec([admin], 'touch ran')).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('to run "sh" as it without being asked: --yes'),
    });
    expect((await exec([admin, '--yes'], 'printenv AWS_PROFILE')).stdout).toBe(`${admin}\n`);
    expect(existsSync(`${sandbox.home}/ran`)).toBe(false);
  });
});

describe('keys', () => {
  const before = { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9', AWS_SESSION_TOKEN: 'old' };

  it('are in the environment of the command, in place of the profile', async () => {
    const { code, stdout } = await exec([dev, '--keys'], 'env -0', before);
    const env = variables(stdout);
    expect(code).toBe(0);
    expect(env).toMatchObject({
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
    });
    expect(env).toMatchObject({ AWSP_ACCOUNT_ID: '123456789011', ...before, AWS_SESSION_TOKEN: expect.any(String) });
    expect(env.AWS_PROFILE).toBeUndefined();
    expect(env.AWS_SESSION_TOKEN).not.toBe('old');
    expect(Date.parse(env.AWS_CREDENTIAL_EXPIRATION ?? '')).toBeGreaterThan(Date.now());
    expect(env.AWS_CONFIG_FILE).toBe(sandbox.env.AWS_CONFIG_FILE);
  });

  it('are all there is with --only', async () => {
    const env = variables((await exec([prod, '--only'], 'env -0', before)).stdout);
    expect(env).toMatchObject({
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ACCESS_KEY_ID: expect.any(String),
    });
    expect(env.AWS_CONTAINER_CREDENTIALS_FULL_URI).toBeUndefined();
  });

  it('never come in the code of a shell', async () => {
    for (const more of [
      ['--keys'],
      ['--only'],
      ['--each', '*'],
      ['--role-arn', 'arn:aws:iam::123456789042:role/Hub'],
    ]) {
      const query = more[0] === '--each' ? [] : [dev];
      const argv = ['--shell', 'bash', '--subshell', 'exec', ...query, ...more, '--', 'env'];
      expect(await sandbox.awsp(argv)).toEqual({
        code: 0,
        stdout: 'exec -- "${__awsp_program[@]}" "$@"\n',
        stderr: '',
      });
    }
  });
});

describe('a role without a profile', () => {
  it('of the portal, or of an ARN, is acted as with keys, guarded and verified as a profile is', async () => {
    const config = `${sandbox.home}/.aws/config`;
    const text = readFileSync(config, 'utf8');
    try {
      sandbox.write('.aws/config', text.replace(/\[profile barnehageplass-prod-AWSReadOnly[^[]*/, ''));
      const script = 'echo "$AWSP_ROLE $AWSP_STATE $AWSP_LEVEL ${AWS_PROFILE-none}"; [ -n "$AWS_ACCESS_KEY_ID" ]';
      for (const more of [{}, { CLAUDECODE: '1' }]) {
        expect(await exec(['--ro', admin], script, more)).toMatchObject({
          ...{ code: 0, stdout: 'AWSReadOnlyAccess verified production none\n' },
        });
      }
      const viaShim = ['--shell', 'bash', '--subshell', 'exec', '--ro', admin, '--', 'env'];
      expect((await sandbox.awsp(viaShim)).stdout).toBe('exec -- "${__awsp_program[@]}" "$@"\n');
      const none = await exec(['--role', 'Nobody*', admin], script);
      expect(none).toMatchObject({ code: 3, stderr: expect.stringContaining('the portal gives you: AWSAdmin') });
      const hub = ['--role-arn', 'arn:aws:iam::123456789042:role/Hub', 'builder'];
      expect((await exec(hub, script)).stdout).toBe('Hub verified normal none\n');
      const stranger = ['--role-arn', 'arn:aws:iam::123456789042:role/Stranger', 'builder'];
      expect((await exec(stranger, 'touch ran')).code).toBe(1);
    } finally {
      sandbox.write('.aws/config', text);
    }
  });
});

describe('many profiles', () => {
  const both = '*-dev-*,*-test-*';

  it('run it one after the other, with the code 0 when all were 0', async () => {
    const { code, stdout, stderr } = await exec(['--each', both], 'echo $AWS_PROFILE');
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `${dev}\n${test}\n`,
      stderr: 'awsp: 2 of 2 profiles: exit code 0\n',
    });
  });

  it('run it at the same time, and print in their order', async () => {
    // The first one ends only when the second has begun; what that prints is more than a pipe holds.
    const script = `case $AWS_PROFILE in *-dev-*) until [ -e begun ]; do sleep 0.02; done; echo first;;
      *) touch begun; yes second | head -n 40000; echo last;; esac`;
    const { code, stdout } = await exec(['--each', both, '-j', '4'], script);
    const lines = stdout.split('\n');
    expect({ code, first: lines[0], count: lines.length, last: lines.at(-2) }).toEqual({
      ...{ code: 0, first: 'first', count: 40_003, last: 'last' },
    });
  });

  it('are listed by their exit codes when one fails; --fail-fast stops there, a signal as well', async () => {
    const script = 'case $AWS_PROFILE in *-dev-*) exit 3;; esac; echo ran';
    expect(await exec(['--each', both], script)).toEqual({
      ...{ code: 1, stdout: 'ran\n' },
      stderr: `awsp: 1 of 2 profiles: exit code 0\n  ${dev}: exit code 3\n`,
    });
    expect(await exec(['--each', both, '--fail-fast'], script)).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: `awsp: 0 of 2 profiles: exit code 0\n  ${dev}: exit code 3\n  ${test}: not run\n`,
    });
    expect((await exec(['--each', both], 'kill -INT $$')).code).toBe(130);
    const signedOut = await exec(['--each', `${dev},${stage}`], 'echo ran');
    expect(signedOut).toMatchObject({ code: 1, stdout: 'ran\n' });
    expect(signedOut.stderr).toContain(`${stage}: exit code 4`);
    expect((await exec(['--each', 'nothing-*'], 'touch ran')).code).toBe(3);
    expect(await exec(['--each', '*-prod-*', '--no-verify'], 'exit 0')).toMatchObject({ code: 0 });
  });
});
