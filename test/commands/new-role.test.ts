import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeSandbox, type Sandbox } from '../support/program.ts';

const builder = 'sandkasse-lab-Builder-123456789041';
const hub = 'sandkasse-lab-Hub-123456789042';
const hubArn = 'arn:aws:iam::123456789042:role/Hub';
let sandbox: Sandbox;
let config: string;
beforeAll(async () => {
  sandbox = await makeSandbox();
  config = readFileSync(`${sandbox.home}/.aws/config`, 'utf8');
});
afterAll(() => sandbox.remove());
beforeEach(() => sandbox.write('.aws/config', config));

const textOf = () => readFileSync(`${sandbox.home}/.aws/config`, 'utf8');
const creating = (...args: string[]) => sandbox.switchVia(['new', '--role-arn', hubArn, ...args]);

describe('awsp new --role-arn', () => {
  it('writes the profile, verifies and shows it, and switches to it', async () => {
    const { code, stdout, stderr } = await creating(
      '--source',
      builder,
      '--name',
      'my-hub',
      '--output',
      'yaml',
      '--yes',
    );
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("export AWS_PROFILE='my-hub'") });
    expect(stderr).toContain('awsp: "my-hub" is in ~/.aws/config\n');
    expect(stderr).toContain('awsp: AWS confirms it: account 123456789042, Hub\n');
    expect(stderr).toMatch(/^role_arn +arn:aws:iam::123456789042:role\/Hub/m);
    expect(textOf()).toBe(
      `${config}\n[profile my-hub]\nrole_arn = ${hubArn}\nsource_profile = ${builder}\nregion = eu-west-1\noutput = yaml\n`,
    );
  });

  it('has the name that the template makes, where the account has a name', async () => {
    sandbox.write(
      '.aws/config',
      config
        .replace(`[profile ${hub}]`, '[profile sandkasse-lab-Hub2-123456789042]')
        .replaceAll('role/Hub', 'role/Hub2'),
    );
    const named = await creating('--source', builder, '--dry-run');
    expect(named.stderr + named.stdout).toContain(`[profile ${hub}]`);
    const other = await sandbox.awsp([
      'new',
      '--role-arn',
      'arn:aws:iam::999999999999:role/path/X',
      '--source',
      builder,
      '--dry-run',
    ]);
    expect(other.stderr).toContain('+ [profile 999999999999-X]\n');
  });

  it('writes every property that it is given', async () => {
    const args = ['--mfa-serial', 'arn:aws:iam::123456789041:mfa/kari', '--external-id', 'x:1', '--duration', '2h'];
    const { code, stderr } = await sandbox.awsp([
      'new',
      '--role-arn',
      hubArn,
      '--source',
      builder,
      '--name',
      'x',
      '--region',
      'stockholm',
      ...args,
      '--dry-run',
    ]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `\n~/.aws/config\n  + [profile x]\n  + role_arn = ${hubArn}\n  + source_profile = ${builder}\n  + mfa_serial = arn:aws:iam::123456789041:mfa/kari\n  + external_id = x:1\n  + duration_seconds = 7200\n  + region = eu-north-1\n\nawsp: nothing was written\n`,
    });
    expect(textOf()).toBe(config);
  });

  it('has a --dry-run for SSO profiles as well', async () => {
    const args = ['new', '--session', 'barnehage', '--account', '123456789013', '--role', 'AWSReadOnlyAccess'];
    const { code, stdout, stderr } = await sandbox.switchVia([...args, '--dry-run']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('+ region = eu-west-1\n');
    expect(textOf()).toBe(config);
  });

  it('gives a shell nothing to evaluate with --dry-run', async () => {
    const { code, stdout, stderr } = await creating('--source', builder, '--name', 'x', '--dry-run');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('+ [profile x]\n');
  });

  it('may take the credentials of the machine', async () => {
    const { stderr } = await sandbox.awsp([
      'new',
      '--role-arn',
      hubArn,
      '--credential-source',
      'Environment',
      '--name',
      'x',
      '--dry-run',
    ]);
    expect(stderr).toContain('+ credential_source = Environment\n');
    expect(stderr).not.toContain('source_profile');
  });

  it('replaces a profile only after a yes, and leaves nothing of its other kind', async () => {
    const name = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
    const args = ['new', '--role-arn', hubArn, '--source', builder, '--name', name];
    expect(await sandbox.awsp(args)).toMatchObject({
      code: 6,
      stderr: expect.stringContaining(`"${name}" exists without a yes`),
    });
    expect(textOf()).toBe(config);
    expect(await sandbox.awsp([...args, '--yes'])).toMatchObject({ code: 0 });
    expect(textOf().split(/^\[/m)[1]).not.toContain('sso_');
  });

  it('asks which profile assumes the role, and for a name', async () => {
    const questions: string[] = [];
    const answer = (question: string) => {
      questions.push(question);
      return question.startsWith('profile name') ? 'x' : question.includes('[Y/n]') ? 'y' : builder;
    };
    const { code } = await sandbox.awsp(['new', '--role-arn', hubArn], { answer });
    expect({ code, last: questions.at(-1) }).toEqual({ code: 0, last: 'write this to ~/.aws/config? [Y/n] ' });
    expect(textOf()).toContain(`[profile x]\nrole_arn = ${hubArn}\nsource_profile = ${builder}\n`);
  });

  it('says when AWS does not let the source assume the role; the profile stays', async () => {
    const args = [
      'new',
      '--role-arn',
      'arn:aws:iam::123456789042:role/Nobody',
      '--source',
      builder,
      '--name',
      'x',
      '--yes',
    ];
    const { code, stderr } = await sandbox.awsp(args);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('not verified: ') });
    expect(textOf()).toContain('[profile x]');
  });

  it.each<[string, readonly string[], number, string]>([
    ['an ARN that is none', ['--role-arn', 'Hub', '--source', builder], 2, 'is not the ARN of a role'],
    [
      'an ARN of a user',
      ['--role-arn', 'arn:aws:iam::123456789042:user/x', '--source', builder],
      2,
      'is not the ARN of a role',
    ],
    ['no source', ['--role-arn', hubArn], 2, 'give it: --source PROFILE'],
    ['a source that is none', ['--role-arn', hubArn, '--source', 'xyzzy'], 3, 'no profile matches "xyzzy"'],
    ['a guess', ['--role-arn', hubArn, '--source', 'snadkasse-lab-Bulder'], 3, 'no profile matches'],
    [
      'two sources',
      ['--role-arn', hubArn, '--source', builder, '--credential-source', 'Environment'],
      2,
      'exclude each other',
    ],
    [
      'a machine that is none',
      ['--role-arn', hubArn, '--credential-source', 'Lambda'],
      2,
      'expected one of Environment, ',
    ],
    [
      'a code for a machine',
      ['--role-arn', hubArn, '--credential-source', 'Environment', '--mfa-serial', 'GAHT12345678'],
      2,
      'have no MFA device',
    ],
    [
      'an MFA device that is none',
      ['--role-arn', hubArn, '--source', builder, '--mfa-serial', 'my phone'],
      2,
      'is not an MFA device',
    ],
    [
      'an external id that is none',
      ['--role-arn', hubArn, '--source', builder, '--external-id', 'a b'],
      2,
      'is not an external id',
    ],
    [
      'a time that is none',
      ['--role-arn', hubArn, '--source', builder, '--duration', 'long'],
      2,
      'is not a time from 15m to 12h',
    ],
    [
      'a short time',
      ['--role-arn', hubArn, '--source', builder, '--duration', '5m'],
      2,
      'is not a time from 15m to 12h',
    ],
    [
      'a long time',
      ['--role-arn', hubArn, '--source', builder, '--duration', '13h'],
      2,
      'is not a time from 15m to 12h',
    ],
    [
      'two hours for a role of a role',
      ['--role-arn', hubArn, '--source', hub, '--duration', '2h'],
      2,
      'for one hour at most',
    ],
    [
      'a region that is none',
      ['--role-arn', hubArn, '--source', builder, '--region', 'irland'],
      2,
      'did you mean "eu-west-1"?',
    ],
    [
      'a format that is none',
      ['--role-arn', hubArn, '--source', builder, '--output', 'xml'],
      2,
      'has no output format "xml"',
    ],
    [
      'a bad name',
      ['--role-arn', hubArn, '--source', builder, '--name', 'a]b', '--yes'],
      2,
      '"--name a]b" is not a name',
    ],
    ['an option of a portal', ['--role-arn', hubArn, '--session', 'x'], 2, '"--session" is for an SSO profile'],
    ['an option of a role', ['--source', builder], 2, '"--source" goes with "--role-arn"'],
  ])('refuses %s', async (_what, args, code, told) => {
    const finished = await sandbox.awsp(['new', ...args]);
    expect(finished).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(told) });
    expect(textOf()).toBe(config);
  });
});
