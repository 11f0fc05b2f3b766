import { readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSandbox, type Sandbox } from '../support/program.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await makeSandbox();
});
afterEach(() => sandbox.remove());

const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
const power = 'barnehageplass-test-AWSPowerUserAccess-123456789012';
const builder = 'sandkasse-lab-Builder-123456789041';
const config = () => readFileSync(`${sandbox.home}/.aws/config`, 'utf8');

async function rowsOf(args: readonly string[], env: Record<string, string | undefined> = {}): Promise<string[][]> {
  const { code, stdout, stderr } = await sandbox.awsp(['show', ...args], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));
}

describe('the table', () => {
  it('has each property with its place', async () => {
    const header = config().split('\n').indexOf(`[profile ${dev}]`) + 1;
    const at = (line: number) => ['config-file', `~/.aws/config:${line}`];
    expect(await rowsOf(['dev'])).toEqual([
      ['Name', 'Value', 'Type', 'Location'],
      ['profile', dev, 'sso', `~/.aws/config:${header}`],
      ['sso_start_url', 'https://barnehage.awsapps.com/start', ...at(header + 1)],
      ['sso_region', 'eu-west-1', ...at(header + 2)],
      ['sso_account_id', '123456789011', ...at(header + 3)],
      ['sso_role_name', 'AWSAdministratorAccess', ...at(header + 4)],
      ['region', 'eu-west-1', ...at(header + 5)],
      ['output', 'json', ...at(header + 6)],
    ]);
  });

  it('has them as short where HOME ends in a slash', async () => {
    expect(await rowsOf(['dev'], { HOME: `${sandbox.home}/` })).toEqual(await rowsOf(['dev']));
  });

  it('has the rows of the session too', async () => {
    const header = config().split('\n').indexOf('[sso-session barnehage]') + 1;
    const rows = await rowsOf(['power', 'test']);
    expect(rows.filter(([, , type]) => type === 'sso-session')).toEqual([
      ['sso_start_url', 'https://barnehage.awsapps.com/start', 'sso-session', `~/.aws/config:${header + 1}`],
      ['sso_region', 'eu-west-1', 'sso-session', `~/.aws/config:${header + 2}`],
      ['sso_registration_scopes', 'sso:account:access', 'sso-session', `~/.aws/config:${header + 3}`],
    ]);
  });

  it('shows of secrets the last four characters, and of short ones nothing', async () => {
    sandbox.write(
      '.aws/credentials',
      `[${builder}]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\nAWS_Secret_Access_Key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\naws_session_token = 12345678\naws_security_token = 123456789\n`,
    );
    const rows = await rowsOf(['builder']);
    const at = (line: number) => ['shared-credentials-file', `~/.aws/credentials:${line}`];
    expect(rows.slice(-4)).toEqual([
      ['aws_access_key_id', '****************MPLE', ...at(2)],
      ['aws_secret_access_key', '****************EKEY', ...at(3)],
      ['aws_session_token', '****************', ...at(4)],
      ['aws_security_token', '****************6789', ...at(5)],
    ]);
    expect(rows[1]).toEqual([
      'profile',
      builder,
      'static',
      expect.stringMatching(/^~\/\.aws\/config:\d+, ~\/\.aws\/credentials:1$/),
    ]);
  });

  it('has sub-properties by their full names', async () => {
    sandbox.write(
      '.aws/config',
      '[profile p]\nregion = r\ns3 =\n  max_concurrent_requests = 20\n  addressing_style = path\n',
    );
    expect((await rowsOf(['p'])).slice(-2)).toEqual([
      ['s3.max_concurrent_requests', '20', 'config-file', '~/.aws/config:4'],
      ['s3.addressing_style', 'path', 'config-file', '~/.aws/config:5'],
    ]);
  });

  it('tells the file by what it is, also when only one is read', async () => {
    const rows = await rowsOf(['builder'], { AWS_CONFIG_FILE: '' });
    expect(rows.at(-1)?.[2]).toBe('shared-credentials-file');
  });

  it('names files outside the home by their paths', async () => {
    const path = `${sandbox.home}/.aws/config`;
    const rows = await rowsOf(['dev'], { HOME: '/proc/nowhere', AWS_CONFIG_FILE: path });
    expect(rows[1]?.[3]).toMatch(new RegExp(`^${path}:\\d+$`));
  });

  it('of a profile whose session does not exist still shows the profile', async () => {
    sandbox.write(
      '.aws/config',
      '[profile p]\nsso_session = nowhere\nsso_account_id = 123456789011\nsso_role_name = r\n',
    );
    expect((await rowsOf(['p'])).map(([name]) => name)).toEqual([
      'Name',
      'profile',
      'sso_session',
      'sso_account_id',
      'sso_role_name',
    ]);
  });
});

describe('--json', () => {
  it('has every key, in order, and null for what is unknown', async () => {
    sandbox.write(
      '.aws/config',
      `\n[profile ${builder}]\nregion = eu-west-1\ns3 =\n  max_concurrent_requests = 20\n__proto__ = x\n`,
    );
    const file = `${sandbox.home}/.aws/config`;
    const keys = `${sandbox.home}/.aws/credentials`;
    const { code, stdout, stderr } = await sandbox.awsp(['show', 'builder', '--json'], {
      env: { AWS_PROFILE: builder },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { s3, ...others } = JSON.parse(stdout).properties;
    expect(others).toEqual({
      region: { value: 'eu-west-1', file, line: 3 },
      's3.max_concurrent_requests': { value: '20', file, line: 5 },
      ['__proto__']: { value: 'x', file, line: 6 },
      aws_access_key_id: { value: '****************MPLE', file: keys, line: 2 },
      aws_secret_access_key: { value: '****************EKEY', file: keys, line: 3 },
    });
    expect(s3?.value ?? '').toBe('');
    expect(Object.entries(JSON.parse(stdout)).filter(([key]) => key !== 'properties')).toEqual([
      ['name', builder],
      ['kind', 'static'],
      ['accountId', null],
      ['accountName', null],
      ['roleName', null],
      ['region', 'eu-west-1'],
      ['ssoSession', null],
      ['ssoStartUrl', null],
      ['sourceProfile', null],
      ['signIn', null],
      ['level', 'normal'],
      ['active', true],
      [
        'definedIn',
        [
          { file, line: 2 },
          { file: keys, line: 1 },
        ],
      ],
    ]);
    expect(Object.keys(JSON.parse(stdout)).slice(0, 3)).toEqual(['name', 'kind', 'properties']);
  });

  it('tells what the session gives', async () => {
    const document = JSON.parse((await sandbox.awsp(['show', power, '--json'])).stdout);
    expect(document).toMatchObject({
      kind: 'sso',
      accountId: '123456789012',
      roleName: 'AWSPowerUserAccess',
      ssoSession: 'barnehage',
      ssoStartUrl: 'https://barnehage.awsapps.com/start',
      signIn: 'valid',
      active: false,
    });
    expect(document.properties).not.toHaveProperty('sso_start_url');
  });

  it('holds no secret', async () => {
    const all = await Promise.all(
      [['builder'], ['builder', '--json'], ['hub'], ['dev', '--json']].map((args) => sandbox.start(['show', ...args])),
    );
    const printed = all.map(({ stdout, stderr }) => stdout + stderr).join('');
    expect(printed).toContain('MPLE');
    expect(printed).not.toMatch(/AKIAIOSFODNN7EXAMPLE|wJalrXUtnFEMI|sample-/);
  });
});

describe('which profile', () => {
  it('is the active one without a query', async () => {
    expect((await rowsOf([], { AWS_PROFILE: power }))[1]?.[1]).toBe(power);
  });

  it.each([{}, { AWS_PROFILE: '' }])('is none where none is active: %j', async (env) => {
    for (const args of [['show'], ['show', '--json']]) {
      const { code, stdout, stderr } = await sandbox.awsp(args, { env });
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toBe('awsp: no profile is active\n  name one: awsp show <query>\n');
    }
  });

  it.each(['dev', 'prod-AWSReadOnly', 'DEV', 'd', 'bdev'])(
    'is none where the active one, "%s", does not exist, whatever it resembles',
    async (name) => {
      sandbox.write('.config/awsp/config', `[alias]\nd = ${dev}\n`);
      const { code, stdout, stderr } = await sandbox.awsp(['show'], { env: { AWS_PROFILE: name } });
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toContain(`no profile matches "${name}" in ~/.aws/config or ~/.aws/credentials`);
    },
  );

  it('is an alias’s', async () => {
    sandbox.write('.config/awsp/config', `[alias]\nprod = ${dev}\n`);
    expect((await rowsOf(['prod']))[1]?.[1]).toBe(dev);
    sandbox.write('.config/awsp/config', '[alias]\nprod = nowhere\n');
    expect(await sandbox.awsp(['show', 'prod'])).toMatchObject({ code: 3, stdout: '' });
  });

  it('is never picked from several', async () => {
    for (const args of [['prod'], ['prod', '--json'], ['']]) {
      const { code, stdout, stderr } = await sandbox.awsp(['show', ...args]);
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toMatch(/fits \d+ profiles\n/);
      expect(stderr).toContain(
        '\n  barnehageplass-prod-AWSReadOnlyAccess-123456789013\n  barnehageplass-prod-AWSAdministratorAccess-123456789013\n',
      );
    }
  });

  it('is told to be one of many, twenty of them by name', async () => {
    sandbox.write('.aws/config', Array.from({ length: 30 }, (_, n) => `[profile shop-${n}]\nregion = r\n`).join(''));
    const { stderr } = await sandbox.awsp(['show', 'shop']);
    expect(stderr).toContain('"shop" fits 30 profiles\n');
    expect(stderr.match(/^ {2}shop-\d+$/gm)).toHaveLength(20);
    expect(stderr).toMatch(/\n {2}… and 10 more\n$/);
  });

  it('is none where nothing fits, or nothing is there', async () => {
    expect(await sandbox.awsp(['show', 'zzz'])).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('no profile matches "zzz"'),
    });
    rmSync(`${sandbox.home}/.aws`, { recursive: true });
    expect(await sandbox.awsp(['show', 'zzz'])).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('no profiles in'),
    });
  });
});
