import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CredentialFormat, formatCredentials } from '../../src/environment/credential-formats.ts';
import { agentVariables } from '../../src/guard/agent.ts';
import { awsCli } from '../support/aws-cli.ts';
import { makeSandbox, program, type Sandbox } from '../support/program.ts';
import { goReferee, pythonReferee } from '../support/referees.ts';
import { runProgram } from '../support/run.ts';
import { findProgram } from '../support/shells.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await makeSandbox();
});
afterEach(() => sandbox.remove());

const builder = 'sandkasse-lab-Builder-123456789041';
const admin = 'sandkasse-lab-Admin-123456789044';
const production = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';
const keys = { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };

/** The credentials of a profile, as a program gets them. */
async function issued(query: string, ...options: string[]) {
  const { code, stdout, stderr } = await sandbox.awsp(['credentials', query, ...options]);
  return { code, stderr, credentials: stdout === '' ? null : JSON.parse(stdout) };
}

describe('awsp credentials', () => {
  it.each([
    ['access keys', builder, '123456789041', /^AKIA/, false],
    ['a role', 'sandkasse-lab-Hub', '123456789042', /^ASIA/, true],
    ['a role of a role', 'sandkasse-lab-Deployer', '123456789043', /^ASIA/, true],
    ['an SSO session', 'barnehageplass-test', '123456789012', /^ASIA/, true],
    ['legacy SSO', 'barnehageplass-dev', '123456789011', /^ASIA/, true],
    ['a sign-in that is renewed', 'kart-stage', '123456789031', /^ASIA/, true],
    ['a credential process', 'arkiv-lab', '123456789051', /^AKIA/, false],
  ])('of %s', async (_kind, query, account, id, isTemporary) => {
    const { code, stderr, credentials } = await issued(query);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const temporary = {
      SessionToken: expect.any(String),
      Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
    };
    expect(credentials).toEqual({
      Version: 1,
      AccessKeyId: expect.stringMatching(id),
      SecretAccessKey: expect.any(String),
      ...(isTemporary ? temporary : {}),
      AccountId: account,
    });
    expect(sandbox.emulator.directory.accessKeys.get(credentials.AccessKeyId)?.principal.accountId).toBe(account);
  });

  it('of this shell without a query, and of none', async () => {
    const { stdout } = await sandbox.awsp(['credentials'], { env: { AWS_PROFILE: builder } });
    expect(JSON.parse(stdout)).toMatchObject({ AccessKeyId: keys.id });
    const none = await sandbox.awsp(['credentials']);
    expect(none).toMatchObject({ code: 3, stdout: '' });
    expect(none.stderr).toContain('name one: awsp credentials <query>');
  });

  it('verified and handed out with one MFA code, where the cache cannot be used as well', async () => {
    const codes: string[] = [];
    const answer = () => {
      codes.push(String(123456 + codes.length));
      return codes.at(-1) ?? '';
    };
    const { code, stdout } = await sandbox.awsp(['credentials', admin], { answer });
    expect({ code, asked: codes.length }).toEqual({ code: 0, asked: 1 });
    // No terminal is needed for what the cache has.
    expect((await issued(admin)).credentials).toEqual(JSON.parse(stdout));
    rmSync(`${sandbox.home}/.aws/cli`, { recursive: true });
    writeFileSync(`${sandbox.home}/.aws/cli`, '');
    expect((await sandbox.awsp(['credentials', admin, '--verify'], { answer })).code).toBe(0);
    expect(codes).toHaveLength(2);
  });

  it('are printed on a terminal with a warning', async () => {
    const { code, stderr } = await sandbox.awsp(['credentials', builder], { stdoutIsTerminal: true });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining(`these are the keys of "${builder}"`),
    });
  });

  it('a credential process runs once', async () => {
    const script = `echo >>"$HOME/runs"; printf '{"Version":1,"AccessKeyId":"%s","SecretAccessKey":"%s"}' ${keys.id} ${keys.secret}\n`;
    sandbox.write('get.sh', script);
    sandbox.write('.aws/config', `[profile p]\ncredential_process = sh ${sandbox.home}/get.sh\n`);
    expect(await issued('p')).toMatchObject({ code: 0, credentials: { AccessKeyId: keys.id } });
    expect(readFileSync(`${sandbox.home}/runs`, 'utf8')).toBe('\n');
  });

  it.each<[string, string, number, RegExp]>([
    ['no such profile', 'nowhere', 3, /no profile matches "nowhere"/],
    ['a sign-in that is over', 'skjema', 4, /sign in with: awsp login skjema-stage/],
    ['a code that nobody can be asked for', admin, 1, /there is no terminal to ask on/],
  ])('prints nothing for %s', async (_what, query, code, message) => {
    const result = await sandbox.awsp(['credentials', query]);
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toMatch(message);
  });

  it('of another account than the profile promises are not printed', async () => {
    await sandbox.remove();
    sandbox = await makeSandbox({ wrongAccount: true });
    expect(await sandbox.awsp(['credentials', 'feil'])).toMatchObject({ code: 5, stdout: '' });
  });

  it('of production are guarded as a switch is', async () => {
    sandbox.write('.config/awsp/config', '[guard]\nconfirm = yes\n');
    expect(await sandbox.awsp(['credentials', production])).toMatchObject({ code: 6, stdout: '' });
    const refused = await sandbox.awsp(['credentials', production], { answer: () => 'n' });
    expect(refused).toMatchObject({ code: 130, stdout: '' });
    const asked: string[] = [];
    const answer = (question: string) => {
      asked.push(question);
      return 'y';
    };
    expect(await sandbox.awsp(['credentials', production], { answer })).toMatchObject({ code: 0 });
    expect(asked.join()).toContain('print its credentials?');
    expect((await issued(production, '--yes')).code).toBe(0);
  });

  it.each(Object.keys(agentVariables))('are not printed where %s tells of an agent', async (variable) => {
    const result = await sandbox.awsp(['credentials', builder, '--yes'], { env: { [variable]: '1' } });
    expect(result).toMatchObject({ code: 6, stdout: '' });
    expect(result.stderr).toContain(`awsp exec ${builder} -- <command>`);
  });

  it('with a control character are refused', async () => {
    const output = JSON.stringify({
      Version: 1,
      AccessKeyId: keys.id,
      SecretAccessKey: keys.secret,
      SessionToken: 'a\nb',
    });
    sandbox.write('out.json', output);
    sandbox.write('.aws/config', `[profile p]\ncredential_process = cat ${sandbox.home}/out.json\n`);
    const result = await sandbox.awsp(['credentials', 'p', '--no-verify']);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain('the credentials of "p" have a control character');
  });

  it('in no format that it does not know', async () => {
    const { code, stderr } = await sandbox.awsp(['credentials', builder, '--format', 'yaml']);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('process, env,') });
  });
});

const sample = {
  ...{ profile: 'p', region: 'eu-west-1', accountId: '123456789041' },
  ...{
    accessKeyId: 'ASIAQ',
    secretAccessKey: 'a/b+c',
    sessionToken: 'd==',
    expiresAt: Date.parse('2026-11-29T23:33:20Z'),
  },
};
const time = '2026-11-29T23:33:20';

describe('the formats', () => {
  const formats: readonly [CredentialFormat, string][] = [
    [
      'process',
      `{\n  "Version": 1,\n  "AccessKeyId": "ASIAQ",\n  "SecretAccessKey": "a/b+c",\n  "SessionToken": "d==",\n  "Expiration": "${time}+00:00",\n  "AccountId": "123456789041"\n}\n`,
    ],
    [
      'env',
      `export AWS_ACCESS_KEY_ID=ASIAQ\nexport AWS_SECRET_ACCESS_KEY=a/b+c\nexport AWS_SESSION_TOKEN=d==\nexport AWS_CREDENTIAL_EXPIRATION=${time}+00:00\n`,
    ],
    [
      'env-no-export',
      `AWS_ACCESS_KEY_ID=ASIAQ\nAWS_SECRET_ACCESS_KEY=a/b+c\nAWS_SESSION_TOKEN=d==\nAWS_CREDENTIAL_EXPIRATION=${time}+00:00\n`,
    ],
    [
      'fish',
      `set -gx AWS_ACCESS_KEY_ID "ASIAQ"\nset -gx AWS_SECRET_ACCESS_KEY "a/b+c"\nset -gx AWS_SESSION_TOKEN "d=="\nset -gx AWS_CREDENTIAL_EXPIRATION "${time}+00:00"\n`,
    ],
    [
      'nu',
      `{"AWS_ACCESS_KEY_ID":"ASIAQ","AWS_SECRET_ACCESS_KEY":"a/b+c","AWS_SESSION_TOKEN":"d==","AWS_CREDENTIAL_EXPIRATION":"${time}+00:00"}\n`,
    ],
    [
      'powershell',
      `$Env:AWS_ACCESS_KEY_ID="ASIAQ"\n$Env:AWS_SECRET_ACCESS_KEY="a/b+c"\n$Env:AWS_SESSION_TOKEN="d=="\n$Env:AWS_CREDENTIAL_EXPIRATION="${time}+00:00"\n`,
    ],
    [
      'windows-cmd',
      `set AWS_ACCESS_KEY_ID=ASIAQ\nset AWS_SECRET_ACCESS_KEY=a/b+c\nset AWS_SESSION_TOKEN=d==\nset AWS_CREDENTIAL_EXPIRATION=${time}+00:00\n`,
    ],
    [
      'dotenv',
      `AWS_ACCESS_KEY_ID=ASIAQ\nAWS_SECRET_ACCESS_KEY=a/b+c\nAWS_SESSION_TOKEN=d==\nAWS_CREDENTIAL_EXPIRATION=${time}+00:00\n`,
    ],
    [
      'ini',
      `[p]\naws_access_key_id = ASIAQ\naws_secret_access_key = a/b+c\naws_session_token = d==\naws_credential_expiration = ${time}+00:00\nregion = eu-west-1\n`,
    ],
    [
      'json',
      `{\n  "profile": "p",\n  "region": "eu-west-1",\n  "accountId": "123456789041",\n  "accessKeyId": "ASIAQ",\n  "secretAccessKey": "a/b+c",\n  "sessionToken": "d==",\n  "expiresAt": "${time}Z"\n}\n`,
    ],
  ];
  it.each(formats)('%s', (format, text) => {
    expect(formatCredentials(sample, format)).toBe(text);
  });

  it('leave out what is not known, but for json', () => {
    const lasting = { ...sample, sessionToken: null, expiresAt: null, accountId: null, region: null };
    for (const [format] of formats) {
      const text = formatCredentials(lasting, format);
      if (format === 'json') expect(JSON.parse(text)).toMatchObject({ sessionToken: null, expiresAt: null });
      else expect(text).not.toMatch(/TOKEN|token|xpiration|EXPIRATION|null|undefined|region/);
    }
  });

  const hostile = [
    `it's`,
    '$(touch x)',
    '`id`',
    '"$HOME"',
    '\\',
    'a b;c&d|e>f',
    '~',
    '*',
    '!x',
    '=ls',
    '%1',
    'ø',
    '-n',
    '#',
  ];

  it.each([
    ['bash', ['--norc', '-c'], 'env', 'eval "$code"; printf "%s\\n" "$AWS_SECRET_ACCESS_KEY"'],
    ['bash', ['--norc', '-c'], 'env-no-export', 'eval "$code"; printf "%s\\n" "$AWS_SECRET_ACCESS_KEY"'],
    ['zsh', ['-f', '-c'], 'env', 'eval "$code"; printf "%s\\n" "$AWS_SECRET_ACCESS_KEY"'],
    ['fish', ['--no-config', '-c'], 'fish', 'eval $code; printf "%s\\n" $AWS_SECRET_ACCESS_KEY'],
  ] as const)('are data to %s, whatever a credential process prints: %s, %s', async (shell, args, format, body) => {
    if (findProgram(shell) === null) return console.warn(`skipped: ${shell} is not installed`);
    const quoted = (text: string) =>
      shell === 'fish' ? `'${text.replace(/[\\']/g, '\\$&')}'` : `'${text.replaceAll("'", `'\\''`)}'`;
    const script = hostile.map((secretAccessKey) => {
      const code = formatCredentials({ ...sample, secretAccessKey }, format);
      return shell === 'fish' ? `set code ${quoted(code)}\n${body}` : `code=${quoted(code)}\n${body}`;
    });
    const env = { HOME: sandbox.home, PATH: process.env.PATH ?? '', LANG: 'C.UTF-8' };
    const { stdout } = await runProgram(shell, [...args, script.join('\n')], { env, cwd: sandbox.home });
    expect(stdout.split('\n').slice(0, -1)).toEqual(hostile);
  });
});

describe('a credential process that asks for its own credentials', () => {
  const process = (name: string) => `credential_process = ${program} credentials ${name}\n`;

  it.each<[string, string, Record<string, string>, string]>([
    ['itself', 'a', {}, 'a -> a'],
    ['through another', 'b', { _AWS_CLI_PROFILE_CHAIN: 'a' }, 'a -> b -> a'],
    ['five in a row', 'e', { _AWS_CLI_PROFILE_CHAIN: 'w,"x ""y"", z",b,c' }, 'w -> x "y", z -> b -> c -> e'],
  ])('ends with the names: %s', async (_what, name, env, names) => {
    sandbox.write(
      '.aws/config',
      `[profile a]\n${process('a')}[profile b]\n${process('a')}[profile e]\n${process('x')}`,
    );
    const { code, stdout, stderr } = await sandbox.awsp(['credentials', name], { env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(names);
  });
});

// These tools are no dependencies of awsp: without one of them its test is skipped, also in CI.
describe('as the credential_process of', () => {
  const [botocore, go] = [pythonReferee('botocore'), goReferee()];
  for (const { missing } of [botocore, go].filter((found) => 'missing' in found)) {
    console.warn(`skipped: a part of test/commands/credentials.test.ts: ${missing}`);
  }
  const profile = () =>
    sandbox.write(
      '.aws/config',
      `${readFileSync(`${sandbox.home}/.aws/config`, 'utf8')}\n[profile via]\nregion = eu-west-1\ncredential_process = ${program} credentials sandkasse-lab-Deployer-123456789043 --format process\n`,
    );
  const env = () => ({ ...sandbox.env, AWS_PROFILE: 'via', AWS_PAGER: '' });

  it.skipIf(awsCli.reason !== null)('the AWS CLI', async () => {
    profile();
    const { code, stdout, stderr } = await runProgram('aws', ['sts', 'get-caller-identity'], { env: env() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout).Arn).toBe('arn:aws:sts::123456789043:assumed-role/Deployer/kari');
  });

  it.skipIf('missing' in botocore)('boto3', async () => {
    profile();
    const [python = ''] = 'missing' in botocore ? [] : botocore.command;
    const code = 'import botocore.session as s; c = s.Session().get_credentials(); print(c.access_key, c._expiry_time)';
    const { stdout } = await runProgram(python, ['-c', code], { env: env() });
    expect(stdout).toMatch(/^ASIA\w{16} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00:00\n$/);
  });

  it('the SDK for JavaScript', async () => {
    profile();
    const code = `import { fromIni } from '@aws-sdk/credential-providers'; const { accessKeyId, expiration } = await fromIni()(); console.log(accessKeyId, expiration.toISOString());`;
    const options = { env: { ...env(), NODE_NO_WARNINGS: '1' }, cwd: process.cwd() };
    const { stdout } = await runProgram(process.execPath, ['--input-type=module', '-e', code], options);
    expect(stdout).toMatch(/^ASIA\w{16} \d{4}-.*Z\n$/);
  });

  it.skipIf('missing' in go)('the SDK for Go, as in Terraform', async () => {
    // By its name on PATH, as people write it.
    mkdirSync(`${sandbox.home}/bin`, { recursive: true });
    symlinkSync(program, `${sandbox.home}/bin/awsp`);
    const names = {
      chain: 'sandkasse-lab-Deployer-123456789043',
      sso: 'barnehageplass-dev-AWSAdministratorAccess-123456789011',
      user: 'sandkasse-lab-Builder-123456789041',
    };
    const sections = Object.entries(names).map(
      ([name, of]) => `[profile ${name}]\ncredential_process = awsp credentials ${of} --format process\n`,
    );
    const config = readFileSync(`${sandbox.home}/.aws/config`, 'utf8');
    sandbox.write('.aws/config', `${config}\n${sections.join('')}`);
    const [command = ''] = 'missing' in go ? [] : go.command;
    const base = { ...sandbox.env, PATH: `${sandbox.home}/bin:${sandbox.env.PATH}`, AWS_REGION: 'eu-west-1' };
    const input = JSON.stringify({ base, cases: Object.keys(names).map((name) => ({ AWS_PROFILE: name })) });
    const { stdout, stderr } = await runProgram(command, [], { env: base, input });
    const cached = readdirSync(`${sandbox.home}/.aws/cli/cache`).map(
      (file) => JSON.parse(readFileSync(`${sandbox.home}/.aws/cli/cache/${file}`, 'utf8')).Credentials.AccessKeyId,
    );
    const keys = JSON.parse(stdout || '[]').map(({ key, error }: { key?: string; error?: string }) => key ?? error);
    expect({ keys, stderr }).toEqual({
      keys: [expect.stringMatching(/^ASIA/), expect.stringMatching(/^ASIA/), expect.stringMatching(/^AKIA/)],
      stderr: '',
    });
    for (const key of keys.slice(0, 2)) expect(cached).toContain(key);
  });

  it('awsp itself, which switches to it', async () => {
    profile();
    expect(await sandbox.switchVia(['--verify', 'via'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("AWSP_ACCOUNT_ID='123456789043'"),
    });
  });
});
