import { readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsCli } from '../support/aws-cli.ts';
import { makePlace, type Place, programFolder } from '../support/program.ts';
import { runProgram } from '../support/run.ts';
import { bareEnvironment } from '../support/shells.ts';
import { openShell } from '../support/terminal.ts';

let place: Place;
beforeEach(async () => {
  place = await makePlace();
});
afterEach(() => place.remove());

const startUrl = 'https://barnehage.awsapps.com/start';
const name = 'barnehageplass-test-AWSPowerUserAccess-123456789012';
const config = () => readFileSync(`${place.home}/.aws/config`, 'utf8');
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
  place.write('.aws/config', text);
  return text;
}

describe('a profile from options alone', () => {
  it('is written with what the portal says, verified, shown, and switched to', async () => {
    const before = withoutProfile();
    const { code, stdout, stderr } = await place.switching(given('--session', 'barnehage', '--yes'));
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
    expect(stdout).toContain(`export AWS_PROFILE='${name}'\n`);
    expect(stdout).toContain("export AWSP_STATE='verified'\n");
  });

  it('brings its session, when that is new', async () => {
    rmSync(`${place.home}/.aws/config`);
    const { code, stderr } = await place.awsp(
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
    const { code } = await place.awsp(given('--legacy', '--name', 'old form', '--region', 'eu-north-1', '--yes'));
    expect(code).toBe(0);
    expect(config()).toContain(`[profile "old form"]
sso_start_url = ${startUrl}
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = AWSPowerUserAccess
region = eu-north-1
output = json
`);
    expect((await place.switching(['old form'])).code).toBe(0);
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
    expect((await place.awsp(args)).code).toBe(0);
    expect(config()).toContain('[profile n]\nsso_session = barnehage\n');
  });

  it('leaves a session that is there as it is', async () => {
    const session = `[sso-session barnehage]
sso_start_url = ${startUrl}/#/
sso_region = eu-west-1
sso_registration_scopes = sso:account:access, codewhisperer:completions
`;
    place.write(
      '.aws/config',
      `${session}\n[profile a]\nsso_session = barnehage\nsso_account_id = 1\nsso_role_name = r\n`,
    );
    const { code, stderr } = await place.awsp(given('--name', 'n', '--yes'));
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(config()).toContain(session);
    expect(config()).toContain('[profile n]\nsso_session = barnehage\n');
  });

  it('is named by the template of the settings', async () => {
    place.write('.config/awsp/config', '[profiles]\nname = {role}.{account}\n');
    expect((await place.awsp(given('--yes'))).code).toBe(0);
    expect(config()).toContain('[profile AWSPowerUserAccess.barnehageplass-test]\n');
  });

  it('is named by the convention where the template is bad, and that is said', async () => {
    place.write('.config/awsp/config', '[profiles]\nname = {roll}\n');
    const { code, stderr } = await place.awsp(given('--yes'));
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('~/.config/awsp/config:2: "name = {roll}" is not a value such as {account}-{role}\n');
    expect(stderr).toContain(`"${name}" is in ~/.aws/config`);
  });

  it('works with AWS_PROFILE set, and says that it is not used', async () => {
    const { code, stderr } = await place.awsp(given('--name', 'n', '--yes'), { env: { AWS_PROFILE: 'nonsense' } });
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('AWS_PROFILE is set to "nonsense"'),
    });
  });

  it.skipIf(awsCli.reason !== null)('is one that the AWS CLI uses', async () => {
    await place.awsp(given('--name', 'for all tools', '--yes'));
    const args = ['sts', 'get-caller-identity', '--query', 'Account', '--output', 'text', '--profile', 'for all tools'];
    expect(await runProgram('aws', args, { env: place.env })).toMatchObject({ stdout: '123456789012\n' });
  });
});

describe('nothing is written', () => {
  it('nor asked where the profile is there as it would be', async () => {
    const before = config();
    const { code, stderr } = await place.awsp(given());
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('is in ~/.aws/config already') });
    expect(config()).toBe(before);
  });

  it.each([
    ['without a yes', given('--name', 'n'), 6, 'nothing is written without a yes'],
    ['over a profile, without a yes', given('--region', 'eu-north-1'), 6, `"${name}" exists without a yes`],
    ['for another account', ['new', '--start-url', startUrl, '--account', 'x', '--yes'], 1, 'gives you no account "x"'],
    ['for another role', given('--role', 'Nope', '--yes'), 1, 'gives you no role "Nope" in 123456789012'],
    ['without an account', ['new', '--start-url', startUrl, '--yes'], 2, 'give it: --account'],
    ['for no address', ['new', '--start-url', 'x y', '--yes'], 2, '"--start-url x y" is no start URL'],
    ['for no region', given('--region', 'Ireland', '--yes'), 2, '"--region Ireland" is no default region'],
    ['under no name', given('--name', ']', '--yes'), 2, '"--name ]" is no profile name'],
    ['into a session of another portal', given('--session', 'kart', '--yes'), 2, '[sso-session kart] exists'],
  ])('%s', async (_what, args, code, words) => {
    const before = config();
    const result = await place.awsp(args);
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toContain(words);
    expect(config()).toBe(before);
  });
});

describe('the region of the portal', () => {
  // Behind AWS's own names the emulator has the portals' start pages.
  const behindNames = () => ({
    ...place.envThroughProxy,
    AWS_ENDPOINT_URL_SSO_OIDC: undefined,
    AWS_ENDPOINT_URL_SSO: undefined,
    AWS_ENDPOINT_URL_STS: undefined,
  });

  it('is found, and need not be known', async () => {
    rmSync(`${place.home}/.aws/config`);
    const { code, stderr } = await place.awsp(given('--session', 'barnehage', '--yes'), { env: behindNames() });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(config()).toContain('sso_region = eu-west-1\n');
  });

  it('a wrong one is replaced by the right one', async () => {
    const { code, stderr } = await place.awsp(given('--sso-region', 'us-east-1', '--name', 'n', '--yes'), {
      env: behindNames(),
    });
    expect(stderr).toContain(`the portal ${startUrl} is in eu-west-1, not in us-east-1`);
    expect(code).toBe(0);
    expect(config()).toContain('[profile n]\nsso_session = barnehage\n');
  });

  it('a wrong one without a yes stops it', async () => {
    const { code, stderr } = await place.awsp(given('--sso-region', 'us-east-1', '--name', 'n'), {
      env: behindNames(),
    });
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('use --sso-region eu-west-1') });
  });
});

describe('by questions', () => {
  it('leads from the portal to a switch, and asks again for what it does not understand', async () => {
    withoutProfile();
    const shim = `PS1='> '; . '${programFolder}/shell/awsp.bash'`;
    const screen = openShell('bash', shim, { ...bareEnvironment(place.home), ...place.env }, place.home);
    await screen.prompt(/^>$/);
    screen.type('awsp new\r');
    const dialogue: readonly (readonly [RegExp, string])[] = [
      [/start URL \[https:\/\/barnehage\.awsapps\.com\/start\]:$/, ''],
      [/SSO region \[eu-west-1\]:$/, 'Ireland'],
      [/SSO region \[eu-west-1\]:$/, ''],
      [/session name, - for none \[barnehage\]:$/, ''],
      [/^Enter: choose/, 'test'],
      [/default region \[eu-west-1\]:$/, 'eu-north-1'],
      [/output format \[json\]:$/, ''],
      [/profile name \[barnehageplass-test-AWSPowerUserAccess-123456789012\]:$/, ''],
      [/write this to ~\/\.aws\/config\? \[Y\/n\]$/, ''],
      [/switch to it now\? \[Y\/n\]$/, ''],
    ];
    for (const [question, typed] of dialogue) {
      await screen.prompt(question);
      const shown = screen.lines();
      screen.type(`${typed}\r`);
      await screen.until((lines) => lines.join() !== shown.join());
    }
    expect(await screen.prompt(/>$/)).toBe(`(${name}) >`);
    expect(config()).toMatch(/region = eu-north-1\noutput = json\n$/);
  });

  it('takes all answers at once, the picker its own among them', async () => {
    withoutProfile();
    const shim = `PS1='> '; . '${programFolder}/shell/awsp.bash'`;
    const screen = openShell('bash', shim, { ...bareEnvironment(place.home), ...place.env }, place.home);
    await screen.prompt(/^>$/);
    screen.type('awsp new\r');
    await screen.prompt(/^start URL/);
    screen.type('\rIreland\r\r\rtest\reu-north-1\r\r\r\r\r');
    expect(await screen.prompt(/\) >$/)).toBe(`(${name}) >`);
    expect(config()).toMatch(/region = eu-north-1\noutput = json\n$/);
  });

  it('Ctrl-C at the last question leaves everything as it was', async () => {
    const before = withoutProfile();
    const shim = `PS1='> '; . '${programFolder}/shell/awsp.bash'`;
    const screen = openShell('bash', shim, { ...bareEnvironment(place.home), ...place.env }, place.home);
    await screen.prompt(/^>$/);
    screen.type(`awsp ${given('--session', 'barnehage').join(' ')}\r`);
    for (let question = 0; question < 4; question++) {
      const last = await screen.prompt(/: ?$|\] ?$/);
      if (last.includes('write this')) break;
      screen.type('\r');
      await expect.poll(() => screen.lines().at(-1)).not.toBe(last);
    }
    await screen.prompt(/write this to/);
    screen.type('\x03');
    await screen.prompt(/^>$/);
    screen.type('echo $?:$AWS_PROFILE:\r');
    await expect.poll(() => screen.lines()).toContain('130::');
    expect(config()).toBe(before);
  });
});
