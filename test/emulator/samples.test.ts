import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshStartUrl, samples } from '../../src/emulator/samples.ts';
import { makeSampleHome, type SampleHome } from '../support/emulator.ts';
import { runProgram } from '../support/run.ts';

const now = Date.UTC(2026, 0, 1);
const sso = (accountId: string, permissionSet: string) =>
  new RegExp(
    `^arn:aws:sts::${accountId}:assumed-role/AWSReservedSSO_${permissionSet}_[0-9a-f]{16}/kari\\.nordmann@example\\.com$`,
  );

/** Each profile, the account in its name, and the ARN of its identity. */
const resolvable: readonly (readonly [string, string, RegExp])[] = [
  [
    'barnehageplass-dev-AWSAdministratorAccess-123456789011',
    '123456789011',
    sso('123456789011', 'AWSAdministratorAccess'),
  ],
  ['barnehageplass-test-AWSPowerUserAccess-123456789012', '123456789012', sso('123456789012', 'AWSPowerUserAccess')],
  ['barnehageplass-prod-AWSReadOnlyAccess-123456789013', '123456789013', sso('123456789013', 'AWSReadOnlyAccess')],
  [
    'barnehageplass-prod-AWSAdministratorAccess-123456789013',
    '123456789013',
    sso('123456789013', 'AWSAdministratorAccess'),
  ],
  ['kart-stage-AWSReadOnlyAccess-123456789031', '123456789031', sso('123456789031', 'AWSReadOnlyAccess')],
  ['sandkasse-lab-Builder-123456789041', '123456789041', /^arn:aws:iam::123456789041:user\/kari$/],
  ['sandkasse-lab-Hub-123456789042', '123456789042', /^arn:aws:sts::123456789042:assumed-role\/Hub\/kari$/],
  ['sandkasse-lab-Deployer-123456789043', '123456789043', /^arn:aws:sts::123456789043:assumed-role\/Deployer\/kari$/],
  ['sandkasse-lab-Admin-123456789044', '123456789044', /^arn:aws:sts::123456789044:assumed-role\/Admin\/kari$/],
  ['arkiv-lab-Reader-123456789051', '123456789051', /^arn:aws:iam::123456789051:user\/arkiv-reader$/],
];
const expired = 'skjema-stage-AWSPowerUserAccess-123456789021';
const wrong = 'feil-lab-AWSReadOnlyAccess-123456789061';

describe('the files', () => {
  const fileOf = (path: string) => samples({ now }).files.find((file) => file.path === path)?.text ?? '';
  const headers = (text: string) => [...text.matchAll(/^\[(.*)\]$/gm)].map((match) => match[1] ?? '');

  it('have these profiles, and no default', () => {
    expect(
      headers(fileOf('.aws/config'))
        .filter((header) => header.startsWith('profile '))
        .sort(),
    ).toEqual([...resolvable.map(([name]) => name), expired].map((name) => `profile ${name}`).sort());
    expect(headers(fileOf('.aws/credentials'))).toEqual(['sandkasse-lab-Builder-123456789041']);
    expect(fileOf('.aws/config')).not.toContain('default');
  });

  it('have "dev" in one profile only, in whichever property is searched', () => {
    const sections = fileOf('.aws/config').split(/^(?=\[)/m);
    expect(sections.filter((section) => /dev/i.test(section)).map((section) => section.split('\n')[0])).toEqual([
      '[profile barnehageplass-dev-AWSAdministratorAccess-123456789011]',
    ]);
  });

  it('have the token cache with the file names and in the format of the AWS CLI', () => {
    const cache = '.aws/sso/cache';
    const tokens = samples({ now }).files.filter((file) => file.path.startsWith(`${cache}/`));
    // sha1sum of the start URL, then of "barnehage", "skjema" and "kart"
    expect(tokens.map((file) => file.path)).toEqual([
      `${cache}/c2a7db644f148a497775f425ed18f2eff7255aa8.json`,
      `${cache}/92938a4d8fe17ba5f3bb3cc6ddf80cbb5484d866.json`,
      `${cache}/7d1e6a9dfd66ed22b301e69e4ac234435b8fdaeb.json`,
      `${cache}/df2455c7dc72aa14337b97e3543f5e8a1c88277d.json`,
    ]);
    expect(
      tokens
        .map((file) => JSON.parse(file.text))
        .map(({ accessToken, expiresAt, refreshToken }) => [accessToken, expiresAt, refreshToken]),
    ).toEqual([
      ['sample-legacy-token', '2026-01-01T08:00:00Z', undefined],
      ['sample-barnehage-token', '2026-01-01T08:00:00Z', 'sample-barnehage-refresh-token'],
      ['sample-skjema-token', '2025-12-31T22:00:00Z', undefined],
      ['sample-kart-token', '2025-12-31T23:30:00Z', 'sample-kart-refresh-token'],
    ]);
    for (const { text } of tokens) {
      expect(JSON.parse(text)).toMatchObject({
        startUrl: expect.stringMatching(/^https:\/\/\w+\.awsapps\.com\/start$/),
        region: expect.stringMatching(/^eu-(?:west|north)-1$/),
        clientId: 'sample-client',
        clientSecret: 'sample-client-secret',
        registrationExpiresAt: '2026-04-01T00:00:00Z',
      });
    }
  });

  it('are the same for the same time, with a new directory each time', () => {
    expect(samples({ now }).files).toEqual(samples({ now }).files);
    samples({ now }).directory.roles.length = 0;
    expect(samples({ now }).directory.roles).toHaveLength(3);
  });

  it('have the profile with the wrong account only with the option', () => {
    const text = samples({ now, wrongAccount: true }).files[0]?.text ?? '';
    expect(headers(text)).toContain(`profile ${wrong}`);
  });
});

describe('the portals', () => {
  it('have the accounts and roles of the SSO profiles, with names that the profile names begin with', () => {
    const { directory, files } = samples({ now, wrongAccount: true });
    const names = directory.assignments
      .filter(({ startUrl }) => startUrl !== freshStartUrl)
      .map(({ accountId, roleName }) => `${directory.accounts.get(accountId)?.name}-${roleName}-${accountId}`);
    const sections = (files[0]?.text ?? '').split(/^(?=\[)/m).filter((section) => section.includes('sso_account_id'));
    expect(names.sort()).toEqual(sections.map((section) => /^\[profile (.*)\]/.exec(section)?.[1]).sort());
  });

  it('are in the regions that the sessions name', () => {
    const { directory, files } = samples({ now });
    const text = files[0]?.text ?? '';
    const written = [...text.matchAll(/^sso_start_url = (.*)\nsso_region = (.*)$/gm)].map(([, url, region]) => [
      url,
      region,
    ]);
    const known = directory.portals.map(({ startUrl, region }) => [startUrl, region]);
    expect(new Set([...written, [freshStartUrl, 'eu-north-1']].map(String))).toEqual(new Set(known.map(String)));
    expect(new Set(directory.assignments.map(({ startUrl }) => startUrl))).toEqual(
      new Set(known.map(([startUrl]) => startUrl)),
    );
  });

  it('are all used by profiles, but for the fresh one, which has accounts too', () => {
    const { directory, files } = samples({ now });
    expect(files.map(({ text }) => text).join('')).not.toContain('bibliotek');
    const offered = directory.assignments.filter(({ startUrl }) => startUrl === freshStartUrl);
    expect(new Set(offered.map(({ accountId }) => directory.accounts.get(accountId)?.name))).toEqual(
      new Set(['bibliotek-lab', 'bibliotek-test', 'bibliotek-prod']),
    );
  });

  it('have hundreds of accounts without profiles with the option', () => {
    const { directory, files } = samples({ now, accounts: 300 });
    expect(files).toEqual(samples({ now }).files);
    expect(directory.assignments).toHaveLength(samples({ now }).directory.assignments.length + 1_200);
    const further = [...directory.accounts]
      .filter(([id]) => id.startsWith('2'))
      .map(([id, { name }]) => `${name} ${id}`);
    expect(further).toHaveLength(300);
    expect(new Set(further.map((line) => line.split(' ')[0])).size).toBe(300);
    expect([0, 1, 4, 28, 299].map((index) => further[index])).toEqual([
      'kulturskole-dev 200000000001',
      'kulturskole-test 200000000002',
      'renovasjon-dev 200000000005',
      'kulturskole2-dev 200000000029',
      'skoleskyss11-prod 200000000300',
    ]);
  });
});

describe('through the AWS SDK, in a home of their own', () => {
  let sample: SampleHome;
  let results: Record<string, { Account?: string; Arn?: string; error?: string }>;

  beforeAll(async () => {
    sample = await makeSampleHome({ wrongAccount: true });
    const script = fileURLToPath(new URL('../support/resolve-profiles.mjs', import.meta.url));
    const profiles = [...resolvable.map(([name]) => name), expired, wrong];
    const { code, stdout, stderr } = await runProgram(process.execPath, ['--no-warnings', script, ...profiles], {
      env: sample.env,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    results = JSON.parse(stdout);
  });

  afterAll(() => sample.remove());

  it.each(resolvable)('%s', (name, accountId, arn) => {
    expect(results[name]).toEqual({ Account: accountId, Arn: expect.stringMatching(arn) });
  });

  it('the sign-in without a refresh token has expired', () => {
    expect(results[expired]?.error).toMatch(/To refresh this SSO session run/);
  });

  it('the profile with the wrong account has it', () => {
    expect(results[wrong]?.Account).toBe('123456789099');
  });

  it('the token was refreshed once, and the cache has the new one in the same file', () => {
    expect(sample.emulator.requests.filter(({ service }) => service === 'sso-oidc')).toHaveLength(1);
    expect(readdirSync(join(sample.home, '.aws/sso/cache'))).toHaveLength(4);
  });
});
