import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shells } from '../../src/environment/shells.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await makeSandbox({ wrongAccount: true });
});
afterEach(() => sandbox.remove());

const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
const test = 'barnehageplass-test-AWSPowerUserAccess-123456789012';
const builder = 'sandkasse-lab-Builder-123456789041';

/** What the printed code sets, by name. */
function exportsOf(code: string): Record<string, string> {
  const lines = code.split('\n').flatMap((line) => /^export (\w+)='(.*)'(?: &&)?$/.exec(line) ?? []);
  return Object.fromEntries(lines.flatMap((_, index) => (index % 3 === 0 ? [lines.slice(index + 1, index + 3)] : [])));
}

/** Nothing is printed for the shell to evaluate. */
const nothing = { stdout: '' };

describe('a switch', () => {
  it.each([
    ['sso, legacy', ['dev'], dev, '123456789011', 'AWSAdministratorAccess'],
    ['sso, with a session', ['power', 'TEST'], test, '123456789012', 'AWSPowerUserAccess'],
    [
      'sso, to be refreshed',
      ['kart'],
      'kart-stage-AWSReadOnlyAccess-123456789031',
      '123456789031',
      'AWSReadOnlyAccess',
    ],
    ['static keys', ['builder'], builder, '123456789041', 'kari'],
    ['a role', ['hub'], 'sandkasse-lab-Hub-123456789042', '123456789042', 'Hub'],
    ['a role from a role', ['deployer'], 'sandkasse-lab-Deployer-123456789043', '123456789043', 'Deployer'],
    ['a credential process', ['arkiv'], 'arkiv-lab-Reader-123456789051', '123456789051', 'arkiv-reader'],
  ])('verifies %s', async (_kind, query, profile, account, role) => {
    const { code, stdout, stderr } = await sandbox.switchVia(query);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`${profile}: account ${account}`),
    });
    expect(exportsOf(stdout)).toMatchObject({
      AWS_PROFILE: profile,
      AWSP_PROFILE: profile,
      AWSP_ACCOUNT_ID: account,
      AWSP_ROLE: role,
      AWSP_STATE: 'verified',
      AWSP_LEVEL: 'normal',
    });
    expect(sandbox.emulator.requests.at(-1)).toMatchObject({ service: 'sts', operation: 'GetCallerIdentity' });
  });

  it('says that production is production', async () => {
    const { stdout, stderr } = await sandbox.switchVia(['prod', 'readonly']);
    expect(exportsOf(stdout).AWSP_LEVEL).toBe('production');
    expect(stderr).toContain('PRODUCTION');
  });

  it('refreshes a token before anyone is asked, and knows that it lasts', async () => {
    const { stdout } = await sandbox.switchVia(['kart']);
    expect(sandbox.emulator.requests).toContainEqual(expect.objectContaining({ service: 'sso-oidc' }));
    expect(exportsOf(stdout)).not.toHaveProperty('AWSP_EXPIRES');
  });

  it('tells when a sign-in without a refresh token ends', async () => {
    const seconds = Number(exportsOf((await sandbox.switchVia(['dev'])).stdout).AWSP_EXPIRES);
    expect(Math.abs(seconds - Date.now() / 1_000 - 8 * 3_600)).toBeLessThan(120);
  });

  it('clears what would beat the profile, and names it once', async () => {
    const { stdout, stderr } = await sandbox.switchVia(['dev'], {
      env: { AWS_ACCESS_KEY_ID: 'AKIAX', AWS_SECRET_ACCESS_KEY: 'x', AWS_DEFAULT_PROFILE: '', AWS_SESSION_TOKEN: 't' },
    });
    const unset = ['AWS_ACCESS_KEY_ID', 'AWS_DEFAULT_PROFILE', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
    for (const name of unset) expect(stdout).toContain(`unset ${name} &&\n`);
    expect(stderr.match(/AWS_ACCESS_KEY_ID/g)).toHaveLength(1);
    expect(exportsOf(stdout).AWSP_ACCOUNT_ID).toBe('123456789011');
  });

  it('sets the region in both names when asked, and only then', async () => {
    expect((await sandbox.switchVia(['dev'])).stdout).not.toMatch(/AWS_(DEFAULT_)?REGION/);
    expect(exportsOf((await sandbox.switchVia(['dev', '--region', 'eu-north-1'])).stdout)).toMatchObject({
      AWS_REGION: 'eu-north-1',
      AWS_DEFAULT_REGION: 'eu-north-1',
    });
  });

  it('sends no secret through the eval', async () => {
    const all = await Promise.all(
      ['dev', 'builder', 'arkiv', 'deployer', 'kart'].map((query) => sandbox.start(['--shell', 'bash', query])),
    );
    const printed = all.map(({ stdout, stderr }) => stdout + stderr).join('');
    expect(printed).not.toMatch(/EXAMPLE|token|secret/i);
  });
});

describe('a profile that AWS says is another account', () => {
  it('is never switched to', async () => {
    const { code, stdout, stderr } = await sandbox.switchVia(['feil']);
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toContain('promises 123456789061, but its credentials belong to 123456789099');
  });

  it('is not remembered', async () => {
    await sandbox.switchVia(['feil']);
    expect((await sandbox.switchVia(['feil'])).code).toBe(5);
  });
});

describe('a sign-in that is over', () => {
  it('is found without the network', async () => {
    const result = await sandbox.switchVia(['skjema']);
    expect(result).toMatchObject({ code: 4, ...nothing });
    expect(result.stderr).toContain('awsp login skjema-stage-AWSPowerUserAccess-123456789021');
    expect(sandbox.emulator.requests).toEqual([]);
  });

  it('is told from one that never was', async () => {
    rmSync(`${sandbox.home}/.aws/sso`, { recursive: true });
    const result = await sandbox.switchVia(['dev']);
    expect(result).toMatchObject({ code: 4, ...nothing });
    expect(result.stderr).toContain('you are not signed in to https://barnehage.awsapps.com/start');
  });

  it('is found when only AWS knows', async () => {
    sandbox.emulator.faults.push({
      service: 'sso',
      effect: { kind: 'error', status: 401, code: 'UnauthorizedException' },
    });
    expect(await sandbox.switchVia(['dev'])).toMatchObject({ code: 4, ...nothing });
  });

  it.each(['', '{', '[]', '{"accessToken":1}', 'null', '{"accessToken":"x","expiresAt":"never"}'])(
    'a token file with %j is no sign-in',
    async (text) => {
      for (const file of readdirSync(`${sandbox.home}/.aws/sso/cache`)) {
        writeFileSync(`${sandbox.home}/.aws/sso/cache/${file}`, text);
      }
      expect(await sandbox.switchVia(['dev'])).toMatchObject({ code: 4, ...nothing });
    },
  );
});

describe('--quiet', () => {
  it('leaves the warnings, and the switch is made', async () => {
    const { code, stdout, stderr } = await sandbox.switchVia(['builder', '-q']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(exportsOf(stdout)).toMatchObject({ AWS_PROFILE: builder, AWSP_STATE: 'verified' });
    sandbox.write('.config/awsp/config', '[verify]\ntimeuot = 1s\n');
    expect((await sandbox.switchVia(['builder', '--quiet'])).stderr).toMatch(/^awsp: warning: .*"verify.timeuot".*$/m);
  });

  it('leaves the errors', async () => {
    const { code, stderr } = await sandbox.switchVia(['nothing-like-it', '-q']);
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('no profile matches') });
  });
});

describe('when AWS refuses', () => {
  it.each([
    [
      'an unknown role',
      'dev',
      'sso',
      403,
      'ForbiddenException',
      'gives you no role "AWSAdministratorAccess" in account 123456789011',
    ],
    ['no access', 'builder', 'sts', 403, 'AccessDenied', 'AWS denies'],
    ['keys that have expired', 'builder', 'sts', 403, 'ExpiredToken', 'have expired'],
    ['keys it does not know', 'builder', 'sts', 403, 'InvalidClientTokenId', 'does not know the access key'],
    ['a wrong secret', 'builder', 'sts', 403, 'SignatureDoesNotMatch', 'does not fit its access key'],
    ['what it does not explain', 'builder', 'sts', 400, 'SomethingNew', 'SomethingNew'],
  ])('for %s, nothing is switched', async (_what, query, service, status, code, words) => {
    sandbox.emulator.faults.push({ service: service as 'sts' | 'sso', effect: { kind: 'error', status, code } });
    const result = await sandbox.switchVia([query]);
    expect(result).toMatchObject({ code: 1, ...nothing });
    expect(result.stderr).toContain(words);
  });

  it('for a role that the portal does not give, the roles that it does give are told', async () => {
    const config = readFileSync(`${sandbox.home}/.aws/config`, 'utf8');
    sandbox.write('.aws/config', config.replaceAll('sso_role_name = AWSAdministratorAccess', 'sso_role_name = Root'));
    const result = await sandbox.switchVia(['dev']);
    expect(result).toMatchObject({ code: 1, ...nothing });
    expect(result.stderr).toContain('gives you no role "Root" in account 123456789011');
    expect(result.stderr).toContain('you do have these roles there: AWSAdministratorAccess');
  });

  it('a role that may not be assumed', async () => {
    sandbox.write(
      '.aws/config',
      `${readFileSync(`${sandbox.home}/.aws/config`, 'utf8')}
[profile nope]
role_arn = arn:aws:iam::123456789043:role/Deployer
source_profile = ${builder}
`,
    );
    const result = await sandbox.switchVia(['nope']);
    expect(result).toMatchObject({ code: 1, ...nothing });
    expect(result.stderr).toContain('AWS denies "nope"');
  });

  it('requests for which it is too busy', async () => {
    sandbox.emulator.faults.push({ effect: { kind: 'throttle' } });
    const result = await sandbox.switchVia(['builder']);
    expect(result).toMatchObject({ code: 1, ...nothing });
    expect(result.stderr).toContain('throttling');
  });

  it('a few times only, it goes on', async () => {
    sandbox.emulator.faults.push({ service: 'sts', times: 1, effect: { kind: 'throttle' } });
    expect((await sandbox.switchVia(['builder'])).code).toBe(0);
  });

  it('a code that cannot be asked for', async () => {
    const result = await sandbox.switchVia(['lab', 'admin']);
    expect(result).toMatchObject({ code: 1, ...nothing });
    expect(result.stderr).toContain('arn:aws:iam::123456789041:mfa/kari');
  });

  it('says what a credential process said, but not its command line', async () => {
    sandbox.write(
      '.aws/config',
      '[profile p]\ncredential_process = sh -c \'echo "vault is sealed" >&2; exit 3\' hunter2\n',
    );
    const result = await sandbox.switchVia(['p']);
    expect(result).toMatchObject({ code: 1, ...nothing });
    expect(result.stderr).toContain('vault is sealed');
    expect(result.stderr).not.toContain('hunter2');
  });
});

describe('when AWS cannot be reached', () => {
  const unverified = { AWS_PROFILE: dev, AWSP_STATE: 'unverified', AWSP_ACCOUNT_ID: '123456789011' };

  it.each([
    ['nothing listens', { AWS_ENDPOINT_URL_SSO: 'http://127.0.0.1:9' }, 'refused'],
    ['the name is unknown', { AWS_ENDPOINT_URL_SSO: 'http://no-such-host.invalid' }, 'not found'],
  ])('%s: it switches, and says that it is not verified', async (_what, env, words) => {
    const { code, stdout, stderr } = await sandbox.switchVia(['dev'], { env });
    expect(code).toBe(0);
    expect(stderr).toMatch(new RegExp(`not verified: .*${words}`));
    expect(exportsOf(stdout)).toMatchObject(unverified);
  });

  it.each([
    ['the connection is reset', { kind: 'reset' }, 'cut'],
    ['something else answers', { kind: 'garbage' }, 'not AWS'],
    ['AWS itself is in trouble', { kind: 'error', status: 503, code: 'ServiceUnavailable' }, '503'],
  ] as const)('%s: the same', async (_what, effect, words) => {
    sandbox.emulator.faults.push({ effect });
    const { code, stdout, stderr } = await sandbox.switchVia(['dev']);
    expect(code).toBe(0);
    expect(stderr).toMatch(new RegExp(`not verified: .*${words}`));
    expect(exportsOf(stdout)).toMatchObject(unverified);
  });

  it('no answer in the time that the settings give: the same', async () => {
    sandbox.write('.config/awsp/config', '[verify]\ntimeout = 1s\n');
    sandbox.emulator.faults.push({ effect: { kind: 'silence' } });
    const { code, stdout, stderr } = await sandbox.switchVia(['dev']);
    expect(code).toBe(0);
    expect(stderr).toContain('not verified: AWS did not answer within 1 s');
    expect(exportsOf(stdout)).toMatchObject(unverified);
  });

  it('nobody asks it with --no-verify', async () => {
    const { code, stdout } = await sandbox.switchVia(['skjema', '--no-verify']);
    expect(code).toBe(0);
    expect(exportsOf(stdout)).toMatchObject({ AWSP_STATE: 'unverified', AWSP_ACCOUNT_ID: '123456789021' });
    expect(sandbox.emulator.requests).toEqual([]);
  });
});

describe('a verification', () => {
  const asked = () => sandbox.emulator.requests.filter(({ operation }) => operation === 'GetCallerIdentity').length;

  it('is remembered, and asked again with --verify', async () => {
    const first = await sandbox.switchVia(['dev']);
    expect(await sandbox.switchVia(['dev'])).toEqual(first);
    expect(asked()).toBe(1);
    await sandbox.switchVia(['dev', '--verify']);
    expect(asked()).toBe(2);
  });

  it('is kept without secrets, for its owner alone', async () => {
    await sandbox.switchVia(['builder']);
    await sandbox.switchVia(['dev']);
    const folder = `${sandbox.home}/.cache/awsp/verified`;
    for (const file of readdirSync(folder)) {
      expect(statSync(`${folder}/${file}`).mode & 0o777).toBe(0o600);
      expect(readFileSync(`${folder}/${file}`, 'utf8')).not.toMatch(/AKIA|EXAMPLEKEY|sample-/);
    }
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it.each([
    [
      'the profile changes',
      (p: Sandbox) =>
        p.write(
          '.aws/config',
          readFileSync(`${p.home}/.aws/config`, 'utf8').replace('region = eu-west-1', 'region = eu-west-2'),
        ),
    ],
    [
      'the token changes',
      (p: Sandbox) => {
        for (const file of readdirSync(`${p.home}/.aws/sso/cache`)) {
          const path = `${p.home}/.aws/sso/cache/${file}`;
          writeFileSync(path, `${readFileSync(path, 'utf8')} `);
        }
      },
    ],
    [
      'what is remembered is damaged',
      (p: Sandbox) => {
        for (const file of readdirSync(`${p.home}/.cache/awsp/verified`)) {
          writeFileSync(`${p.home}/.cache/awsp/verified/${file}`, '{"subject":');
        }
      },
    ],
    ['the settings say so', (p: Sandbox) => p.write('.config/awsp/config', '[verify]\nremember = 0\n')],
  ])('is asked for again when %s', async (_what, change) => {
    await sandbox.switchVia(['dev']);
    change(sandbox);
    expect((await sandbox.switchVia(['dev'])).code).toBe(0);
    expect(asked()).toBe(2);
  });

  it('of a credential process is not remembered: only the process knows whose keys it hands out', async () => {
    const handOut = (id: string, secret: string) =>
      sandbox.write('keys.json', JSON.stringify({ Version: 1, AccessKeyId: id, SecretAccessKey: secret }));
    sandbox.write(
      '.aws/config',
      `[profile p]\ncredential_process = cat ${sandbox.home}/keys.json\nregion = eu-west-1\n`,
    );
    sandbox.write('.config/awsp/config', '[pin]\np = 123456789051\n');
    handOut('AKIAI44QH8DHBEXAMPLE', 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY');
    expect((await sandbox.switchVia(['p'])).code).toBe(0);
    handOut('AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY');
    expect(await sandbox.switchVia(['p'])).toMatchObject({
      code: 5,
      stdout: '',
      stderr: expect.stringContaining('its credentials belong to 123456789041'),
    });
  });

  it('is asked for again where it may be told to take other endpoints', async () => {
    await sandbox.switchVia(['builder']);
    // What the profile says of endpoints counts, or does not, by this variable.
    await sandbox.switchVia(['builder'], { env: { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false' } });
    expect(asked()).toBe(2);
  });

  it('is made where both variables name one file', async () => {
    const keys = readFileSync(`${sandbox.home}/.aws/credentials`, 'utf8');
    sandbox.write('both', `[profile ${builder}]\nregion = eu-west-1\n${keys}`);
    const both = `${sandbox.home}/both`;
    const env = { AWS_CONFIG_FILE: both, AWS_SHARED_CREDENTIALS_FILE: both };
    const { code, stdout } = await sandbox.switchVia([builder], { env });
    expect({ code, account: exportsOf(stdout).AWSP_ACCOUNT_ID }).toEqual({ code: 0, account: '123456789041' });
  });

  it('is not asked for again when another profile changes', async () => {
    await sandbox.switchVia(['dev']);
    sandbox.write('.aws/config', `${readFileSync(`${sandbox.home}/.aws/config`, 'utf8')}\n[profile new]\nregion = x\n`);
    await sandbox.switchVia(['dev']);
    expect(asked()).toBe(1);
  });

  it('is not needed to switch: a cache that cannot be written is nobody’s business', async () => {
    sandbox.write('.cache', 'not a folder');
    expect(await sandbox.switchVia(['dev'])).toMatchObject({ code: 0, stderr: expect.not.stringContaining('cache') });
  });

  it('leaves no trace when it fails', async () => {
    await sandbox.switchVia(['skjema']);
    await sandbox.switchVia(['feil']);
    expect(() => readdirSync(`${sandbox.home}/.cache`)).toThrow();
  });
});

describe('a query', () => {
  it.each([
    ['fits nothing', ['zzz'], 3, 'no profile matches "zzz" in ~/.aws/config or ~/.aws/credentials'],
    ['has a slip', ['prdo'], 3, 'did you mean "barnehageplass-prod-'],
    ['fits several', ['prod'], 3, '"prod" fits 2 profiles'],
    ['is empty', [''], 3, 'fits 12 profiles'],
    ['has no terminal to choose on', [], 2, 'no terminal to choose on'],
    ['has a wrong option', ['dev', '--no-verfy'], 2, 'did you mean "--no-verify"?'],
  ])('that %s changes nothing', async (_what, query, code, words) => {
    const result = await sandbox.switchVia(query);
    expect(result).toMatchObject({ code, ...nothing });
    expect(result.stderr).toContain(words);
  });

  it('never picks a near name by a slip', async () => {
    for (const typed of ['prdo', 'dve', 'tset', 'bilder']) {
      expect(await sandbox.switchVia([typed])).toMatchObject({ code: 3, ...nothing });
    }
  });

  it('may be an alias of the settings', async () => {
    sandbox.write('.config/awsp/config', `[alias]\nd = ${dev}\nbad = nowhere\n`);
    expect(exportsOf((await sandbox.switchVia(['d'])).stdout).AWS_PROFILE).toBe(dev);
    expect(await sandbox.switchVia(['bad'])).toMatchObject({ code: 3, ...nothing });
  });

  it('may be fuzzy when one profile is clearly ahead', async () => {
    expect(exportsOf((await sandbox.switchVia(['bdev'])).stdout).AWS_PROFILE).toBe(dev);
  });
});

describe('back and forth', () => {
  it('returns to the previous profile of this shell', async () => {
    const env = { AWS_PROFILE: dev, AWSP_PREVIOUS: test };
    const { stdout } = await sandbox.switchVia(['-'], { env });
    expect(exportsOf(stdout)).toMatchObject({ AWS_PROFILE: test, AWSP_PREVIOUS: dev });
  });

  it('passes over a name that was set by hand and is no profile', async () => {
    const env = { AWS_PROFILE: 'typo', AWSP_PROFILE: dev };
    const { stdout, stderr } = await sandbox.switchVia(['builder', '--no-verify'], { env });
    expect(exportsOf(stdout)).toMatchObject({ AWS_PROFILE: builder, AWSP_PREVIOUS: dev });
    expect(stderr).toContain('"awsp -" will not go back to "typo", which is no profile');
    const onlyByHand = { AWS_PROFILE: 'typo', AWSP_PREVIOUS: dev };
    const second = await sandbox.switchVia(['builder', '--no-verify'], { env: onlyByHand });
    expect(exportsOf(second.stdout)).toMatchObject({ AWS_PROFILE: builder });
    expect(second.stdout).not.toContain('AWSP_PREVIOUS');
  });

  it.each([
    ['there was none', {}, 3, 'no previous profile in this shell'],
    ['it is gone from the files', { AWSP_PREVIOUS: 'gone' }, 3, 'no profile matches "gone"'],
  ])('says that %s', async (_what, env, code, words) => {
    const result = await sandbox.switchVia(['-'], { env });
    expect(result).toMatchObject({ code, ...nothing });
    expect(result.stderr).toContain(words);
  });

  it('--unset needs no files, and keeps the way back', async () => {
    rmSync(`${sandbox.home}/.aws`, { recursive: true });
    const env = { AWS_PROFILE: dev, AWSP_PROFILE: dev, AWS_DEFAULT_PROFILE: 'x', AWS_ACCESS_KEY_ID: 'y' };
    const { code, stdout } = await sandbox.switchVia(['-u'], { env });
    expect(code).toBe(0);
    expect(stdout).toBe(
      `unset AWS_ACCESS_KEY_ID &&\nunset AWS_DEFAULT_PROFILE &&\nunset AWS_PROFILE &&\nexport AWSP_PREVIOUS='${dev}' &&\nunset AWSP_PROFILE\n`,
    );
  });
});

describe('bad surroundings', () => {
  it('no files at all', async () => {
    rmSync(`${sandbox.home}/.aws`, { recursive: true });
    const result = await sandbox.switchVia(['dev']);
    expect(result).toMatchObject({ code: 3, ...nothing });
    expect(result.stderr).toContain('no profiles in ~/.aws/config or ~/.aws/credentials');
  });

  it('no HOME', async () => {
    const result = await sandbox.switchVia(['dev'], { env: { HOME: undefined } });
    expect(result).toMatchObject({ code: 1, ...nothing });
    expect(result.stderr).toContain('HOME is not set');
  });

  it('no HOME, but a config file', async () => {
    const env = {
      HOME: undefined,
      AWS_CONFIG_FILE: `${sandbox.home}/.aws/config`,
      AWS_SHARED_CREDENTIALS_FILE: `${sandbox.home}/.aws/credentials`,
    };
    expect((await sandbox.switchVia([builder], { env })).code).toBe(0);
    expect(await sandbox.switchVia(['dev'], { env })).toMatchObject({ code: 1, ...nothing });
  });

  it('a config that is a folder', async () => {
    rmSync(`${sandbox.home}/.aws/config`);
    mkdirSync(`${sandbox.home}/.aws/config`);
    const result = await sandbox.switchVia(['dev']);
    expect(result).toMatchObject({ code: 3, ...nothing });
    expect((await sandbox.switchVia(['builder'])).code).toBe(0);
  });

  it('a config of 50 MB', async () => {
    const section = (n: number) =>
      `[profile p${n}]\n# ${'x'.repeat(2_000)}\nregion = eu-west-1\nsso_account_id = 123456789012\n`;
    const text = Array.from({ length: 25_000 }, (_, n) => section(n)).join('');
    sandbox.write('.aws/config', text);
    expect(text.length).toBeGreaterThan(50_000_000);
    expect((await sandbox.switchVia(['p777', '--no-verify'])).code).toBe(0);
    sandbox.write('.aws/config', text + text);
    const tooLarge = await sandbox.switchVia(['p777', '--no-verify']);
    expect(tooLarge).toMatchObject({ code: 3, ...nothing });
  });

  it('a binary config', async () => {
    sandbox.write('.aws/config', Buffer.from(Array.from({ length: 4_096 }, (_, n) => (n * 7) % 256)));
    expect(await sandbox.switchVia(['dev'])).toMatchObject({ code: 3, ...nothing });
    expect((await sandbox.switchVia(['builder'])).code).toBe(0);
  });

  it.each([
    [
      'a cycle',
      '[profile x]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = y\n[profile y]\nrole_arn = arn:aws:iam::1:role/b\nsource_profile = x\n',
    ],
    ['a source that is missing', '[profile x]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = nobody\n'],
    [
      'a session that is missing',
      '[profile x]\nsso_session = nobody\nsso_account_id = 123456789012\nsso_role_name = r\n',
    ],
    ['no credentials', '[profile x]\nregion = eu-west-1\n'],
  ])('%s', async (_what, config) => {
    sandbox.write('.aws/config', config);
    const result = await sandbox.switchVia(['x']);
    expect(result).toMatchObject({ code: 1, ...nothing });
    expect(result.stderr).not.toContain('bug');
  });

  it.each(['dev', 'dev --for 1h'])('a folder that is gone: %s', async (typed) => {
    mkdirSync(`${sandbox.home}/gone`);
    const script = `cd '${sandbox.home}/gone' && rmdir ../gone && exec "$0" --shell bash ${typed}`;
    const { runProgram } = await import('../support/run.ts');
    const { program } = await import('../support/program.ts');
    expect((await runProgram('/bin/sh', ['-c', script, program], { env: sandbox.env })).code).toBe(0);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('%s while AWS is being asked', async (name) => {
    sandbox.emulator.faults.push({ effect: { kind: 'silence' } });
    const { code, stdout } = await sandbox.start(['--shell', 'bash', 'dev'], { signal: { after: 400, name } });
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
  });

  it('hostile names', async () => {
    const names = [
      "it's",
      '$(touch x)',
      'a  b',
      '`id`',
      '-x',
      'æøå',
      '"',
      'a\\',
      '__proto__',
      'constructor',
      '*',
      '!!',
      '%s',
      '~',
    ];
    sandbox.write('.aws/config', '');
    sandbox.write('.aws/credentials', names.map((name) => `[${name}]\nregion = eu-west-1\n`).join(''));
    const listed = JSON.parse((await sandbox.awsp(['list', '--json'])).stdout).profiles.map(
      (profile: { name: string }) => profile.name,
    );
    for (const name of listed) {
      const { code, stdout } = await sandbox.switchVia(['--no-verify', '--', name]);
      expect({ name, code }).toEqual({ name, code: 0 });
      expect(stdout).toContain(`export AWS_PROFILE=${shells.bash.quote(name)} &&\n`);
    }
    expect(listed).toEqual(names);
  });

  it('names with control characters are listed, and never become active', async () => {
    sandbox.write('.aws/config', '[profile a\u001B[31mb]\nregion = x\n');
    const { code, stdout, stderr } = await sandbox.switchVia(['--no-verify', 'a\u001B[31mb']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).not.toContain('\u001B');
  });
});

describe('without a shim', () => {
  it.each([[['dev']], [['-']], [['-u']], [[]]])('awsp %j does not pretend', async (argv) => {
    const { code, stdout, stderr } = await sandbox.awsp(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('/shell/awsp.zsh');
  });
});

describe('help and version', () => {
  it('are data for a person', async () => {
    expect((await sandbox.awsp(['--help'])).stdout).toContain('awsp --unset, -u');
    expect((await sandbox.awsp(['--version'])).stdout).toMatch(/^awsp \d+\.\d+\.\d+\n$/);
  });
});
