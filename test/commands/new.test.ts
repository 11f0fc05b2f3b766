import { readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultEffect } from '../../src/emulator/faults.ts';
import { awsCli, runAws } from '../support/aws-cli.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await makeSandbox();
});
afterEach(() => sandbox.remove());

const startUrl = 'https://barnehage.awsapps.com/start';
const name = 'barnehageplass-test-AWSPowerUserAccess-123456789012';
const config = () => readFileSync(`${sandbox.home}/.aws/config`, 'utf8');
const given = (...more: string[]) => [
  'new',
  '--start-url',
  startUrl,
  '--account',
  'barnehageplass-test',
  '--role',
  'AWSPowerUserAccess',
  ...more,
];

/** What is in the samples' config, without the profile that is to be created. */
function withoutProfile(): string {
  const text = config().replace(/\[profile barnehageplass-test-[^[]*/, '');
  sandbox.write('.aws/config', text);
  return text;
}

describe('a profile from options alone', () => {
  it('is written with what the portal says, verified, shown, and switched to', async () => {
    const before = withoutProfile();
    const { code, stdout, stderr } = await sandbox.switchVia(given('--session', 'barnehage', '--yes'));
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(config()).toBe(`${before}
[profile ${name}]
sso_session = barnehage
sso_account_id = 123456789012
sso_role_name = AWSPowerUserAccess
region = eu-west-1
output = json
`);
    expect(stderr).toContain(`+ [profile ${name}]\n`);
    expect(stderr).toMatch(/Name +Value +Type +Location\n/);
    expect(stdout).toContain(`export AWS_PROFILE='${name}'`);
    expect(stdout).toContain("export AWSP_STATE='verified'");
  });

  it('brings its session, when that is new', async () => {
    rmSync(`${sandbox.home}/.aws/config`);
    const { code, stderr } = await sandbox.awsp(
      given('--session', 'barnehage', '--sso-region', 'eu-west-1', '--name', 'x', '--yes'),
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(config()).toBe(`[sso-session barnehage]
sso_start_url = ${startUrl}
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile x]
sso_session = barnehage
sso_account_id = 123456789012
sso_role_name = AWSPowerUserAccess
region = eu-west-1
output = json
`);
  });

  it('has the legacy form with --legacy', async () => {
    const { code } = await sandbox.awsp(given('--legacy', '--name', 'old form', '--region', 'eu-north-1', '--yes'));
    expect(code).toBe(0);
    expect(config()).toContain(`[profile "old form"]
sso_start_url = ${startUrl}
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = AWSPowerUserAccess
region = eu-north-1
output = json
`);
    expect((await sandbox.switchVia(['old form'])).code).toBe(0);
  });

  it.each([
    ['https://barnehage.awsapps.com/start#/', startUrl],
    ['https://barnehage.awsapps.com/start/', startUrl],
    ['http://barnehage.awsapps.com/start', startUrl],
    ['barnehage.awsapps.com', startUrl],
    [' https://barnehage.awsapps.com/start ', startUrl],
  ])('knows the portal by %j', async (typed) => {
    const args = [
      'new',
      '--start-url',
      typed,
      '--account',
      '123456789012',
      '--role',
      'AWSPowerUserAccess',
      '--name',
      'n',
      '--yes',
    ];
    expect((await sandbox.awsp(args)).code).toBe(0);
    expect(config()).toContain('[profile n]\nsso_session = barnehage\n');
  });

  it('leaves a session that is there as it is', async () => {
    const session = `[sso-session barnehage]
sso_start_url = ${startUrl}/#/
sso_region = eu-west-1
sso_registration_scopes = sso:account:access, codewhisperer:completions
`;
    sandbox.write(
      '.aws/config',
      `${session}\n[profile a]\nsso_session = barnehage\nsso_account_id = 1\nsso_role_name = r\n`,
    );
    const { code, stderr } = await sandbox.awsp(given('--name', 'n', '--yes'));
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(config()).toContain(session);
    expect(config()).toContain('[profile n]\nsso_session = barnehage\n');
  });

  it('is named by the template of the settings', async () => {
    sandbox.write('.config/awsp/config', '[profiles]\nname = {role}.{account}\n');
    expect((await sandbox.awsp(given('--yes'))).code).toBe(0);
    expect(config()).toContain('[profile AWSPowerUserAccess.barnehageplass-test]\n');
  });

  it('is named by the convention where the template is bad, and that is said', async () => {
    sandbox.write('.config/awsp/config', '[profiles]\nname = {roll}\n');
    const { code, stderr } = await sandbox.awsp(given('--yes'));
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('~/.config/awsp/config:2: "name = {roll}" is not a value such as {account}-{role}\n');
    expect(stderr).toContain(`"${name}" is in ~/.aws/config`);
  });

  it('has the region of a place or a short code, and with --force one that awsp does not know', async () => {
    for (const [region, written] of [
      ['Stockholm', 'eu-north-1'],
      ['eun1', 'eu-north-1'],
      ['xx-new-9', 'xx-new-9'],
    ] as const) {
      const force = region === written ? ['--force'] : [];
      await sandbox.awsp(given('--name', `in-${written}`, '--region', region, '--yes', ...force));
      expect(config()).toMatch(new RegExp(`\\[profile in-${written}\\]\n(.+\n)+region = ${written}\n`));
    }
  });

  it('works with AWS_PROFILE set, of which nothing depends and nothing is said', async () => {
    const { code, stderr } = await sandbox.awsp(given('--name', 'n', '--yes'), { env: { AWS_PROFILE: 'nonsense' } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('nonsense') });
  });

  it('of a session that is there, named by it alone', async () => {
    const args = ['--session', 'barnehage', '--account', 'barnehageplass-test', '--role', 'AWSPowerUserAccess'];
    const { code, stderr } = await sandbox.awsp(['new', ...args, '--name', 'n', '--yes']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('+ sso_session = barnehage') });
  });

  it.skipIf(awsCli.reason !== null)('is one that the AWS CLI uses', async () => {
    await sandbox.awsp(given('--name', 'for all tools', '--yes'));
    const args = ['sts', 'get-caller-identity', '--query', 'Account', '--output', 'text', '--profile', 'for all tools'];
    expect(await runAws(args, { env: sandbox.env })).toMatchObject({ stdout: '123456789012\n' });
  });
});

describe('nothing is written', () => {
  it('nor asked where the profile is there as it would be', async () => {
    const before = config();
    const { code, stderr } = await sandbox.awsp(given());
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('is in ~/.aws/config already') });
    expect(config()).toBe(before);
  });

  it.each([
    ['without a yes', given('--name', 'n'), 6, 'nothing is written without a yes'],
    ['over a profile, without a yes', given('--region', 'eu-north-1'), 6, `"${name}" exists without a yes`],
    ['for another account', ['new', '--start-url', startUrl, '--account', 'x', '--yes'], 1, 'gives you no account "x"'],
    ['for another role', given('--role', 'Nope', '--yes'), 1, 'gives you no role "Nope" in 123456789012'],
    ['without an account', ['new', '--start-url', startUrl, '--yes'], 2, 'give it: --account'],
    [
      'for no address',
      ['new', '--start-url', 'x y', '--yes'],
      2,
      '"--start-url x y" is not a start URL such as https://<portal>.awsapps.com/start',
    ],
    [
      'for no region',
      given('--region', 'Atlantis', '--yes'),
      2,
      '"--region Atlantis" is not a region such as eu-west-1',
    ],
    // The rule of `awsp rename`.
    ...[']', ' ', 'a\u202eb', 'a\uFFFDb', 'x'.repeat(1001), '-1'].map(
      (name): [string, readonly string[], number, string] => [
        `under the name ${JSON.stringify(name.slice(0, 9))}`,
        given(`--name=${name}`, '--yes'),
        2,
        '" is not a name for a profile: at most 1000 characters, without "]" and control characters\n',
      ],
    ),
    [
      'with a region that awsp does not know',
      given('--region', 'eu-wset-1', '--yes'),
      2,
      'did you mean "eu-west-1"?\n  use --region eu-west-1\n  if it is right: give --force as well\n',
    ],
    [
      'into a session of another portal',
      given('--session', 'kart', '--yes'),
      2,
      '[sso-session kart] exists, for https://kart.awsapps.com/start in eu-north-1\n  use --session barnehage\n',
    ],
  ])('%s', async (_what, args, code, words) => {
    const before = config();
    const result = await sandbox.awsp(args);
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toContain(words);
    expect(config()).toBe(before);
  });
});

describe('a profile that is written', () => {
  const operations = () => sandbox.emulator.requests.map(({ operation }) => operation);

  it('is verified before the switch, which does not ask again', async () => {
    const { code, stdout, stderr } = await sandbox.switchVia(given('--name', 'n', '--yes'));
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("AWSP_STATE='verified'") });
    expect(operations().filter((operation) => operation === 'GetCallerIdentity')).toHaveLength(1);
    const places = [
      '+ [profile n]',
      'awsp: "n" is in ~/.aws/config\n',
      'awsp: AWS confirms it: account 123456789012, AWSPowerUserAccess\n',
      'Name ',
      'awsp: n: account 123456789012',
    ].map((text) => stderr.indexOf(text));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((one, other) => one - other));
  });

  it('is verified without a shell to switch, too', async () => {
    const { code, stdout, stderr } = await sandbox.awsp(given('--name', 'n', '--yes'));
    expect({ code, stdout, stderr }).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('AWS confirms'),
    });
  });

  it('is verified without what would stand in for it', async () => {
    const env = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x', AWS_PROFILE: 'nonsense' };
    expect(await sandbox.awsp(given('--name', 'n', '--yes'), { env })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('AWS confirms it: account 123456789012'),
    });
  });

  it.each<[string, FaultEffect, string]>([
    ['AWS refuses', { kind: 'error', status: 403, code: 'AccessDenied' }, 'not verified: AWS denies "n"'],
    ['AWS is out of reach', { kind: 'reset' }, 'not verified: AWS was not reached'],
  ])('stays, is shown, and is not switched to, where %s', async (_what, effect, words) => {
    sandbox.emulator.faults.push({ operation: 'GetCallerIdentity', effect });
    const { code, stdout, stderr } = await sandbox.switchVia(given('--name', 'n', '--yes'));
    expect({ code, stdout, stderr }).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(words) });
    expect(stderr).toMatch(/^Name +Value +Type +Location\nprofile +n +sso +~/m);
    expect(config()).toContain('[profile n]\n');
  });

  it('has its bad settings said once', async () => {
    sandbox.write('.config/awsp/config', '[profiles]\nname = {roll}\n');
    const { stderr } = await sandbox.switchVia(given('--name', 'n', '--yes'));
    expect(stderr.split('~/.config/awsp/config:2')).toHaveLength(2);
  });
});

describe('the region of the portal', () => {
  // Behind AWS's own names the emulator has the portals' start pages.
  const behindNames = () => ({
    ...sandbox.envThroughProxy,
    AWS_ENDPOINT_URL_SSO_OIDC: undefined,
    AWS_ENDPOINT_URL_SSO: undefined,
    AWS_ENDPOINT_URL_STS: undefined,
  });

  it('is found, and need not be known', async () => {
    rmSync(`${sandbox.home}/.aws/config`);
    const { code, stderr } = await sandbox.awsp(given('--session', 'barnehage', '--yes'), { env: behindNames() });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(config()).toContain('sso_region = eu-west-1\n');
  });

  it('a wrong one is replaced by the right one', async () => {
    const { code, stderr } = await sandbox.awsp(given('--sso-region', 'us-east-1', '--name', 'n', '--yes'), {
      env: behindNames(),
    });
    expect(stderr).toContain(`the portal ${startUrl} is in eu-west-1, not in us-east-1`);
    expect(code).toBe(0);
    expect(config()).toContain('[profile n]\nsso_session = barnehage\n');
  });

  it('cannot be found where there is no portal, which is said before anything else', async () => {
    const missing = 'https://barnehagge.awsapps.com/start';
    const args = ['new', '--start-url', missing, '--account', 'barnehageplass-test', '--yes'];
    expect(await sandbox.awsp(args, { env: behindNames() })).toEqual({
      code: 2,
      stdout: '',
      stderr: `awsp: there seems to be no portal at ${missing} (no such page): is the start URL right?\n  give another: --start-url\n`,
    });
  });

  it('a wrong one without a yes stops it', async () => {
    const { code, stderr } = await sandbox.awsp(given('--sso-region', 'us-east-1', '--name', 'n'), {
      env: behindNames(),
    });
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('use --sso-region eu-west-1') });
  });
});
