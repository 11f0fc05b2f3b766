import { readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSandbox, program, type Sandbox } from '../support/program.ts';
import { runProgram } from '../support/run.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await makeSandbox();
});
afterEach(() => sandbox.remove());

const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
const config = () => readFileSync(`${sandbox.home}/.aws/config`, 'utf8');

/** The line of a file on which a text stands. */
function lineOf(path: string, text: string): number {
  return readFileSync(`${sandbox.home}/${path}`, 'utf8').split('\n').indexOf(text) + 1;
}

describe('the table', () => {
  it('tells of each profile its account, role, region, kind and sign-in', async () => {
    const { code, stdout, stderr } = await sandbox.awsp(['list']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const rows = stdout.split('\n').map((line) => line.split(/ {2,}/));
    expect(rows).toEqual([
      ['Name', 'Account', 'Role', 'Region', 'Kind', 'Level', 'Sign-in'],
      [dev, '123456789011', 'AWSAdministratorAccess', 'eu-west-1', 'sso', 'valid'],
      [
        'barnehageplass-test-AWSPowerUserAccess-123456789012',
        '123456789012',
        'AWSPowerUserAccess',
        'eu-west-1',
        'sso',
        'valid',
      ],
      [
        'barnehageplass-prod-AWSReadOnlyAccess-123456789013',
        '123456789013',
        'AWSReadOnlyAccess',
        'eu-north-1',
        'sso',
        'production',
        'valid',
      ],
      [
        'barnehageplass-prod-AWSAdministratorAccess-123456789013',
        '123456789013',
        'AWSAdministratorAccess',
        'eu-north-1',
        'sso',
        'production',
        'valid',
      ],
      [
        'skjema-stage-AWSPowerUserAccess-123456789021',
        '123456789021',
        'AWSPowerUserAccess',
        'eu-west-1',
        'sso',
        'expired',
      ],
      [
        'kart-stage-AWSReadOnlyAccess-123456789031',
        '123456789031',
        'AWSReadOnlyAccess',
        'eu-north-1',
        'sso',
        'refreshable',
      ],
      ['sandkasse-lab-Builder-123456789041', 'eu-west-1', 'static'],
      ['sandkasse-lab-Hub-123456789042', '123456789042', 'Hub', 'eu-west-1', 'assume-role'],
      ['sandkasse-lab-Deployer-123456789043', '123456789043', 'Deployer', 'eu-west-1', 'assume-role'],
      ['sandkasse-lab-Admin-123456789044', '123456789044', 'Admin', 'eu-west-1', 'assume-role'],
      ['arkiv-lab-Reader-123456789051', 'eu-west-1', 'process'],
      [''],
    ]);
  });

  it('asks nobody', async () => {
    await sandbox.awsp(['list']);
    expect(sandbox.emulator.requests).toEqual([]);
  });

  it('marks the active profile, and no other', async () => {
    const { stdout } = await sandbox.awsp(['list'], { env: { AWS_PROFILE: dev } });
    const marked = stdout.split('\n').filter((line) => line.startsWith('*'));
    expect(marked).toEqual([expect.stringMatching(`^\\*  ${dev} `)]);
  });

  it('has the columns of all lines below each other', async () => {
    const lines = (await sandbox.awsp(['list'], { env: { AWS_PROFILE: dev } })).stdout.trimEnd().split('\n');
    const column = lines[0]?.indexOf('Kind') ?? -1;
    for (const line of lines) expect(line.slice(column - 2, column + 1)).toMatch(/^ {2}[a-zK]$/);
  });

  it('has no colour where it is piped, and red for production where it is forced', async () => {
    expect((await sandbox.awsp(['list'], { env: { TERM: 'xterm-256color' } })).stdout).not.toContain('\u001B');
    const { stdout } = await sandbox.awsp(['list'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    const red = stdout
      .split('\u001B[31m')
      .slice(1)
      .map((text) => text.split('\u001B[0m')[0]);
    expect(red).toEqual([
      'barnehageplass-prod-AWSReadOnlyAccess-123456789013',
      'barnehageplass-prod-AWSAdministratorAccess-123456789013',
    ]);
    const yellow = stdout
      .split('\u001B[33m')
      .slice(1)
      .map((text) => text.split('\u001B[0m')[0]);
    expect(yellow).toEqual(['expired']);
  });

  it.each([
    [['prod'], 2],
    [['PROD', 'admin'], 1],
    [['prod admin'], 1],
    [['123456789013'], 2],
    [['barnehage', 'poweruser'], 1],
    [[''], 11],
  ])('shows only what %j fits', async (query, count) => {
    const { stdout } = await sandbox.awsp(['list', ...query]);
    expect(stdout.trimEnd().split('\n')).toHaveLength(count + 1);
  });
});

describe('filters', () => {
  it.each<[args: string[], names: RegExp[]]>([
    [['--production'], [/^barnehageplass-prod-AWSReadOnly/, /^barnehageplass-prod-AWSAdmin/]],
    [['--production', 'read'], [/^barnehageplass-prod-AWSReadOnly/]],
    [['--kind', 'static'], [/^sandkasse-lab-Builder/]],
    [['--kind=process'], [/^arkiv/]],
    [['deployer', '--kind', 'assume-role'], [/^sandkasse-lab-Deployer/]],
  ])('%j', async (args, names) => {
    const expected = names.map((name) => expect.stringMatching(name));
    const { code, stdout } = await sandbox.awsp(['list', ...args]);
    const [, ...rows] = stdout.trimEnd().split('\n');
    expect({ code, names: rows.map((row) => row.trim().split(' ')[0]) }).toEqual({ code: 0, names: expected });
    const { profiles } = JSON.parse((await sandbox.awsp(['list', '--json', ...args])).stdout);
    expect(profiles.map(({ name }: { name: string }) => name)).toEqual(expected);
  });

  it('production is what the settings say', async () => {
    sandbox.write('.config/awsp/config', '[production]\nmatch = *-lab-*\n');
    const { stdout } = await sandbox.awsp(['list', '--production']);
    expect(stdout.match(/-lab-/g)).toHaveLength(5);
    expect(stdout).toContain('barnehageplass-prod-');
    sandbox.write('.config/awsp/config', '[production]\nmatch = *-lab-*\nexcept = barnehageplass-*\n');
    const { stdout: less } = await sandbox.awsp(['list', '--production']);
    expect(less.match(/-lab-/g)).toHaveLength(5);
    expect(less).not.toContain('barnehageplass');
  });

  it.each([
    [['--kind', 'login'], 'no profile is of kind "login"'],
    [['--production', '--kind', 'static'], 'no profile is production and of kind "static"'],
    [['dev', '--production'], 'no profile that matches "dev" is production'],
    [['nothing-like-it', '--production'], 'no profile matches "nothing-like-it"'],
  ])('%j: none is left', async (args, message) => {
    expect(await sandbox.awsp(['list', ...args])).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining(`awsp: ${message}`),
    });
  });
});

describe('--json', () => {
  it('has every key, in order, and null for what is unknown', async () => {
    const file = `${sandbox.home}/.aws/config`;
    const { code, stdout, stderr } = await sandbox.awsp(['list', '--json'], { env: { AWS_PROFILE: dev } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const document = JSON.parse(stdout);
    expect(Object.keys(document)).toEqual(['profiles', 'problems']);
    expect(document.problems).toEqual([]);
    const named = (name: string) => document.profiles.find((profile: { name: string }) => profile.name === name);
    const expected = [
      {
        name: dev,
        kind: 'sso',
        accountId: '123456789011',
        accountName: null,
        roleName: 'AWSAdministratorAccess',
        region: 'eu-west-1',
        ssoSession: null,
        ssoStartUrl: 'https://barnehage.awsapps.com/start',
        sourceProfile: null,
        signIn: 'valid',
        level: 'normal',
        active: true,
        definedIn: [{ file, line: lineOf('.aws/config', `[profile ${dev}]`) }],
      },
      {
        name: 'barnehageplass-prod-AWSReadOnlyAccess-123456789013',
        kind: 'sso',
        accountId: '123456789013',
        accountName: null,
        roleName: 'AWSReadOnlyAccess',
        region: 'eu-north-1',
        ssoSession: 'barnehage',
        ssoStartUrl: 'https://barnehage.awsapps.com/start',
        sourceProfile: null,
        signIn: 'valid',
        level: 'production',
        active: false,
        definedIn: [
          { file, line: lineOf('.aws/config', '[profile barnehageplass-prod-AWSReadOnlyAccess-123456789013]') },
        ],
      },
      {
        name: 'sandkasse-lab-Hub-123456789042',
        kind: 'assume-role',
        accountId: '123456789042',
        accountName: null,
        roleName: 'Hub',
        region: 'eu-west-1',
        ssoSession: null,
        ssoStartUrl: null,
        sourceProfile: 'sandkasse-lab-Builder-123456789041',
        signIn: null,
        level: 'normal',
        active: false,
        definedIn: [{ file, line: lineOf('.aws/config', '[profile sandkasse-lab-Hub-123456789042]') }],
      },
      {
        name: 'sandkasse-lab-Builder-123456789041',
        kind: 'static',
        accountId: null,
        accountName: null,
        roleName: null,
        region: 'eu-west-1',
        ssoSession: null,
        ssoStartUrl: null,
        sourceProfile: null,
        signIn: null,
        level: 'normal',
        active: false,
        definedIn: [
          { file, line: lineOf('.aws/config', '[profile sandkasse-lab-Builder-123456789041]') },
          { file: `${sandbox.home}/.aws/credentials`, line: 1 },
        ],
      },
    ];
    for (const profile of expected) expect(JSON.stringify(named(profile.name))).toBe(JSON.stringify(profile));
    expect(document.profiles).toHaveLength(11);
  });

  it('tells each state of a sign-in, that of a role by its source', async () => {
    sandbox.write(
      '.aws/config',
      `${config()}
[profile over]
role_arn = arn:aws:iam::123456789042:role/Hub
source_profile = skjema-stage-AWSPowerUserAccess-123456789021
[profile never]
sso_start_url = https://nowhere.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123456789011
sso_role_name = r
[profile bare]
output = json
`,
    );
    const { profiles } = JSON.parse((await sandbox.awsp(['list', '--json'])).stdout);
    const states = Object.fromEntries(profiles.map(({ name, signIn }: Record<string, string>) => [name, signIn]));
    expect(states).toMatchObject({
      [dev]: 'valid',
      'kart-stage-AWSReadOnlyAccess-123456789031': 'refreshable',
      'skjema-stage-AWSPowerUserAccess-123456789021': 'expired',
      over: 'expired',
      never: 'none',
      'arkiv-lab-Reader-123456789051': null,
      bare: null,
    });
    expect(profiles.at(-1)).toMatchObject({ name: 'bare', kind: 'none', region: null });
  });

  it('is filtered, and empty where nothing fits or nothing is there', async () => {
    expect(JSON.parse((await sandbox.awsp(['list', 'kart', '--json'])).stdout).profiles).toHaveLength(1);
    expect(await sandbox.awsp(['list', 'zzz', '--json'])).toMatchObject({
      code: 3,
      stdout: '{\n  "profiles": [],\n  "problems": []\n}\n',
    });
    rmSync(`${sandbox.home}/.aws`, { recursive: true });
    expect(await sandbox.awsp(['list', '--json'])).toMatchObject({
      code: 3,
      stdout: '{\n  "profiles": [],\n  "problems": []\n}\n',
    });
  });
});

describe('what is wrong in the files', () => {
  it('is one line after the table, with the place of the first and the number of the others', async () => {
    sandbox.write('.aws/config', '[profile a]\nregion = r\nnonsense\n');
    expect((await sandbox.awsp(['list'])).stderr).toMatch(/^awsp: warning: ~\/\.aws\/config:3: .*\n$/);
    sandbox.write('.aws/config', '[profile a]\nregion = r\nnonsense\n[profile b]\nnonsense\n[broken\n');
    const { code, stdout, stderr } = await sandbox.awsp(['list']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^Name.*\na .*\nb .*\n/) });
    expect(stderr).toMatch(/^awsp: warning: ~\/\.aws\/config:3: .* \(and \d more: awsp doctor\)\n$/);
  });

  it('is all in --json', async () => {
    sandbox.write('.aws/config', '[profile a]\nregion = r\nnonsense\n[broken\n');
    const { problems } = JSON.parse((await sandbox.awsp(['list', '--json'])).stdout);
    const file = `${sandbox.home}/.aws/config`;
    expect(problems).toEqual([
      { id: 'bad-line', file, line: 3, message: expect.any(String) },
      { id: 'bad-header', file, line: 4, message: expect.any(String) },
    ]);
    for (const problem of problems) expect(Object.keys(problem)).toEqual(['id', 'file', 'line', 'message']);
  });

  it('a name that some SDKs do not see is in --json, and no reason to warn after every table', async () => {
    sandbox.write('.aws/config', '[profile foo!bar]\naws_access_key_id = A\naws_secret_access_key = s\n');
    sandbox.write('.aws/credentials', '');
    const { profiles, problems } = JSON.parse((await sandbox.awsp(['list', '--json'])).stdout);
    expect(profiles.map(({ name }: { name: string }) => name)).toEqual(['foo!bar']);
    const message = expect.stringContaining('[profile foo!bar]: the name has characters that some tools do not take');
    expect(problems).toEqual([{ id: 'bad-name', file: `${sandbox.home}/.aws/config`, line: 1, message }]);
    expect((await sandbox.awsp(['list'])).stderr).toBe('');
    const { stderr } = await sandbox.switchVia(['foo!bar', '--no-verify']);
    expect(stderr).toContain('SDK for JavaScript, AWS CDK and SDK for Java find no credentials in it');
  });

  it('a file that cannot be read: the other one is listed, and it is said', async () => {
    rmSync(`${sandbox.home}/.aws/config`);
    sandbox.write('.aws/config/x', '');
    const { code, stdout, stderr } = await sandbox.awsp(['list']);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'awsp: warning: ~/.aws/config: cannot be read: is a folder\n',
    });
    expect(stdout).toContain('sandkasse-lab-Builder-123456789041');
    const { problems } = JSON.parse((await sandbox.awsp(['list', '--json'])).stdout);
    expect(problems).toEqual([
      { id: 'unreadable', file: `${sandbox.home}/.aws/config`, line: null, message: 'cannot be read: is a folder' },
    ]);
  });

  it('names that would steer the terminal are shown without doing so', async () => {
    sandbox.write('.aws/config', '[profile a\u001B]0;title\u0007b]\nregion = \u001B[2J\n');
    const { code, stdout, stderr } = await sandbox.awsp(['list']);
    expect(code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/);
  });
});

describe('nothing to list', () => {
  it.each([
    ['no files', [], 'no profiles in ~/.aws/config or ~/.aws/credentials'],
    ['no files, and a query', ['dev'], 'no profiles in ~/.aws/config or ~/.aws/credentials'],
  ])('%s', async (_what, query, words) => {
    rmSync(`${sandbox.home}/.aws`, { recursive: true });
    const { code, stdout, stderr } = await sandbox.awsp(['list', ...query]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(words);
  });

  it('no match: the nearest names', async () => {
    const { code, stdout, stderr } = await sandbox.awsp(['list', 'prdo']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(
      'no profile matches "prdo" in ~/.aws/config or ~/.aws/credentials; did you mean "barnehageplass-prod-',
    );
  });

  it('other files than the usual ones are named', async () => {
    const env = { AWS_CONFIG_FILE: '/nowhere/c', AWS_SHARED_CREDENTIALS_FILE: '~/d' };
    expect((await sandbox.awsp(['list'], { env })).stderr).toContain('no profiles in /nowhere/c or ~/d');
  });
});

describe('a reader that has had enough', () => {
  beforeEach(() => {
    const section = (n: number) => `[profile shop-${n}-Admin]\nregion = eu-west-1\ncredential_process = p\n`;
    // One more is in the credentials file.
    sandbox.write('.aws/config', Array.from({ length: 10_000 }, (_, n) => section(n)).join(''));
  });

  it.each([
    ['awsp list | head -1', '{ "$0" list; echo "status $?" >&2; } | head -1', /^Name +Region +Kind\n$/],
    ['awsp list --json | head -1', '{ "$0" list --json; echo "status $?" >&2; } | head -1', /^\{\n$/],
    ['awsp list | :', '{ "$0" list; echo "status $?" >&2; } | :', /^$/],
    ['awsp list >&-', '"$0" list >&-; echo "status $?" >&2', /^$/],
  ])('%s ends well and says nothing', async (_line, script, stdout) => {
    const finished = await runProgram('/bin/sh', ['-c', script, program], { env: sandbox.env });
    expect(finished).toEqual({ code: 0, stdout: expect.stringMatching(stdout), stderr: 'status 0\n' });
  });

  it('one that reads slowly gets all of it', async () => {
    const script = '"$0" list | { sleep 1; wc -l; }';
    const { stdout } = await runProgram('/bin/sh', ['-c', script, program], { env: sandbox.env });
    expect(stdout.trim()).toBe('10002');
  });
});
