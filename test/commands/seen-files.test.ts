import { appendFileSync, existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Environment } from '../../src/world.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await makeSandbox();
});
afterEach(() => sandbox.remove());

const builder = 'sandkasse-lab-Builder-123456789041';
const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';

/** The variables that the code of a switch exports. */
function exportsOf(code: string): Environment {
  return Object.fromEntries([...code.matchAll(/^export (\w+)='(.*)'/gm)].map(([, name, value]) => [name, value]));
}

async function switched(name = builder, extra: Record<string, string | undefined> = {}): Promise<Environment> {
  return exportsOf((await sandbox.switchVia([name], { env: extra })).stdout);
}

/** Whether the dates that the prompt compares are those of the config file. */
function isAsKept({ AWSP_SEEN }: Environment): boolean {
  const at = (path: string) => statSync(path).mtimeMs;
  const config = at(`${sandbox.home}/.aws/config`);
  return at(`${AWSP_SEEN}/config.since`) < config && config < at(`${AWSP_SEEN}/config.until`);
}

/** Changes the config file, at another time. */
function edit(change: (text: string) => string): void {
  const path = `${sandbox.home}/.aws/config`;
  sandbox.write('.aws/config', change(readFileSync(path, 'utf8')));
  const time = Date.now() / 1_000 + 60;
  utimesSync(path, time, time);
}

describe('what keeps the dates', () => {
  it.each([
    ['a switch', ['--shell', 'bash', dev], true],
    ['exec', ['exec', dev, '--', 'true'], true],
    ['credentials', ['credentials', dev], false],
    ['console', ['console', dev, '--print'], false],
  ])('%s', async (_what, args, isKept) => {
    expect((await sandbox.awsp(args)).code).toBe(0);
    expect(existsSync(`${sandbox.home}/.local/state/awsp/seen`)).toBe(isKept);
  });
});

describe('a switch', () => {
  it('keeps the dates of the files, for its owner alone, and the same place for the same facts', async () => {
    const first = await switched();
    expect(isAsKept(first)).toBe(true);
    expect(statSync(first.AWSP_SEEN ?? '').mode & 0o777).toBe(0o700);
    expect(statSync(`${first.AWSP_SEEN}/config.until`).mode & 0o777).toBe(0o600);
    edit((text) => `${text}# note\n`);
    expect(isAsKept(first)).toBe(false);
    expect((await switched()).AWSP_SEEN).toBe(first.AWSP_SEEN);
    expect(isAsKept(first)).toBe(true);
    expect((await switched(dev)).AWSP_SEEN).not.toBe(first.AWSP_SEEN);
  });

  it('works without, where they cannot be kept', async () => {
    const { code, stdout } = await sandbox.switchVia([builder], {
      files: (real) => ({
        ...real,
        keepDates: () => {
          throw new Error('EROFS');
        },
      }),
    });
    expect(code).toBe(0);
    expect(exportsOf(stdout)).toMatchObject({ AWS_PROFILE: builder });
    expect(stdout).not.toContain('AWSP_SEEN');
  });

  it('does not watch what is no file, and remembers the folder of a relative path', async () => {
    const none = await switched(builder, { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' });
    expect(none.AWSP_SEEN).toBeUndefined();
    const { stdout } = await sandbox.start(['--shell', 'bash', dev, '--no-verify'], {
      env: { AWS_CONFIG_FILE: '.aws/config' },
      cwd: sandbox.home,
    });
    expect(exportsOf(stdout)).toMatchObject({ AWSP_FOLDER: sandbox.home });
    expect((await switched()).AWSP_FOLDER).toBeUndefined();
  });
});

describe('awsp current, after the files have changed', () => {
  const warning = (name: string) =>
    `awsp: warning: "${name}" has changed since the switch, so the prompt of this shell may not be true\n  to switch again: awsp ${name}\n`;

  it.each([
    ['another profile', ['--no-verify']],
    ['another profile', []],
    ['nothing of it that tells who it is', []],
  ])('makes the prompt fine again: %s, %j', async (what, args) => {
    const env = await switched(dev);
    edit((text) =>
      what === 'another profile'
        ? `${text}\n[profile new]\nregion = eu-west-1\n`
        : text.replace(`[profile ${dev}]`, `[profile ${dev}]\ncli_pager =`),
    );
    expect(isAsKept(env)).toBe(false);
    const { code, stderr, stdout } = await sandbox.awsp(['current', ...args], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('verified');
    expect(isAsKept(env)).toBe(true);
  });

  it('says when the profile has become another one, and the prompt goes on saying that the files have changed', async () => {
    const env = await switched(dev);
    edit((text) => text.replace(/(sso_role_name = )AWSAdministratorAccess/, '$1AWSReadOnlyAccess'));
    const { stderr, stdout } = await sandbox.awsp(['current', '--no-verify', '--json'], { env });
    expect(stderr).toBe(warning(dev));
    expect(JSON.parse(stdout).state).toBe('unverified');
    expect(isAsKept(env)).toBe(false);
  });

  it('says when it counts as production by now', async () => {
    const env = await switched(builder);
    edit((text) => `${text}\n[profile shop-prod]\nsso_account_id = 123456789041\n`);
    expect((await sandbox.awsp(['current'], { env })).stderr).toContain(warning(builder));
    expect(isAsKept(env)).toBe(false);
  });
});

describe('replaced endpoints', () => {
  const url = 'http://kari:secret@localhost:4566/x';
  const said = (hosts: string, names: string) =>
    `awsp: warning: requests go to ${hosts}, not to AWS: ${names} set\n  to reach AWS: unset ${names.replaceAll(',', '').replace(' and', '')}\n`;

  it.each<[Record<string, string>, string | null, string]>([
    [{ AWS_ENDPOINT_URL: url }, 'AWS_ENDPOINT_URL', said('localhost:4566', 'AWS_ENDPOINT_URL')],
    [{ AWS_ENDPOINT_URL_S3: url }, 'AWS_ENDPOINT_URL_S3', said('localhost:4566', 'AWS_ENDPOINT_URL_S3')],
    [{ AWS_ENDPOINT_URL: 'x y' }, 'AWS_ENDPOINT_URL', said('AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL')],
    [
      { AWS_ENDPOINT_URL_S3: 'http://a', AWS_ENDPOINT_URL_SSO: 'http://b' },
      'AWS_ENDPOINT_URL_SSO',
      said('b and a', 'AWS_ENDPOINT_URL_SSO and AWS_ENDPOINT_URL_S3'),
    ],
    [{ AWS_ENDPOINT_URL: '' }, null, ''],
    [{ AWS_ENDPOINT_URL: url, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'True' }, null, ''],
  ])('%j', async (changed, name, text) => {
    const without = Object.fromEntries(Object.keys(sandbox.emulator.environment).map((key) => [key, undefined]));
    const env = { ...without, ...changed };
    const { stdout, stderr } = await sandbox.switchVia([builder, '--no-verify'], { env });
    const facts = exportsOf(stdout);
    expect(facts.AWSP_ENDPOINT ?? null).toBe(name);
    expect(stderr.replace(/^.*not verified\n/, '')).toBe(text);
    expect((await sandbox.awsp(['current', '--no-verify'], { env: { ...env, ...facts } })).stderr).toBe(text);
    expect(stderr).not.toContain('secret');
  });
});

describe('a time limit', () => {
  it('is refused while there is a profile of the name that a shell may have after it', async () => {
    appendFileSync(`${sandbox.home}/.aws/config`, '\n[profile -1]\nregion = eu-west-1\n');
    const { code, stdout, stderr } = await sandbox.switchVia([builder, '--for', '30m']);
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
    expect(stderr).toMatch(/^awsp: no time limit while there is a profile "-1", at ~\/\.aws\/config:\d+: /);
    expect((await sandbox.switchVia([builder])).code).toBe(0);
  });

  const past = { AWS_PROFILE: builder, AWSP_PROFILE: builder, AWSP_UNTIL: '1', AWSP_PREVIOUS: dev };
  it.each<[args: readonly string[], code: number, text: RegExp]>([
    [['region'], 6, /^awsp: the time of "sandkasse-lab-Builder-123456789041" is over, and its region with it\n/],
    [['region', 'eu-north-1'], 6, /is over, and its region with it\n {2}to switch to it again: awsp sandkasse/],
    [['region', '--unset'], 6, /is over, and its region with it\n/],
    [['-'], 0, /^awsp: barnehageplass-dev-/],
    [['--unset'], 0, /^awsp: no profile\n/],
    [[builder], 0, /^awsp: sandkasse-lab-Builder-123456789041: account 123456789041/],
  ])('that is over: awsp %j exits %i', async (args, code, text) => {
    const result = await sandbox.switchVia(args, { env: past });
    expect({ code: result.code, stderr: result.stderr }).toEqual({ code, stderr: expect.stringMatching(text) });
    if (code !== 0) expect(result.stdout).toBe('');
  });
});
