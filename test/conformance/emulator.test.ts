import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSampleHome, type SampleHome } from '../support/emulator.ts';
import { runProgram } from '../support/run.ts';

const aws = await runProgram('aws', ['--version'], { env: { PATH: process.env.PATH } }).catch(() => null);
if (aws?.code !== 0)
  console.warn('skipped: test/conformance/emulator.test.ts needs the AWS CLI, and there is no "aws" on PATH');

// The AWS CLI is no dependency of awsp, so its absence is no failure, not even in CI.
describe.skipIf(aws?.code !== 0)('the AWS CLI against the emulator', { timeout: 60_000 }, () => {
  let sample: SampleHome;

  beforeAll(async () => {
    sample = await makeSampleHome();
  });

  afterAll(() => sample.remove());

  const run = (...args: string[]) => runProgram('aws', args, { env: { ...sample.env, AWS_PAGER: '' } });
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

  it('sees that a sign-in without a refresh token has expired', async () => {
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
    const { code, stderr } = await run(...args, '--profile', 'sandkasse-lab-Builder-123456789041');
    expect(code).not.toBe(0);
    expect(stderr).toMatch(expected);
  });
});
