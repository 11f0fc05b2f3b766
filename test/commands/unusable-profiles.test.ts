import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArguments } from '../../src/cli/read.ts';
import { lateGrammar } from '../../src/commands/grammar.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';
import type { Finished } from '../support/run.ts';

/** A profile named "x", in a state in which it cannot be used, and what is wrong with it. */
interface State {
  readonly config?: string;
  readonly credentials?: string;
  /** What each command says, at least the switch, and the place that it names. */
  readonly says: string;
  readonly at: string | null;
  /** The exit code of the switch and of `login`; for `login`, 0 where the sign-in itself is possible. */
  readonly code: 1 | 4;
  readonly login?: 0;
  readonly inSessions?: true;
  /** The list and the doctor name it at the same place; null where nothing is wrong in the files. */
  readonly inFiles?: false;
}

const role = 'role_arn = arn:aws:iam::123456789042:role/Hub\n';
const account = 'sso_account_id = 123456789011\nsso_role_name = AWSAdministratorAccess\n';
const portal = 'sso_start_url = https://barnehage.awsapps.com/start\nsso_region = eu-west-1\n';
const session = `[sso-session barnehage]\n${portal}`;
const keys = 'aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = secret\n';
const x = (text: string) => ({ config: `[profile x]\nregion = eu-west-1\n${text}` });
const sessionOf = (text: string) => ({
  config: `[profile x]\nsso_session = acme\n${account}[sso-session acme]\n${text}`,
});
const wrong = { code: 1 } as const;

const states: Readonly<Record<string, State>> = {
  'a session without its URL': {
    ...sessionOf('sso_region = eu-west-1\n'),
    says: '[sso-session acme] has no sso_start_url',
    at: '~/.aws/config:5',
    ...wrong,
    inSessions: true,
  },
  'a session without its region': {
    ...sessionOf('sso_start_url = https://acme.awsapps.com/start\n'),
    says: '[sso-session acme] has no sso_region',
    at: '~/.aws/config:5',
    ...wrong,
    inSessions: true,
  },
  'a session without anything': {
    ...sessionOf(''),
    says: '[sso-session acme] has no sso_start_url and no sso_region',
    at: '~/.aws/config:5',
    ...wrong,
    inSessions: true,
  },
  'a session with a misspelt URL': {
    ...sessionOf('sso_start_ulr = https://acme.awsapps.com/start\nsso_region = eu-west-1\n'),
    says: 'did you mean "sso_start_url"?',
    at: '~/.aws/config:6',
    ...wrong,
    inSessions: true,
  },
  'a session with a URL that is none': {
    ...sessionOf('sso_start_url = acme\nsso_region = eu-west-1\n'),
    says: '[sso-session acme]: sso_start_url is not a URL',
    at: '~/.aws/config:6',
    ...wrong,
    inSessions: true,
  },
  'a session with a region that is none': {
    ...sessionOf('sso_start_url = https://acme.awsapps.com/start\nsso_region = "eu-west-1"\n'),
    says: '[sso-session acme]: sso_region is not a region',
    at: '~/.aws/config:7',
    ...wrong,
    inSessions: true,
  },
  'a portal with a URL that is none': {
    ...x(`${account}sso_start_url = https://barnehage awsapps.com/start\nsso_region = eu-west-1\n`),
    says: '[profile x]: sso_start_url is not a URL',
    at: '~/.aws/config:5',
    ...wrong,
    inSessions: true,
  },
  'a portal with a region that is none': {
    ...x(`${account}sso_start_url = https://barnehage.awsapps.com/start\nsso_region = eu west 1\n`),
    says: '[profile x]: sso_region is not a region',
    at: '~/.aws/config:6',
    ...wrong,
    inSessions: true,
  },
  'a portal without its region': {
    ...x(`${account}sso_start_url = https://barnehage.awsapps.com/start\n`),
    says: 'sso_region is missing',
    at: '~/.aws/config:1',
    ...wrong,
    inSessions: true,
  },
  'a portal without its URL': {
    ...x(`${account}sso_region = eu-west-1\n`),
    says: 'sso_start_url is missing',
    at: '~/.aws/config:1',
    ...wrong,
    inSessions: true,
  },
  'a missing session': {
    ...x(`sso_session = gone\n${account}`),
    says: '[sso-session gone] does not exist',
    at: '~/.aws/config:3',
    ...wrong,
    inSessions: true,
  },
  'SSO without a role': {
    ...x(`sso_session = barnehage\nsso_account_id = 123456789011\n${session}`),
    says: 'sso_role_name is missing',
    at: '~/.aws/config:1',
    ...wrong,
    login: 0,
  },
  'SSO without an account': {
    ...x(`sso_session = barnehage\nsso_role_name = A\n${session}`),
    says: 'sso_account_id is missing',
    at: '~/.aws/config:1',
    ...wrong,
    login: 0,
  },
  'SSO with the session alone': {
    ...x(`sso_session = barnehage\n${session}`),
    says: 'sso_account_id and sso_role_name are missing',
    at: '~/.aws/config:1',
    ...wrong,
    login: 0,
  },
  'an account of eleven digits': {
    ...x(`sso_session = barnehage\nsso_account_id = 12345678901\nsso_role_name = A\n${session}`),
    says: 'sso_account_id is not 12 digits',
    at: '~/.aws/config:4',
    ...wrong,
    login: 0,
  },
  'a misspelt session': {
    ...x(`sso_sesion = barnehage\n${account}${session}`),
    says: 'did you mean "sso_session"?',
    at: '~/.aws/config:3',
    ...wrong,
    inSessions: true,
  },
  'a session with a hyphen': {
    ...x(`sso-session = barnehage\n${account}${session}`),
    says: 'did you mean "sso_session"?',
    at: '~/.aws/config:3',
    ...wrong,
    inSessions: true,
  },
  'a misspelt account': {
    ...x(`sso_session = barnehage\nsso_acount_id = 123456789011\nsso_role_name = A\n${session}`),
    says: 'did you mean "sso_account_id"?',
    at: '~/.aws/config:4',
    ...wrong,
    login: 0,
  },
  'a misspelt source': {
    ...x(`${role}source_profil = sandkasse\n`),
    says: 'did you mean "source_profile"?',
    at: '~/.aws/config:4',
    ...wrong,
  },
  'a misspelt header of a session': {
    config: `[profile x]\nsso_session = acme\n${account}[sso_session acme]\n${portal}`,
    says: '[sso-session acme] does not exist',
    at: '~/.aws/config:2',
    ...wrong,
    inSessions: true,
  },
  'include_profile of aws-vault': {
    ...x(`include_profile = base\n${account}`),
    says: 'include_profile is a property of aws-vault',
    at: '~/.aws/config:1',
    ...wrong,
    inSessions: true,
  },
  'parent_profile of aws-vault': {
    ...x(`${role}parent_profile = base\n`),
    says: 'parent_profile is a property of aws-vault',
    at: '~/.aws/config:3',
    ...wrong,
  },
  'a profile of Granted': {
    ...x('granted_sso_start_url = https://barnehage.awsapps.com/start\ngranted_sso_region = eu-west-1\n'),
    says: 'granted_sso_start_url is a property of Granted',
    at: '~/.aws/config:1',
    ...wrong,
  },
  'a region alone': { ...x(''), says: 'it has no property that gives it credentials', at: '~/.aws/config:1', ...wrong },
  'an access key alone': {
    credentials: '[x]\naws_access_key_id = AKIAEXAMPLE\n',
    says: 'aws_access_key_id has no aws_secret_access_key',
    at: '~/.aws/credentials:2',
    ...wrong,
  },
  'a secret key alone': {
    credentials: '[x]\naws_secret_access_key = secret\n',
    says: 'without aws_access_key_id',
    at: '~/.aws/credentials:2',
    ...wrong,
  },
  'a secret key that is empty': {
    credentials: '[x]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key =\n',
    says: 'aws_access_key_id has no aws_secret_access_key',
    at: '~/.aws/credentials:2',
    ...wrong,
  },
  'a role without a source': {
    ...x(role),
    says: 'role_arn needs a source_profile or a credential_source',
    at: '~/.aws/config:3',
    ...wrong,
  },
  'a role with two sources': {
    ...x(`${role}source_profile = y\ncredential_source = Environment\n`),
    credentials: `[y]\n${keys}`,
    says: 'exclude each other',
    at: '~/.aws/config:5',
    ...wrong,
  },
  'a source that does not exist': {
    ...x(`${role}source_profile = gone\n`),
    says: 'source_profile "gone" does not exist',
    at: '~/.aws/config:4',
    ...wrong,
  },
  'a source without credentials': {
    ...x(`${role}source_profile = y\n[profile y]\nregion = eu-west-1\n`),
    says: 'source_profile "y" has no credentials',
    at: '~/.aws/config:4',
    ...wrong,
  },
  'a source with half a pair': {
    ...x(`${role}source_profile = y\n`),
    credentials: '[y]\naws_access_key_id = AKIAEXAMPLE\n',
    says: 'aws_access_key_id has no aws_secret_access_key',
    at: '~/.aws/credentials:2',
    ...wrong,
  },
  'a source with a broken session': {
    ...x(`${role}source_profile = y\n[profile y]\nsso_session = gone\n${account}`),
    says: '[sso-session gone] does not exist',
    at: '~/.aws/config:6',
    ...wrong,
    inSessions: true,
  },
  'sources in a circle': {
    ...x(`${role}source_profile = y\n[profile y]\n${role}source_profile = x\n`),
    says: 'source_profile goes round in a circle',
    at: '~/.aws/config:7',
    ...wrong,
  },
  'a role that is none': {
    ...x('role_arn = admin\nsource_profile = y\n'),
    credentials: `[y]\n${keys}`,
    says: 'role_arn is not the ARN of a role',
    at: '~/.aws/config:3',
    ...wrong,
  },
  'a role by keys in the environment': {
    ...x(`${role}credential_source = Environment\n`),
    says: 'which a switch clears because tools prefer them to AWS_PROFILE',
    at: '~/.aws/config:4',
    ...wrong,
  },
  'a role by a container': {
    ...x(`${role}credential_source = EcsContainer\n`),
    says: 'works only in a container of ECS or EKS',
    at: '~/.aws/config:4',
    ...wrong,
  },
  'a role by an instance': {
    ...x(`${role}credential_source = Ec2InstanceMetadata\n`),
    says: 'works only on an EC2 instance',
    at: '~/.aws/config:4',
    ...wrong,
  },
  'a role by an unknown source': {
    ...x(`${role}credential_source = environment\n`),
    says: 'is none of Environment, EcsContainer and Ec2InstanceMetadata',
    at: '~/.aws/config:4',
    ...wrong,
  },
  'a web identity without a role': {
    ...x('web_identity_token_file = /nope\n'),
    says: 'role_arn is missing',
    at: '~/.aws/config:3',
    ...wrong,
  },
  'a process that is empty': {
    ...x('credential_process =\n'),
    says: 'credential_process is empty',
    at: '~/.aws/config:3',
    ...wrong,
  },
  'a login_session that is empty': {
    ...x('login_session =\n'),
    says: 'login_session is empty',
    at: '~/.aws/config:3',
    ...wrong,
  },
  'a login_session that is signed out': {
    ...x('login_session = arn:aws:iam::123456789012:user/x\n'),
    says: 'you are not signed in for "x"',
    at: null,
    code: 4,
    inFiles: false,
  },
  'a role by a login_session that is signed out': {
    ...x(`${role}source_profile = y\n[profile y]\nlogin_session = arn:aws:iam::123456789012:user/x\n`),
    says: 'you are not signed in for "y"',
    at: null,
    code: 4,
    inFiles: false,
  },
  'keys that have expired': {
    credentials: `[x]\n${keys}x_security_token_expires = 2020-01-01T00:00:00+00:00\n`,
    says: 'its access keys have expired',
    at: '~/.aws/credentials:4',
    code: 4,
  },
  'keys of saml2aws that have expired': {
    credentials: `[x]\n${keys}x_principal_arn = a\nx_security_token_expires = 2020-01-01T00:00:00+00:00\n`,
    says: 'its access keys have expired',
    at: '~/.aws/credentials:5',
    code: 4,
  },
  'keys with aws_expiration': {
    credentials: `[x]\n${keys}aws_expiration = 2020-01-01T00:00:00Z\n`,
    says: 'its access keys have expired',
    at: '~/.aws/credentials:4',
    code: 4,
  },
  'keys with aws_credential_expiration': {
    credentials: `[x]\n${keys}aws_credential_expiration = 2020-01-01T00:00:00Z\n`,
    says: 'its access keys have expired',
    at: '~/.aws/credentials:4',
    code: 4,
  },
  'a role by keys that have expired': {
    ...x(`${role}source_profile = y\n`),
    credentials: `[y]\n${keys}aws_expiration = 2020-01-01T00:00:00Z\n`,
    says: 'its access keys have expired',
    at: '~/.aws/credentials:4',
    code: 4,
  },
};

/** What else the files hold: nothing, another profile that works, `[default]`, comments and blank lines, CRLF. */
const surroundings: Readonly<Record<string, (text: string) => string>> = {
  alone: (text) => text,
  'with [default] behind it': (text) => `${text}[default]\nregion = eu-west-1\noutput = json\n`,
  'with another profile behind it': (text) => `${text}[profile other]\ncredential_process = true\nregion = eu-west-1\n`,
  'with CRLF': (text) => text.replaceAll('\n', '\r\n'),
};

const commands = [
  'switch',
  'switch --verify',
  'exec',
  'exec --keys',
  'credentials',
  'console',
  'login',
  'list',
  'list --json',
  'list x',
  'sessions',
  'sessions --json',
  'doctor',
  'doctor --json',
  'show',
  'show --json',
  'current',
  'current --json',
] as const;
/** Those that say why the profile cannot be used, and what to do. */
const usesProfile: readonly CommandName[] = [
  'switch',
  'switch --verify',
  'exec',
  'exec --keys',
  'credentials',
  'console',
  'login',
  'current',
  'current --json',
];
type CommandName = (typeof commands)[number];

/** What only a programmer understands; AWS's own names of errors are in parentheses. */
const ofSdk =
  /Error:|ENOENT|\$response|CredentialsProvider|ProviderError|\bundefined\b|\[object|\bNaN\b|node:|hidden field|a bug in awsp|\n\s+at /;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeSandbox();
});
afterAll(() => sandbox.remove());

function run(command: CommandName): Promise<Finished> {
  const [verb = '', ...options] = command.split(' ');
  // Doctor would ask a real AWS CLI for its version.
  const env = { PATH: '/nowhere' };
  if (verb === 'switch') return sandbox.switchVia(['x', ...options], { env });
  if (verb === 'exec') return sandbox.awsp(['exec', 'x', ...options, '--', 'true'], { env });
  if (verb === 'credentials') return sandbox.awsp(['credentials', 'x'], { env });
  if (verb === 'console') return sandbox.awsp(['console', 'x', '--print'], { env });
  if (verb === 'login') return sandbox.awsp(['login', 'x', '--remote'], { env });
  if (verb === 'show') return sandbox.awsp(['show', 'x', ...options], { env });
  if (verb === 'current') return sandbox.awsp(['current', ...options], { env: { ...env, AWS_PROFILE: 'x' } });
  return sandbox.awsp([verb, ...(options[0] === 'x' ? ['x'] : options)], { env });
}

/** Whether the last line leads on: a command line of awsp or of AWS, or a change to make at a line of a file. */
async function leadsOn(text: string): Promise<boolean> {
  const command = /(?:with|doctor explains it|for what is wrong with it): (awsp|aws|saml2aws) (.+?)(?:, or .*)?$/m.exec(
    text,
  );
  if (command === null) return /(?:write|add|correct|name|get) .*~\/\.aws\/(?:config|credentials):\d+/.test(text);
  const [, program, words = ''] = command;
  if (program !== 'awsp') return /^login --profile \S+$/.test(words);
  const { request } = await readArguments(words.split(' '), lateGrammar);
  return request.kind === 'command';
}

const count = Object.keys(states).length * Object.keys(surroundings).length * commands.length;

// biome-ignore-start lint/complexity/noExcessiveCognitiveComplexity: one walk over all combinations
describe(`a profile that cannot be used: ${count} combinations of states, files and commands`, () => {
  it.each(Object.keys(states))('%s', async (what) => {
    const state = states[what] as State;
    for (const [where, around] of Object.entries(surroundings)) {
      sandbox.write('.aws/config', around(state.config ?? ''));
      sandbox.write(
        '.aws/credentials',
        where === 'with CRLF' ? around(state.credentials ?? '') : (state.credentials ?? ''),
      );
      const found = new Map<CommandName, Finished>();
      for (const command of commands) found.set(command, await run(command));
      const textOf = (command: CommandName) =>
        `${found.get(command)?.stdout}\n${found.get(command)?.stderr}`.replaceAll(sandbox.home, '~');
      const told = (command: CommandName) => textOf(command).replaceAll('\\"', '"').replace(/\s+/g, ' ');
      for (const command of commands) {
        expect(textOf(command), `${where}: ${command}`).not.toMatch(ofSdk);
      }
      const place = state.at ?? '';
      for (const command of usesProfile) {
        const { code, stdout, stderr } = found.get(command) as Finished;
        if (command !== 'current' && command !== 'current --json')
          expect({ command, stdout }).toEqual({ command, stdout: '' });
        expect({ command, code, stderr }).toEqual({
          command,
          code: command === 'login' ? (state.login ?? state.code) : state.code,
          stderr: expect.stringContaining(state.says),
        });
        expect(told(command)).toContain(place);
        expect({ command, stderr, leadsOn: await leadsOn(stderr) }).toMatchObject({ leadsOn: true });
      }
      const doctor = JSON.parse(found.get('doctor --json')?.stdout ?? '');
      const listed = JSON.parse(found.get('list --json')?.stdout ?? '');
      if (state.inFiles === false) {
        expect(listed.profiles.find(({ name }: { name: string }) => name === 'x').signIn).toBe('none');
      } else {
        const named = (all: readonly { file: string | null; line: number | null; message: string }[]) =>
          all.some(({ file, line, message }) => {
            const [text = ''] = [state.says].map((says) => says.replace(/^did you mean.*/, 'know no property'));
            return `${file?.replace(sandbox.home, '~')}:${line}` === place && message.includes(text);
          });
        expect({ doctor: doctor.problems, named: named(doctor.problems) }).toMatchObject({ named: true });
        if (what !== 'a region alone') {
          expect({ listed: listed.problems, named: named(listed.problems) }).toMatchObject({ named: true });
          for (const command of ['list', 'list x'] as const) expect(told(command)).toContain(state.says);
          expect(told('list')).toMatch(state.code === 4 ? /expired/ : /unusable|valid|none/);
        }
      }
      for (const command of ['sessions', 'sessions --json'] as const) {
        if (state.inSessions) expect(told(command)).toContain(state.says);
        expect(found.get(command)?.code).toBe(0);
      }
    }
  });
});
// biome-ignore-end lint/complexity/noExcessiveCognitiveComplexity: one walk over all combinations

describe('a profile that is hidden by its file', () => {
  const hidden = (header: string) => `[profile other]\nregion = eu-west-1\n${header}\n${account}${portal}`;

  it.each([
    ['[profle dev2]', '[profile dev2]'],
    ['[Profile dev2]', '[profile dev2]'],
    ['[profile-dev2]', '[profile dev2]'],
    ['[dev2]', '[profile dev2]'],
    ['[my dev2]', '[profile "my dev2"]'],
  ])('%s is named by doctor, and by a switch, a login and a show that find nothing', async (header, meant) => {
    sandbox.write('.aws/config', hidden(header));
    sandbox.write('.aws/credentials', '');
    for (const args of [
      ['--shell', 'bash', 'dev2'],
      ['login', 'dev2'],
      ['show', 'dev2'],
      ['list', 'dev2'],
    ]) {
      const { code, stdout, stderr } = await sandbox.awsp(args);
      expect({ code, stdout, stderr }).toMatchObject({ code: 3, stdout: '' });
      expect(stderr).toContain('no profile matches "dev2"');
      expect(stderr).toContain(`~/.aws/config:3: ${header}`);
      expect(stderr).toContain(meant);
    }
    const { problems } = JSON.parse((await sandbox.awsp(['doctor', '--json'], { env: { PATH: '' } })).stdout);
    const found = problems.find(({ line, file }: { line: number; file: string }) => file !== null && line === 3);
    expect(found.message).toContain(header);
  });

  it('keys before the first header are the first thing that is said', async () => {
    sandbox.write('.aws/config', '');
    sandbox.write('.aws/credentials', keys);
    for (const args of [['list'], ['--shell', 'bash', 'x']]) {
      const { code, stderr } = await sandbox.awsp(args);
      expect(code).toBe(3);
      expect(stderr).toMatch(/^awsp: ~\/\.aws\/credentials:1: the line stands before the first section/);
      expect(stderr).not.toContain('awsp new');
    }
  });

  it('a session under a misspelt header is named by sessions', async () => {
    sandbox.write('.aws/config', `[sso_session acme]\n${portal}`);
    sandbox.write('.aws/credentials', '');
    const { stderr } = await sandbox.awsp(['sessions']);
    expect(stderr).toContain(
      '~/.aws/config:1: [sso_session acme]: no tool of AWS reads this section; did you mean [sso-session acme]?',
    );
  });
});

describe('credentials that a complete profile does not get', () => {
  const loginFile = (expiresAt: string, more = {}) =>
    JSON.stringify({ accessToken: { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c', expiresAt }, ...more });

  it.each([
    [
      'a program that is not there',
      'credential_process = /nowhere/get-keys --token hunter2',
      'the credential_process of "x" failed',
    ],
    ['a program that fails', "credential_process = sh -c 'echo no access >&2; exit 1'", 'no access'],
    ['a program that prints nothing', 'credential_process = true', 'it must print JSON'],
    ['a program that prints no JSON', 'credential_process = echo hello', 'it must print JSON'],
    ['a program of another version', `credential_process = echo '{"Version": 2}'`, 'it must print JSON'],
    [
      'a token file that is not there',
      `${role}web_identity_token_file = /nowhere/token`,
      'the web identity token file "/nowhere/token" cannot be used',
    ],
  ])('%s', async (_what, properties, says) => {
    sandbox.write('.aws/config', `[profile x]\nregion = eu-west-1\n${properties}\n`);
    sandbox.write('.aws/credentials', '');
    const { code, stdout, stderr } = await sandbox.switchVia(['x']);
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining(says) });
    expect(stderr).not.toMatch(ofSdk);
    expect(stderr).not.toContain('hunter2');
  });

  it.each([
    ['over', '2020-01-01T00:00:00Z', {}, 'expired', 4],
    ['lasting', '2099-01-01T00:00:00Z', {}, 'valid', 0],
    ['renewable', '2020-01-01T00:00:00Z', { refreshToken: 'r', dpopKey: 'k' }, 'refreshable', 4],
  ])('a sign-in by aws login that is %s: list and login agree', async (_what, expiresAt, more, state, code) => {
    const arn = 'arn:aws:iam::123456789012:user/x';
    const path = `.aws/login/cache/${createHash('sha256').update(arn).digest('hex')}.json`;
    sandbox.write('.aws/config', `[profile x]\nlogin_session = ${arn}\n`);
    sandbox.write(path, loginFile(expiresAt, more));
    const { profiles } = JSON.parse((await sandbox.awsp(['list', '--json'])).stdout);
    expect(profiles[0].signIn).toBe(state);
    const login = await sandbox.awsp(['login', 'x']);
    expect({ code: login.code, stderr: login.stderr }).toEqual({
      code,
      stderr: expect.stringContaining(code === 0 ? '"x" is signed in by aws login' : 'awsp login x'),
    });
    if (state === 'expired') expect((await sandbox.switchVia(['x'])).code).toBe(4);
  });
});
