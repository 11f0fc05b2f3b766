import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { AwspError } from '../../src/errors.ts';
import type { Files } from '../../src/world.ts';
import { awsCli } from '../support/aws-cli.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';
import { callingReferee } from '../support/referees.ts';
import { runProgram } from '../support/run.ts';

if (awsCli.reason !== null) console.warn(`skipped: a part of test/identity/role-cache.test.ts: ${awsCli.reason}`);

const version2 = callingReferee('awscli v2');
if ('missing' in version2) console.warn(`skipped: a part of test/identity/role-cache.test.ts: ${version2.missing}`);

/** `aws sts get-caller-identity` of version 2, which obeys AWS_ENDPOINT_URL and its like since 2.13 alone. */
const callByVersion2 = `
import os, sys
from awscli.clidriver import create_clidriver
driver = create_clidriver()
create = driver.session.create_client
def at_endpoint(service_name, *args, **kwargs):
    kwargs['endpoint_url'] = os.environ['AWS_ENDPOINT_URL_' + service_name.upper().replace('-', '_')]
    return create(service_name, *args, **kwargs)
driver.session.create_client = at_endpoint
for profile in sys.argv[1:]:
    code = driver.main(['sts', 'get-caller-identity', '--profile', profile])
    if code != 0: sys.exit(code)
`;

let sandbox: Sandbox;
/** The codes that a person was asked for. */
let codes: string[];

beforeEach(async () => {
  sandbox = await makeSandbox();
  codes = [];
});
afterEach(() => sandbox.remove());

const admin = 'sandkasse-lab-Admin-123456789044';
const deployer = 'sandkasse-lab-Deployer-123456789043';
const hub = 'sandkasse-lab-Hub-123456789042';
const ofSession = 'barnehageplass-test-AWSPowerUserAccess-123456789012';
const legacy = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';

/** As `python3 -c 'import hashlib; …'` computes it. */
const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
const roleOf = (name: string, account: string, more = '') =>
  `{"RoleArn": "arn:aws:iam::${account}:role/${name}", "RoleSessionName": "kari"${more}}`;
const serial = ', "SerialNumber": "arn:aws:iam::123456789041:mfa/kari"';
const fileOf = {
  admin: sha1(roleOf('Admin', '123456789044', serial)),
  deployer: sha1(roleOf('Deployer', '123456789043')),
  hub: sha1(roleOf('Hub', '123456789042')),
};

const folder = () => `${sandbox.home}/.aws/cli/cache`;
const path = (name: string) => `${folder()}/${name}.json`;
const cached = () => (existsSync(folder()) ? readdirSync(folder()).sort() : []);
const content = (name: string) => JSON.parse(readFileSync(path(name), 'utf8'));

/** The next code of the person's MFA device: AWS accepts each once. */
function nextCode(): string {
  codes.push(String(123456 + codes.length));
  return codes.at(-1) ?? '';
}

/** Verifies a profile at AWS, with a person at the terminal; returns the role sessions that were requested for it. */
async function verified(profile: string, env: Record<string, string> = {}, files?: (real: Files) => Files) {
  sandbox.emulator.requests.length = 0;
  const { code, stdout, stderr } = await sandbox.switchVia(['--verify', profile], { env, answer: nextCode, files });
  const issuing = /^(AssumeRole|AssumeRoleWithWebIdentity|GetRoleCredentials)$/;
  const requested = sandbox.emulator.requests.flatMap(({ operation }) => (issuing.test(operation) ? [operation] : []));
  return { code, stderr, isVerified: stdout.includes("AWSP_STATE='verified'"), requested };
}

const fresh = (...requested: string[]) => ({ code: 0, isVerified: true, requested });

describe('one MFA code', () => {
  it('serves every way to verify the profile', async () => {
    const answer = nextCode;
    expect((await sandbox.switchVia([admin], { answer })).code).toBe(0);
    const env = { AWS_PROFILE: admin, AWSP_PROFILE: admin };
    for (const args of [['current'], ['current', '--json'], ['--shell', 'bash', admin, '--verify']]) {
      expect(await sandbox.awsp(args, { env, answer })).toMatchObject({ code: 0 });
    }
    // Without a terminal as well.
    expect((await sandbox.switchVia([admin, '--verify'])).code).toBe(0);
    expect(codes).toEqual(['123456']);
  });

  it('is asked for again when AWS no longer knows the credentials', async () => {
    await verified(admin);
    sandbox.emulator.directory.accessKeys.delete(content(fileOf.admin).Credentials.AccessKeyId);
    expect(await verified(admin)).toMatchObject(fresh('AssumeRole'));
    expect(codes).toEqual(['123456', '123457']);
    expect(await verified(admin)).toMatchObject(fresh());
  });

  it('is not lost where the cache cannot be written, within one run', async () => {
    const refusing = (real: Files): Files => ({
      ...real,
      writePrivate: (file, text) => {
        if (file.includes('/cli/cache/')) throw new AwspError(1, 'no');
        real.writePrivate(file, text);
      },
    });
    expect(await verified(admin, {}, refusing)).toMatchObject({
      ...fresh('AssumeRole'),
      stderr: expect.not.stringContaining('no\n'),
    });
    expect(cached()).toEqual([]);
  });
});

describe('each role has its file', () => {
  it('of a chain, and of SSO, with the content that the AWS CLI writes, for its owner only', async () => {
    for (const profile of [admin, deployer, ofSession, legacy]) {
      expect(await verified(profile)).toMatchObject({ isVerified: true });
    }
    const sso = (account: string, role: string, of: string) =>
      sha1(`{"accountId":"${account}","roleName":"${role}",${of}}`);
    const session = sso('123456789012', 'AWSPowerUserAccess', '"sessionName":"barnehage"');
    const startUrl = '"startUrl":"https://barnehage.awsapps.com/start"';
    const ofLegacy = sso('123456789011', 'AWSAdministratorAccess', startUrl);
    const names = [fileOf.admin, fileOf.deployer, fileOf.hub, session, ofLegacy].map((name) => `${name}.json`);
    expect(cached()).toEqual(names.sort());
    expect(fileOf.admin).toBe('95a9fc398b1aa833cdf93b65796917ca0d46ede0');
    for (const name of names) expect(statSync(`${folder()}/${name}`).mode & 0o777).toBe(0o600);
    const keys = {
      AccessKeyId: expect.stringMatching(/^ASIA/),
      SecretAccessKey: expect.any(String),
      SessionToken: expect.any(String),
      Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    };
    expect(content(fileOf.hub)).toEqual({
      Credentials: { ...keys, AccountId: '123456789042' },
      AssumedRoleUser: {
        AssumedRoleId: 'AROASAMPLEHUBAAAAAAAA:kari',
        Arn: 'arn:aws:sts::123456789042:assumed-role/Hub/kari',
      },
      ResponseMetadata: { RequestId: expect.any(String), HTTPStatusCode: 200, HTTPHeaders: {}, RetryAttempts: 0 },
    });
    expect(content(session)).toEqual({ ProviderType: 'sso', Credentials: { ...keys, AccountId: '123456789012' } });
    // A warm cache spares the requests, and a link of a chain serves the others.
    for (const profile of [ofSession, deployer, hub]) expect(await verified(profile)).toMatchObject(fresh());
    rmSync(path(fileOf.deployer));
    expect(await verified(deployer)).toMatchObject(fresh('AssumeRole'));
  });

  it.each([
    ['duration_seconds = 1800', '{"DurationSeconds": 1800, "RoleArn": "ROLE"}'],
    ['duration_seconds = 1_800', '{"DurationSeconds": 1800, "RoleArn": "ROLE"}'],
    ['duration_seconds = an hour', '{"RoleArn": "ROLE"}'],
    [
      'external_id = "ø\\\nrole_session_name = me',
      '{"ExternalId": "\\"\\u00f8\\\\", "RoleArn": "ROLE", "RoleSessionName": "me"}',
    ],
    ['role_session_name =', '{"RoleArn": "ROLE"}'],
  ])('by the arguments that the profile sets: %j', async (properties, key) => {
    const arn = 'arn:aws:iam::123456789042:role/Hub';
    sandbox.write(
      '.aws/config',
      `[profile p]\nrole_arn = ${arn}\nsource_profile = sandkasse-lab-Builder-123456789041\n${properties}\n`,
    );
    expect(await verified('p')).toMatchObject(fresh('AssumeRole'));
    expect(cached()).toEqual([`${sha1(key.replace('ROLE', arn))}.json`]);
  });

  it('of a web identity too, unless the environment has one that beats it in the AWS CLI', async () => {
    const arn = 'arn:aws:iam::123456789044:role/Web';
    const trust = { iss: 'https://ci.example', aud: 'sts', sub: 'repo' };
    sandbox.write('token', `e30.${Buffer.from(JSON.stringify(trust)).toString('base64url')}.x`);
    const webIdentity = { issuer: trust.iss, audience: trust.aud, subject: trust.sub };
    sandbox.emulator.directory.roles.push({ arn, id: 'AROASAMPLEWEBAAAAAAAA', trusts: [], webIdentity });
    sandbox.write('.aws/config', `[profile w]\nrole_arn = ${arn}\nweb_identity_token_file = ${sandbox.home}/token\n`);
    expect(await verified('w')).toMatchObject(fresh('AssumeRoleWithWebIdentity'));
    expect(cached()).toEqual([`${sha1(`{"RoleArn": "${arn}"}`)}.json`]);
    expect(await verified('w')).toMatchObject(fresh());
    expect(await verified('w', { AWS_ROLE_SESSION_NAME: 'ci' })).toMatchObject(fresh('AssumeRoleWithWebIdentity'));
  });
});

describe('a file of the cache is read defensively', () => {
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

  it.each<[string, (valid: { Credentials: Record<string, string> }) => string | null, boolean]>([
    ['as it is', (valid) => JSON.stringify(valid), true],
    [
      'the least that the AWS CLI needs',
      ({ Credentials }) => JSON.stringify({ Credentials: { ...Credentials, AccountId: undefined } }),
      true,
    ],
    [
      'a date with UTC',
      ({ Credentials }) =>
        JSON.stringify({ Credentials: { ...Credentials, Expiration: inMinutes(16).replace(/\.\d+Z/, 'UTC') } }),
      true,
    ],
    [
      'a date with an offset',
      ({ Credentials }) =>
        JSON.stringify({ Credentials: { ...Credentials, Expiration: inMinutes(16).replace(/\.\d+Z/, '+00:00') } }),
      true,
    ],
    [
      '14 minutes left',
      ({ Credentials }) => JSON.stringify({ Credentials: { ...Credentials, Expiration: inMinutes(14) } }),
      false,
    ],
    [
      'expired',
      ({ Credentials }) => JSON.stringify({ Credentials: { ...Credentials, Expiration: inMinutes(-1) } }),
      false,
    ],
    ['no date', ({ Credentials }) => JSON.stringify({ Credentials: { ...Credentials, Expiration: 'soon' } }), false],
    [
      'no token',
      ({ Credentials }) => JSON.stringify({ Credentials: { ...Credentials, SessionToken: undefined } }),
      false,
    ],
    [
      'a number for a key',
      ({ Credentials }) => JSON.stringify({ Credentials: { ...Credentials, AccessKeyId: 1 } }),
      false,
    ],
    [
      'a key with a line in it',
      ({ Credentials }) => JSON.stringify({ Credentials: { ...Credentials, AccessKeyId: 'A\nB' } }),
      false,
    ],
    ['torn', (valid) => JSON.stringify(valid).slice(0, 200), false],
    ['foreign', () => '{"Credentials": []}', false],
    ['a list', () => '[]', false],
    ['null', () => 'null', false],
    ['no JSON', () => '\u0000', false],
    ['empty', () => '', false],
    ['a folder', () => null, false],
    [
      'keys of nobody',
      ({ Credentials }) => JSON.stringify({ Credentials: { ...Credentials, AccessKeyId: 'ASIANOBODY' } }),
      false,
    ],
    [
      'another secret',
      ({ Credentials }) => JSON.stringify({ Credentials: { ...Credentials, SecretAccessKey: 'x' } }),
      false,
    ],
  ])('%s', async (_what, change, isUsed) => {
    await verified(hub);
    const text = change(content(fileOf.hub));
    rmSync(path(fileOf.hub));
    if (text === null) mkdirSync(path(fileOf.hub));
    else writeFileSync(path(fileOf.hub), text);
    expect(await verified(hub)).toMatchObject(fresh(...(isUsed ? [] : ['AssumeRole'])));
    if (!isUsed && text !== null) expect(await verified(hub)).toMatchObject(fresh());
  });
});

describe('nothing stale is in use', () => {
  const config = () => readFileSync(`${sandbox.home}/.aws/config`, 'utf8');

  it.each([
    ['another role session', (text: string) => text.replaceAll('role_session_name = kari', 'role_session_name = ola')],
    [
      'another source',
      (text: string) =>
        `${text.replaceAll('source_profile = sandkasse-lab-Builder-123456789041', 'source_profile = other')}\n[profile other]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = s\n`,
    ],
    [
      'a device',
      (text: string) => text.replaceAll(`role/Hub`, `role/Hub\nmfa_serial = arn:aws:iam::123456789041:mfa/kari`),
    ],
  ])('after a change of the profile: %s', async (_what, change) => {
    const { directory } = sandbox.emulator;
    const [kari] = directory.accessKeys.values();
    if (kari !== undefined) directory.accessKeys.set('AKIAOTHER', { ...kari, secret: 's' });
    await verified(hub);
    sandbox.write('.aws/config', change(config()));
    expect(await verified(hub)).toMatchObject(fresh('AssumeRole'));
  });

  it('but a region, an output, and another name for the source change nothing', async () => {
    await verified(hub);
    const changed = config().replaceAll('eu-west-1', 'eu-north-1').replaceAll('sandkasse-lab-Builder', 'renamed');
    sandbox.write('.aws/config', `${changed}output = text\n`);
    const credentials = readFileSync(`${sandbox.home}/.aws/credentials`, 'utf8');
    sandbox.write('.aws/credentials', credentials.replace('sandkasse-lab-Builder', 'renamed'));
    expect(await verified(hub)).toMatchObject(fresh());
  });

  it('at other endpoints: no credentials of one are sent to the other', async () => {
    await verified(hub);
    const other = await startEmulator({ directory: sandbox.emulator.directory });
    try {
      expect(await verified(hub, other.environment)).toMatchObject({ code: 0, isVerified: true });
      expect(other.requests.map(({ operation }) => operation)).toEqual(['AssumeRole', 'GetCallerIdentity']);
      expect(await verified(hub)).toMatchObject(fresh('AssumeRole'));
    } finally {
      await other.close();
    }
  });

  it('of another account than the profile promises', async () => {
    await sandbox.remove();
    sandbox = await makeSandbox({ wrongAccount: true });
    const wrong = 'feil-lab-AWSReadOnlyAccess-123456789061';
    expect(await verified(wrong)).toMatchObject({ code: 5 });
    expect(cached()).toEqual([]);
    expect(existsSync(`${sandbox.home}/.cache`)).toBe(false);
  });

  it('after a sign-out: of the SSO roles, and of those that are assumed with them', async () => {
    const role = '[profile r]\nrole_arn = arn:aws:iam::123456789042:role/Hub\n';
    sandbox.write('.aws/config', `${config()}\n${role}source_profile = ${ofSession}\n`);
    sandbox.emulator.directory.roles.push({
      arn: 'arn:aws:iam::123456789042:role/Hub',
      id: 'AROASAMPLEHUBAAAAAAAA',
      trusts: ['123456789012'],
    });
    sandbox.emulator.directory.roles.reverse();
    expect(await verified('r')).toMatchObject(fresh('GetRoleCredentials', 'AssumeRole'));
    await verified(legacy);
    expect(cached()).toHaveLength(3);
    expect((await sandbox.awsp(['logout', 'barnehage'])).code).toBe(0);
    expect(cached()).toHaveLength(1);
    expect((await sandbox.awsp(['logout', '--all'])).code).toBe(0);
    expect(cached()).toEqual([]);
  });
});

// awsp does not depend on the AWS CLI, so these tests are skipped without it, also in CI.
describe.skipIf(awsCli.reason !== null)('with the AWS CLI', () => {
  const aws = (profile: string, input = '') =>
    runProgram('aws', ['sts', 'get-caller-identity', '--profile', profile], {
      env: { ...sandbox.env, AWS_PAGER: '' },
      input,
    });

  it('it uses what awsp wrote', async () => {
    await verified(admin);
    await verified(deployer);
    sandbox.emulator.requests.length = 0;
    for (const profile of [admin, deployer]) expect(await aws(profile)).toMatchObject({ code: 0, stderr: '' });
    expect(sandbox.emulator.requests.map(({ operation }) => operation)).toEqual(Array(2).fill('GetCallerIdentity'));
    expect(codes).toEqual(['123456']);
  });

  it('awsp uses what it wrote, and both write the same', async () => {
    expect(await aws(admin, '123456\n')).toMatchObject({ code: 0 });
    expect(await aws(deployer)).toMatchObject({ code: 0 });
    const ofAws = shapes();
    for (const profile of [admin, deployer]) expect(await verified(profile)).toMatchObject(fresh());
    expect(codes).toEqual([]);
    rmSync(folder(), { recursive: true });
    codes.push('123456');
    for (const profile of [admin, deployer]) expect((await verified(profile)).isVerified).toBe(true);
    expect(shapes()).toEqual(ofAws);
  });
});

describe.skipIf('missing' in version2)('with the AWS CLI, version 2', () => {
  /** The requests of `aws sts get-caller-identity` for these profiles, all in one process. */
  const aws = async (profiles: readonly string[]) => {
    const [python = ''] = 'command' in version2 ? version2.command : [];
    sandbox.emulator.requests.length = 0;
    const { code, stderr } = await runProgram(python, ['-c', callByVersion2, ...profiles], {
      env: { ...sandbox.env, AWS_PAGER: '' },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return sandbox.emulator.requests.map(({ operation }) => operation);
  };
  const profiles = [ofSession, legacy];

  it('it uses what awsp wrote, for SSO roles and for those behind an MFA code', async () => {
    for (const profile of [...profiles, admin]) expect(await verified(profile)).toMatchObject({ isVerified: true });
    expect(await aws(profiles)).toEqual(profiles.map(() => 'GetCallerIdentity'));
    expect(await aws([admin])).toEqual(['GetCallerIdentity']);
    expect(codes).toEqual(['123456']);
  });

  it('awsp uses what it wrote, and both write the same', async () => {
    expect(await aws([ofSession])).toEqual(['GetRoleCredentials', 'GetCallerIdentity']);
    expect(await aws([legacy])).toEqual(['GetRoleCredentials', 'GetCallerIdentity']);
    const ofAws = shapes();
    expect(ofAws).toHaveLength(2);
    for (const profile of profiles) expect(await verified(profile)).toMatchObject(fresh());
    rmSync(folder(), { recursive: true });
    for (const profile of profiles) expect(await verified(profile)).toMatchObject(fresh('GetRoleCredentials'));
    // Since 2.13 there is the account id as well.
    const later = JSON.stringify(shapes()).replaceAll(',["AccountId","-"]', '');
    expect(later).toBe(JSON.stringify(ofAws));
  });
});

/** The files of the cache, and the form of each. */
const shapes = () => cached().map((name) => [name, shapeOf(JSON.parse(readFileSync(`${folder()}/${name}`, 'utf8')))]);

/** The names in an object, and the form of each value: letters, digits, and the rest as it is. */
function shapeOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null)
    return String(value)
      .replace(/[A-Za-z0-9]+/g, '-')
      .slice(0, 60);
  return Object.entries(value).map(([name, inner]) => [name, name === 'HTTPHeaders' ? '' : shapeOf(inner)]);
}
