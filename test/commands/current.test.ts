import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesFact } from '../../src/environment/delta.ts';
import { makeSandbox, program, type Sandbox } from '../support/program.ts';
import { bareEnvironment } from '../support/shells.ts';
import { openScreen } from '../support/terminal.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await makeSandbox({ wrongAccount: true });
});
afterEach(() => sandbox.remove());

const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
const power = 'barnehageplass-test-AWSPowerUserAccess-123456789012';
const over = 'skjema-stage-AWSPowerUserAccess-123456789021';
const wrong = 'feil-lab-AWSReadOnlyAccess-123456789061';
const builder = 'sandkasse-lab-Builder-123456789041';

const keys = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const kari = { accountId: '123456789041', arn: 'arn:aws:iam::123456789041:user/kari', userId: 'AIDASAMPLEKARIAAAAAAA' };
const nobody = { accountId: null, arn: null, userId: null };
const none = { profile: null, ...nobody, region: null, state: 'none', expiresAt: null, shadowedBy: [] };
const ofDev = {
  profile: dev,
  accountId: '123456789011',
  arn: expect.stringMatching(/^arn:aws:sts::123456789011:assumed-role\/AWSReservedSSO_AWSAdministratorAccess_/),
  userId: expect.stringMatching(/^AROA.*:kari/),
  region: 'eu-west-1',
  state: 'verified',
  expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  shadowedBy: [],
};
const unaskedDev = { ...ofDev, arn: null, userId: null, state: 'unverified' };

type Env = Readonly<Record<string, string | undefined>>;
const current = (args: readonly string[], env: Env) => sandbox.awsp(['current', ...args], { env });
const silentSts = { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9', AWS_ENDPOINT_URL_SSO: 'http://127.0.0.1:9' };

/** What the shell has, the exit code, the document, and what is said on stderr. */
const cases: readonly (readonly [what: string, env: Env, code: number, report: object, said: string])[] = [
  ['a profile', { AWS_PROFILE: dev }, 0, ofDev, ''],
  [
    'a profile with keys',
    { AWS_PROFILE: builder },
    0,
    { ...kari, profile: builder, region: 'eu-west-1', state: 'verified', expiresAt: null, shadowedBy: [] },
    '',
  ],
  [
    'a profile with a refresh token, whose end is unknown',
    { AWS_PROFILE: power },
    0,
    { profile: power, expiresAt: null },
    '',
  ],
  ['nothing', {}, 3, none, 'no profile is active in this shell'],
  ['a blank', { AWS_PROFILE: '', AWS_DEFAULT_PROFILE: '' }, 3, none, 'no profile is active'],
  ['a region alone', { AWS_REGION: 'eu-north-1' }, 3, { ...none, region: 'eu-north-1' }, 'no profile is active'],
  [
    'a profile that cannot be verified',
    { AWS_PROFILE: dev, ...silentSts },
    1,
    unaskedDev,
    'not verified: AWS was not reached',
  ],
  [
    'keys alone',
    keys,
    0,
    { ...none, ...kari, state: 'verified', shadowedBy: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] },
    '',
  ],
  [
    'keys alone that cannot be verified',
    { ...keys, ...silentSts },
    1,
    { ...none, state: 'unverified', shadowedBy: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] },
    'not verified: AWS was not reached',
  ],
  [
    'a profile, and keys that beat it',
    { AWS_PROFILE: dev, ...keys },
    5,
    {
      ...kari,
      profile: dev,
      region: 'eu-west-1',
      state: 'verified',
      expiresAt: null,
      shadowedBy: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
    },
    `AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY set: many tools obey them rather than "${dev}"\n  to be rid of them: unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY\n`,
  ],
  [
    'a profile whose sign-in is over, and keys that beat it',
    { AWS_PROFILE: over, ...keys },
    5,
    { ...kari, profile: over, state: 'verified' },
    'many tools obey them',
  ],
  [
    'a profile, and half a key pair',
    { AWS_PROFILE: dev, AWS_ACCESS_KEY_ID: keys.AWS_ACCESS_KEY_ID },
    5,
    { ...ofDev, shadowedBy: ['AWS_ACCESS_KEY_ID'] },
    'AWS_ACCESS_KEY_ID set: many tools obey it',
  ],
  [
    'half a key pair alone',
    { AWS_SECRET_ACCESS_KEY: 'x' },
    3,
    { ...none, shadowedBy: ['AWS_SECRET_ACCESS_KEY'] },
    'no profile is active',
  ],
  ['blank keys', { AWS_PROFILE: dev, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, 0, ofDev, ''],
  ['AWS_DEFAULT_PROFILE alone', { AWS_DEFAULT_PROFILE: dev }, 0, ofDev, ''],
  ['AWS_DEFAULT_PROFILE, and a blank AWS_PROFILE', { AWS_PROFILE: '', AWS_DEFAULT_PROFILE: dev }, 0, ofDev, ''],
  ['both names of one profile', { AWS_PROFILE: dev, AWS_DEFAULT_PROFILE: dev }, 0, ofDev, ''],
  [
    'AWS_DEFAULT_PROFILE of another profile',
    { AWS_PROFILE: dev, AWS_DEFAULT_PROFILE: power },
    5,
    { ...ofDev, shadowedBy: ['AWS_DEFAULT_PROFILE'] },
    `AWS_DEFAULT_PROFILE set: many tools obey it rather than "${dev}"`,
  ],
  [
    'a blank AWS_DEFAULT_PROFILE, at which boto3 fails',
    { AWS_PROFILE: dev, AWS_DEFAULT_PROFILE: '' },
    5,
    { ...ofDev, shadowedBy: ['AWS_DEFAULT_PROFILE'] },
    'AWS_DEFAULT_PROFILE set',
  ],
  [
    "AWS_DEFAULT_PROFILE alone, and a pod's identity",
    { AWS_DEFAULT_PROFILE: dev, AWS_WEB_IDENTITY_TOKEN_FILE: '/t', AWS_ROLE_ARN: 'arn:aws:iam::123456789042:role/x' },
    5,
    { ...ofDev, shadowedBy: ['AWS_WEB_IDENTITY_TOKEN_FILE'] },
    'to be rid of it: unset AWS_WEB_IDENTITY_TOKEN_FILE',
  ],
  [
    'AWS_REGION',
    { AWS_PROFILE: dev, AWS_REGION: 'eu-north-1', AWS_DEFAULT_REGION: 'us-east-1' },
    0,
    { ...ofDev, region: 'eu-north-1' },
    '',
  ],
  [
    'AWS_DEFAULT_REGION',
    { AWS_PROFILE: dev, AWS_REGION: '', AWS_DEFAULT_REGION: 'us-east-1' },
    0,
    { ...ofDev, region: 'us-east-1' },
    'AWS_REGION is empty: AWS CLI v2 and SDK for JavaScript fail',
  ],
];

describe('the shell has', () => {
  it.each(cases)('%s: told as JSON', async (_what, env, code, report, said) => {
    const result = await current(['--json'], env);
    expect({ code: result.code, stderr: result.stderr }).toEqual({
      code,
      stderr: said === '' ? '' : expect.stringContaining(said),
    });
    const document = JSON.parse(result.stdout);
    expect(document).toMatchObject(report);
    expect(Object.keys(document)).toEqual([
      'profile',
      'accountId',
      'accountName',
      'arn',
      'userId',
      'region',
      'state',
      'expiresAt',
      'shadowedBy',
    ]);
  });
});

/** Failures after which there is nothing to tell: a message, and not half a document. */
const failures: readonly (readonly [what: string, env: Env, code: number, said: string])[] = [
  ['a sign-in that is over', { AWS_PROFILE: over }, 4, `the sign-in of "${over}" has expired`],
  ['another account', { AWS_PROFILE: wrong }, 5, 'promises 123456789061, but its credentials belong to 123456789099'],
  ['a profile that is gone', { AWS_PROFILE: 'gone' }, 3, 'no profile matches "gone"'],
  ['a profile of another case', { AWS_PROFILE: dev.toUpperCase() }, 3, 'no profile matches'],
  [
    'keys that AWS does not know',
    { AWS_ACCESS_KEY_ID: 'AKIANOBODY', AWS_SECRET_ACCESS_KEY: 'x' },
    1,
    'AWS does not know the access key',
  ],
  [
    'a code that nobody can be asked for',
    { AWS_PROFILE: 'sandkasse-lab-Admin-123456789044' },
    1,
    'must be asked for a code',
  ],
];

describe('a failure:', () => {
  it.each(failures)('%s', async (_what, env, code, said) => {
    for (const args of [[], ['--json']]) {
      const { stderr, ...result } = await current(args, env);
      expect(result).toEqual({ code, stdout: '' });
      expect(stderr).toContain(said);
    }
  });
});

describe('--quiet', () => {
  it.each([
    ...cases.map(([what, env, code]) => [what, env, code] as const),
    ...failures.map(([what, env, code]) => [what, env, code] as const),
  ])('prints nothing at all for %s', async (_what, env, code) => {
    expect(await current(['--quiet'], env)).toEqual({ code, stdout: '', stderr: '' });
  });

  it('goes before --json, and before bad settings', async () => {
    sandbox.write('.config/awsp/config', '[verify]\ntimeout = soon\n');
    expect(await current(['-q', '--json'], { AWS_PROFILE: dev })).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('--no-verify', () => {
  const facts = { AWSP_PROFILE: dev, AWSP_FILES: 'HOME::', AWSP_ACCOUNT_ID: '123456789011', AWSP_STATE: 'verified' };
  const told = { ...unaskedDev, state: 'verified' };

  it.each([
    ['without facts: what the profile promises', { AWS_PROFILE: dev }, unaskedDev],
    ['with facts: what was verified at the switch', { AWS_PROFILE: dev, ...facts }, told],
    [
      'with facts of a switch that was not verified',
      { AWS_PROFILE: dev, ...facts, AWSP_STATE: 'unverified' },
      unaskedDev,
    ],
    [
      'with facts that know the account',
      { AWS_PROFILE: builder, ...facts, AWSP_PROFILE: builder, AWSP_ACCOUNT_ID: '123456789041' },
      { profile: builder, accountId: '123456789041', state: 'verified' },
    ],
    [
      'with facts of another profile',
      { AWS_PROFILE: dev, ...facts, AWSP_PROFILE: power, AWSP_ACCOUNT_ID: '1' },
      unaskedDev,
    ],
    [
      'with facts of other files',
      { AWS_PROFILE: dev, ...facts, AWSP_FILES: 'HOME:/c:/d', AWSP_ACCOUNT_ID: '1' },
      unaskedDev,
    ],
    [
      'with facts of another account: the profile was changed since',
      { AWS_PROFILE: dev, ...facts, AWSP_ACCOUNT_ID: '123456789099' },
      unaskedDev,
    ],
    [
      'of a sign-in that is over',
      { AWS_PROFILE: over },
      { profile: over, accountId: '123456789021', state: 'unverified' },
    ],
    ['of keys', keys, { ...none, state: 'unverified', shadowedBy: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] }],
    [
      'with facts of another home',
      { AWS_PROFILE: dev, ...facts, AWSP_FILES: '/home/other::', AWSP_ACCOUNT_ID: '1' },
      unaskedDev,
    ],
  ])('%s', async (_what, { AWSP_FILES, ...env }: Env, report) => {
    const here = filesFact(sandbox.env);
    const files =
      AWSP_FILES === undefined
        ? {}
        : { AWSP_FILES: here.replace(`${sandbox.home}::`, AWSP_FILES.replace('HOME', sandbox.home)) };
    const { code, stdout, stderr } = await current(['--json', '--no-verify'], { ...env, ...files });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject(report);
    expect(sandbox.emulator.requests).toEqual([]);
  });

  it('still tells that keys beat the profile, whose account is not theirs', async () => {
    const { code, stdout } = await current(['--json', '--no-verify'], { AWS_PROFILE: dev, ...facts, ...keys });
    expect(code).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({ profile: dev, ...nobody, state: 'unverified' });
  });

  it('still tells that nothing is active', async () => {
    expect((await current(['--no-verify'], {})).code).toBe(3);
  });
});

describe('the table', () => {
  it('tells what is known', async () => {
    const { stdout } = await current([], { AWS_PROFILE: dev });
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(rows).toEqual([
      ['Name', 'Value'],
      ['profile', dev],
      ['account', '123456789011'],
      ['role', 'AWSAdministratorAccess'],
      ['arn', ofDev.arn],
      ['region', 'eu-west-1'],
      ['state', 'verified'],
      ['sign in again', expect.stringMatching(/^in \d+[hm]/)],
    ]);
  });

  it('is not there when nothing is active', async () => {
    expect(await current([], {})).toMatchObject({ code: 3, stdout: '' });
  });

  it('tells whose the keys are, and not what the profile says', async () => {
    const { stdout } = await current([], { AWS_PROFILE: dev, ...keys });
    expect(stdout).toContain('arn:aws:iam::123456789041:user/kari');
    expect(stdout).not.toContain(keys.AWS_SECRET_ACCESS_KEY);
    expect(stdout).not.toMatch(/account +123456789011/);
  });
});

it('asks AWS every time, whatever is remembered', async () => {
  await sandbox.switchVia([dev]);
  await current([], { AWS_PROFILE: dev });
  await current([], { AWS_PROFILE: dev });
  expect(sandbox.emulator.requests.filter(({ operation }) => operation === 'GetCallerIdentity')).toHaveLength(3);
});

describe('tools that are somebody else', () => {
  const pod = { AWS_WEB_IDENTITY_TOKEN_FILE: '/token', AWS_ROLE_ARN: 'arn:aws:iam::123456789042:role/Pod' };

  it('are listed below the table', async () => {
    const { code, stdout } = await current([], { AWS_PROFILE: dev, AWS_DEFAULT_PROFILE: power });
    expect(code).toBe(5);
    const [, differing] = stdout.split('\n\n');
    expect(differing?.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['Differing tool', 'Uses', 'Because'],
      ['AWS CLI v1 and boto3', `profile "${power}"`, 'AWS_DEFAULT_PROFILE names it'],
      [''],
    ]);
  });

  it('are told with their region, where that alone differs', async () => {
    const { stdout, stderr } = await current([], { AWS_PROFILE: dev, AWS_REGION: 'eu-north-1' });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/region +eu-north-1\n/);
    expect(stdout).toMatch(/^AWS CLI v1 and boto3 +profile ".*" +eu-west-1 +region of profile ".*"\n$/m);
  });

  it('are told though the sign-in is over', async () => {
    const { code, stderr } = await current([], { AWS_PROFILE: over, ...pod });
    expect(code).toBe(4);
    expect(stderr).toMatch(
      /role Pod is used all the same by AWS CLI v2, AWS CLI v1 and boto3, SDK for Go and Terraform, /,
    );
  });

  it.each<[string, Env, number, string]>([
    ['profile is gone', { AWS_PROFILE: 'gone', ...keys }, 3, 'AWS_ACCESS_KEY_ID is used all the same by AWS CDK, '],
    ['shell has no profile', pod, 3, 'role Pod is used all the same by AWS CLI v2, '],
  ])('are told though the %s', async (_what, env, code, said) => {
    const result = await current([], env);
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: '' });
    expect(result.stderr).toContain(said);
    expect(result.stderr).not.toContain(keys.AWS_SECRET_ACCESS_KEY);
  });
});

it('an ARN is whole, however narrow the terminal is', async () => {
  const env = { ...bareEnvironment(sandbox.home), ...sandbox.env, AWS_PROFILE: dev };
  const screen = openScreen(program, ['current'], env, sandbox.home, { cols: 60, rows: 30 });
  const arn = JSON.parse((await current(['--json'], { AWS_PROFILE: dev })).stdout).arn;
  await expect.poll(() => screen.lines().join('')).toContain(`arn            ${arn}`);
});

it.each<[string, Env, string | null]>([
  ['the profile that it is for', { AWSP_PROFILE: dev }, '20m left'],
  ['another one', { AWSP_PROFILE: power }, null],
  ['nothing, since it is over', { AWSP_PROFILE: dev, AWSP_UNTIL: '1000000000' }, null],
])('a time limit is told of %s', async (_of, env, told) => {
  const inTime = String(Math.floor(Date.now() / 1_000) + 20 * 60 - 1);
  const { stdout } = await current(['--no-verify'], { AWS_PROFILE: dev, AWSP_UNTIL: inTime, ...env });
  expect(/^time limit +(.*)$/m.exec(stdout)?.[1] ?? null).toBe(told);
});
