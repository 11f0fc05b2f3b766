import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { awsCli, runAws } from '../support/aws-cli.ts';
import { click, makeSampleHome, type SampleHome } from '../support/emulator.ts';
import { runProgram } from '../support/run.ts';

if (awsCli.reason !== null) console.warn(`skipped: test/conformance/emulator.test.ts: ${awsCli.reason}`);

// awsp does not depend on the AWS CLI, so these tests are skipped without it, also in CI.
describe.skipIf(awsCli.reason !== null)('the AWS CLI against the emulator', () => {
  let sample: SampleHome;

  beforeAll(async () => {
    sample = await makeSampleHome();
  });

  afterAll(() => sample.remove());

  const run = (...args: string[]) => runAws(args, { env: { ...sample.env, AWS_PAGER: '' } });
  /** For the operations that need no keys. */
  const anybody = ['--profile', 'sandkasse-lab-Builder-123456789041'];
  const identify = (profile: string) => run('sts', 'get-caller-identity', '--profile', profile, '--output', 'json');

  it.each([
    ['static', 'sandkasse-lab-Builder-123456789041', 'arn:aws:iam::123456789041:user/kari'],
    [
      'legacy SSO',
      'barnehageplass-dev-AWSAdministratorAccess-123456789011',
      /^arn:aws:sts::123456789011:assumed-role\/AWSReservedSSO_AWSAdministratorAccess_[0-9a-f]{16}\/kari\.nordmann@example\.com$/,
    ],
    [
      'an SSO session',
      'barnehageplass-prod-AWSReadOnlyAccess-123456789013',
      /^arn:aws:sts::123456789013:assumed-role\/AWSReservedSSO_AWSReadOnlyAccess_[0-9a-f]{16}\/kari\.nordmann@example\.com$/,
    ],
    ['an assumed role', 'sandkasse-lab-Hub-123456789042', 'arn:aws:sts::123456789042:assumed-role/Hub/kari'],
    [
      'a role assumed by a role',
      'sandkasse-lab-Deployer-123456789043',
      'arn:aws:sts::123456789043:assumed-role/Deployer/kari',
    ],
    ['a credential process', 'arkiv-lab-Reader-123456789051', 'arn:aws:iam::123456789051:user/arkiv-reader'],
  ])('resolves %s', async (_kind, profile, arn) => {
    const { code, stdout, stderr } = await identify(profile);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { Account, Arn } = JSON.parse(stdout);
    expect(Account).toBe(profile.slice(-12));
    expect(Arn).toEqual(typeof arn === 'string' ? arn : expect.stringMatching(arn));
  });

  it('refreshes a sign-in that has expired, and keeps the new token', async () => {
    const cache = join(sample.home, '.aws/sso/cache/df2455c7dc72aa14337b97e3543f5e8a1c88277d.json');
    const { code, stdout, stderr } = await identify('kart-stage-AWSReadOnlyAccess-123456789031');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout).Account).toBe('123456789031');
    const token = JSON.parse(readFileSync(cache, 'utf8'));
    expect(sample.emulator.directory.accessTokens.has(token.accessToken)).toBe(true);
    expect(sample.emulator.directory.refreshTokens.has(token.refreshToken)).toBe(true);
    expect(token.accessToken).not.toBe('sample-kart-token');
  });

  it('reports that a sign-in without a refresh token has expired', async () => {
    const { code, stderr } = await identify('skjema-stage-AWSPowerUserAccess-123456789021');
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/expired/i);
  });

  it.each<[string, string[], RegExp]>([
    [
      'AccessDenied',
      ['sts', 'assume-role', '--role-arn', 'arn:aws:iam::123456789044:role/Admin', '--role-session-name', 'kari'],
      /\(AccessDenied\) when calling the AssumeRole operation: User: arn:aws:iam::123456789041:user\/kari is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789044:role\/Admin/,
    ],
    [
      'UnauthorizedException',
      ['sso', 'get-role-credentials', '--account-id', '1', '--role-name', 'R', '--access-token', 'stale'],
      /\(UnauthorizedException\) when calling the GetRoleCredentials operation: Session token not found or invalid/,
    ],
    [
      'ForbiddenException',
      ['sso', 'get-role-credentials', '--account-id', '1', '--role-name', 'R', '--access-token', 'sample-legacy-token'],
      /\(ForbiddenException\) when calling the GetRoleCredentials operation: No access/,
    ],
    [
      'InvalidGrantException',
      [
        ...['sso-oidc', 'create-token', '--client-id', 'sample-client', '--client-secret', 'sample-client-secret'],
        ...['--grant-type', 'refresh_token', '--refresh-token', 'used'],
      ],
      /\(InvalidGrantException\) when calling the CreateToken operation/,
    ],
  ])('reads %s as it reads it from AWS', async (_code, args, expected) => {
    const { code, stderr } = await run(...args, ...anybody);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(expected);
  });

  it('signs in with a device code, call by call, uses the sign-in, and ends it', async () => {
    const call = async (...args: string[]) => {
      const { code, stdout, stderr } = await run(...args, '--output', 'json', ...anybody);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      return stdout === '' ? null : JSON.parse(stdout);
    };
    const client = await call(
      ...['sso-oidc', 'register-client', '--client-name', 'aws', '--client-type', 'public'],
      ...['--scopes', 'sso:account:access'],
    );
    const id = ['--client-id', client.clientId, '--client-secret', client.clientSecret];
    // As a separate argument, version 1 would download a URL and use the page as the value.
    const input = JSON.stringify({ startUrl: 'https://barnehage.awsapps.com/start' });
    const device = await call('sso-oidc', 'start-device-authorization', ...id, '--cli-input-json', input);
    const grant = ['--grant-type', 'urn:ietf:params:oauth:grant-type:device_code', '--device-code', device.deviceCode];
    const pending = await run('sso-oidc', 'create-token', ...id, ...grant, ...anybody);
    expect(pending.stderr).toMatch(/\(AuthorizationPendingException\) when calling the CreateToken operation/);
    await click(sample.emulator, device.verificationUriComplete, 'allow');
    const { accessToken, refreshToken } = await call('sso-oidc', 'create-token', ...id, ...grant);
    expect(refreshToken).toMatch(/./);

    const token = ['--access-token', accessToken];
    const { accountList } = await call('sso', 'list-accounts', ...token, '--page-size', '2');
    expect(accountList.map(({ accountName }: { accountName: string }) => accountName)).toEqual([
      'barnehageplass-dev',
      'barnehageplass-test',
      'barnehageplass-prod',
    ]);
    const { roleList } = await call('sso', 'list-account-roles', ...token, '--account-id', '123456789013');
    expect(roleList).toHaveLength(2);
    await call('sso', 'logout', ...token);
    const ended = await run('sso', 'list-accounts', ...token, ...anybody);
    expect(ended.stderr).toMatch(/\(UnauthorizedException\)/);
  });
});

/** Version 2 of the AWS CLI, because version 1 cannot sign in; it may not be the first in PATH. */
async function findVersion2(): Promise<string | null> {
  const env = { PATH: process.env.PATH };
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const program = join(folder, 'aws');
    const version = await runProgram(program, ['--version'], { env }).catch(() => null);
    if (version?.stdout.startsWith('aws-cli/2.')) return program;
  }
  return null;
}

const aws2 = await findVersion2();
if (aws2 === null)
  console.warn('skipped: the sign-in of test/conformance/emulator.test.ts needs version 2 of the AWS CLI on PATH');

describe.skipIf(aws2 === null)('`aws sso login` against the emulator', () => {
  let sample: SampleHome;

  beforeEach(async () => {
    sample = await makeSampleHome();
  });

  afterEach(() => sample.remove());

  // By AWS's own host names, which contain the region, and because not every version 2 supports AWS_ENDPOINT_URL.
  const run = (args: string[], signal?: { after: number; name: NodeJS.Signals }) =>
    runProgram(aws2 ?? '', args, {
      env: { ...sample.envThroughProxy, AWS_PAGER: '' },
      ...(signal === undefined ? {} : { signal }),
    });

  /** The user code of the sign-in in progress. */
  async function waitForCode(): Promise<string> {
    const waiting = () => [...sample.emulator.directory.deviceRequests.values()].at(-1)?.userCode;
    await expect.poll(waiting).toBeDefined();
    return waiting() ?? '';
  }

  const profile = 'skjema-stage-AWSPowerUserAccess-123456789021';

  it('signs in with the code that it shows, and then works', async () => {
    const login = run(['sso', 'login', '--no-browser', '--profile', profile]);
    const userCode = await waitForCode();
    const url = `https://oidc.eu-west-1.amazonaws.com/device?user_code=${userCode}`;
    expect((await click(sample.emulator, url, 'allow')).text).toContain('Request approved');
    const { code, stdout } = await login;
    expect(code).toBe(0);
    expect(stdout).toContain(url);
    expect(stdout).toContain('Successfully logged into Start URL: https://skjema.awsapps.com/start');
    const identity = await run(['sts', 'get-caller-identity', '--profile', profile, '--output', 'json']);
    expect(identity.stderr).toBe('');
    expect(JSON.parse(identity.stdout).Account).toBe('123456789021');
    expect((await run(['sso', 'logout'])).code).toBe(0);
    expect(sample.emulator.requests.at(-1)?.operation).toBe('Logout');
  });

  it('gets an error when the person denies', async () => {
    const login = run(['sso', 'login', '--no-browser', '--profile', profile]);
    await click(sample.emulator, `/device?user_code=${await waitForCode()}`, 'deny');
    const { code, stderr } = await login;
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/AccessDeniedException/);
  });

  it('goes on waiting when the region is wrong and the page has shown invalid_grant', async () => {
    const config = join(sample.home, '.aws/config');
    writeFileSync(config, readFileSync(config, 'utf8').replaceAll('sso_region = eu-west-1', 'sso_region = eu-north-1'));
    const login = run(['sso', 'login', '--no-browser', '--profile', profile], { after: 8_000, name: 'SIGTERM' });
    expect((await click(sample.emulator, `/device?user_code=${await waitForCode()}`, 'allow')).text).toContain(
      'Invalid grant provided',
    );
    const { code, stdout } = await login;
    expect({ code, said: /Successfully|invalid_grant/i.test(stdout) }).toEqual({ code: 128, said: false });
    expect(sample.emulator.requests.filter(({ operation }) => operation === 'CreateToken').length).toBeGreaterThan(2);
  });
});
