import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit, type Identity } from '../../src/audit/audit.ts';
import type { FamilyId } from '../../src/audit/families.ts';
import { loadProfiles } from '../../src/aws-config/load.ts';
import { nodeFiles } from '../../src/node/files.ts';
import { runAws } from '../support/aws-cli.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';
import { runProgram } from '../support/run.ts';
import { runs } from '../support/runs.ts';
import { findProgram } from '../support/shells.ts';
import { fakeWorld } from '../support/world.ts';

/**
 * The audit against the real tools, in many environments: whom it names is who the tool then is, by the access key that
 * the tool comes up with. None of the tools is a dependency of awsp but the SDK for JavaScript, so that their absence is
 * no failure, not even in CI.
 */

const podRole = 'arn:aws:iam::123456789042:role/Pod';
const webRole = 'arn:aws:iam::123456789042:role/Web';
const issuer = 'https://oidc.example.com';

const config = `
[profile sso]
sso_session = barnehage
sso_account_id = 123456789012
sso_role_name = AWSPowerUserAccess
region = eu-west-1
[sso-session barnehage]
sso_start_url = https://barnehage.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
[profile legacy]
sso_start_url = https://barnehage.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123456789011
sso_role_name = AWSAdministratorAccess
region = eu-central-1
[profile static]
region = eu-west-2
[profile role]
role_arn = arn:aws:iam::123456789042:role/Hub
source_profile = static
region = eu-west-1
[profile web]
role_arn = ${webRole}
web_identity_token_file = HOME/token
region = eu-west-1
[profile process]
credential_process = cat HOME/process.json
region = eu-west-3
[profile nothing]
region = us-east-2
[profile half]
aws_access_key_id = AKIASTATIC
[profile lost]
role_arn = arn:aws:iam::123456789042:role/Hub
source_profile = gone
[profile environment]
role_arn = arn:aws:iam::123456789042:role/Hub
credential_source = Environment
[profile skjema-ø]
aws_access_key_id = AKIASTATIC
aws_secret_access_key = secret
region = eu-west-1
[profile sign-in]
sso_session = barnehage
`;
const profileNames = ['sso', 'legacy', 'static', 'role', 'web', 'process', 'nothing'];

/** The identities by what an access key is known to be; those that AWS issues on the way are looked up in the emulator. */
const knownKeys: Readonly<Record<string, string>> = {
  AKIASTATIC: 'profile static',
  AKIADEFAULT: 'profile default',
  AKIAPROCESS: 'profile process',
  AKIAENVIRONMENT: 'keys AWS_ACCESS_KEY_ID',
  AKIAOLDNAME: 'keys AWS_ACCESS_KEY',
  AKIACONTAINER: 'container',
};
const knownRoles: readonly (readonly [RegExp, string])[] = [
  [/AWSPowerUserAccess/, 'profile sso'],
  [/AWSAdministratorAccess/, 'profile legacy'],
  [/role\/Hub$/, 'profile role'],
  [/role\/Web$/, `role ${webRole}`],
  [/role\/Pod$/, `role ${podRole}`],
];

let sandbox: Sandbox;
/** Stands in for a container's agent, and for S3; remembers who signed. */
let server: Server;
let signers: string[];
let base: Record<string, string>;

beforeAll(async () => {
  sandbox = await makeSandbox();
  const { directory } = sandbox.emulator;
  sandbox.write('.aws/config', config.replaceAll('HOME', sandbox.home));
  sandbox.write('.aws/credentials', '[static]\naws_access_key_id = AKIASTATIC\naws_secret_access_key = secret\n');
  sandbox.write(
    'with-default',
    `${config.replaceAll('HOME', sandbox.home)}[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = secret\nregion = ap-south-1\n`,
  );
  sandbox.write('process.json', '{"Version": 1, "AccessKeyId": "AKIAPROCESS", "SecretAccessKey": "secret"}');
  const claims = { iss: issuer, sub: 'pod', aud: 'sts.amazonaws.com' };
  sandbox.write('token', `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`);
  for (const [id, label] of Object.entries(knownKeys)) {
    const arn = `arn:aws:iam::123456789041:user/${label.replaceAll(' ', '-')}`;
    const principal = { accountId: '123456789041', arn, userId: 'AIDASAMPLE', roleArn: null };
    const sessionToken = id === 'AKIACONTAINER' ? 'token' : null;
    directory.accessKeys.set(id, { secret: 'secret', principal, sessionToken, expiresAt: null });
  }
  directory.roles.splice(0, directory.roles.length);
  const webIdentity = { issuer, audience: claims.aud, subject: claims.sub };
  directory.roles.push(
    { arn: podRole, id: 'AROASAMPLEPOD', trusts: [], webIdentity },
    { arn: webRole, id: 'AROASAMPLEWEB', trusts: [], webIdentity },
    { arn: 'arn:aws:iam::123456789042:role/Hub', id: 'AROASAMPLEHUB', trusts: ['123456789041'] },
  );
  signers = [];
  server = createServer((request, response) => {
    const signer = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1];
    if (signer !== undefined) signers.push(signer);
    response.statusCode = request.url === '/container' ? 200 : 403;
    const keys = { AccessKeyId: 'AKIACONTAINER', SecretAccessKey: 'secret', Token: 'token' };
    response.end(JSON.stringify({ ...keys, Expiration: '2999-01-01T00:00:00Z' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = { HOME: sandbox.home, PATH: sandbox.env.PATH ?? '', AWS_EC2_METADATA_DISABLED: 'true', LANG: 'C.UTF-8' };
});
afterAll(async () => {
  server.close();
  await sandbox.remove();
});

type Env = Record<string, string>;

/** A variable, and the values that it is given; undefined is unset. Placeholders stand for what is known at run time. */
const values: Readonly<Record<string, readonly (string | undefined)[]>> = {
  AWS_PROFILE: [...profileNames, ...profileNames, undefined, undefined, '', 'gone'],
  AWS_DEFAULT_PROFILE: [undefined, undefined, undefined, undefined, '', 'static', 'sso', 'gone'],
  AWS_ACCESS_KEY_ID: [undefined, undefined, undefined, '', 'AKIAENVIRONMENT', 'AKIAENVIRONMENT'],
  AWS_SECRET_ACCESS_KEY: [undefined, undefined, '', 'secret', 'secret'],
  AWS_SESSION_TOKEN: [undefined, undefined, ''],
  AWS_ACCESS_KEY: [undefined, undefined, undefined, 'AKIAOLDNAME'],
  AWS_SECRET_KEY: [undefined, undefined, 'secret'],
  AWS_CREDENTIAL_EXPIRATION: [
    undefined,
    undefined,
    undefined,
    '',
    'never',
    '2001-01-01T00:00:00Z',
    '2999-01-01T00:00:00Z',
    '2999-01-01T00:00:00',
  ],
  AWS_WEB_IDENTITY_TOKEN_FILE: [undefined, undefined, undefined, '', 'HOME/token'],
  AWS_ROLE_ARN: [undefined, undefined, '', podRole, podRole],
  AWS_CONTAINER_CREDENTIALS_FULL_URI: [undefined, undefined, '', 'AGENT'],
  AWS_REGION: [undefined, undefined, '', 'eu-north-1'],
  AWS_DEFAULT_REGION: [undefined, undefined, '', 'eu-south-1'],
  AWS_CONFIG_FILE: [undefined, undefined, 'HOME/with-default'],
};

const environments: fc.Arbitrary<Env> = fc
  .record(Object.fromEntries(Object.entries(values).map(([name, some]) => [name, fc.constantFrom(...some)])))
  .map((all) =>
    Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  );

function address(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The variables of an environment with the places of this run in them. */
function placed(env: Env): Env {
  const put = (value: string) => value.replace('HOME', sandbox.home).replace('AGENT', `${address()}/container`);
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, put(value)]));
}

/** Seeded, so that a failure comes back. */
function sample(count: number): Env[] {
  return fc.sample(environments, { numRuns: runs(count), seed: 20_240_613 }).map(placed);
}

/** Profiles that a tool looks past, alone and beside what it may find then. */
function lookedPast(...names: readonly string[]): Env[] {
  const others: readonly Env[] = [
    {},
    { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'AGENT' },
    { AWS_WEB_IDENTITY_TOKEN_FILE: 'HOME/token', AWS_ROLE_ARN: podRole, AWS_REGION: 'eu-west-1' },
  ];
  return names.flatMap((name) => others.map((env) => placed({ AWS_PROFILE: name, ...env })));
}

/** For tools that obey no AWS_ENDPOINT_URL_STS: the emulator behind AWS's own names. */
function throughProxy(): Env {
  return { HTTPS_PROXY: sandbox.emulator.url, AWS_CA_BUNDLE: `${sandbox.home}/emulator.pem` };
}

/** What a tool came up with. */
interface Answer {
  readonly key?: string | null;
  readonly error?: string;
  readonly region?: string | null;
}

function labelOf({ key, error }: Answer): string {
  if (error !== undefined) return 'error';
  if (!key) return 'none';
  const principal = sandbox.emulator.directory.accessKeys.get(key)?.principal;
  const role = principal?.roleArn ?? principal?.arn ?? '';
  return knownKeys[key] ?? knownRoles.find(([pattern]) => pattern.test(role))?.[1] ?? `unknown: ${role}`;
}

function labelOfIdentity(identity: Identity): string {
  switch (identity.kind) {
    case 'profile':
      return identity.profile === 'web' ? `role ${webRole}` : `profile ${identity.profile}`;
    case 'keys':
      return `keys ${identity.variable}`;
    case 'web-identity':
      return `role ${identity.roleArn}`;
    default:
      return identity.kind;
  }
}

function verdict(family: FamilyId, env: Env) {
  const world = { ...fakeWorld({ env: { ...base, ...env }, home: sandbox.home }), files: nodeFiles };
  const found = audit(world.env, loadProfiles(world), Date.now()).verdicts.find((one) => one.family === family);
  if (found === undefined) throw new Error(`no family ${family}`);
  return found;
}

/** What a tool without a region comes to when it has to ask AWS for credentials; the audit says that there is no region. */
const lacksRegion = /Region is missing|Invalid endpoint|IncompleteSignature/;

function expectAgreement(family: FamilyId, cases: readonly Env[], answers: readonly Answer[]): void {
  expect(answers).toHaveLength(cases.length);
  const kinds = new Set<string>();
  const disagreements = cases.flatMap((env, index) => {
    const answer = answers[index] ?? {};
    const { identity, region } = verdict(family, env);
    kinds.add(identity.kind);
    const says = { identity: labelOfIdentity(identity), region: region?.value ?? null };
    const is = {
      identity: region === null && lacksRegion.test(answer.error ?? '') ? says.identity : labelOf(answer),
      region: answer.region === undefined || answer.error !== undefined ? says.region : answer.region,
    };
    return says.identity === is.identity && says.region === is.region ? [] : [{ env, says, is, error: answer.error }];
  });
  expect(disagreements).toEqual([]);
  expect([...kinds]).toEqual(expect.arrayContaining(['container', 'none', 'profile', 'web-identity']));
}

const script = (name: string) => fileURLToPath(new URL(`../support/${name}`, import.meta.url));

async function ask(program: string, args: readonly string[], cases: readonly Env[], led: Env): Promise<Answer[]> {
  const everywhere = { ...base, ...led };
  const input = JSON.stringify({ base: everywhere, cases });
  const { code, stdout, stderr } = await runProgram(program, args, { env: everywhere, input });
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function describeIf(isHere: boolean, title: string, missing: string, body: () => void): void {
  if (!isHere) console.warn(`skipped in test/conformance/audit.test.ts: ${missing}`);
  describe.skipIf(!isHere)(title, body);
}

function isImportable(python: string, module: string): boolean {
  return spawnSync(python, ['-c', `import ${module}`], { env: { PATH: process.env.PATH } }).status === 0;
}

/** The folders of PATH may have a Python each, and one of them the AWS CLI v2. */
const pythons = (process.env.PATH ?? '').split(':').map((folder) => `${folder}/python3`);
const ofBoto3 = pythons.find((python) => isImportable(python, 'botocore.session'));
const ofCli2 = pythons.find((python) => isImportable(python, 'awscli.botocore.session'));
const terraform = findProgram('terraform');

describe('the SDK for JavaScript is who the audit says', () => {
  it('in many environments', async () => {
    const cases = [...sample(250), ...lookedPast('half', 'lost', 'environment', 'skjema-ø')];
    const args = [script('resolve-environments.mjs')];
    expectAgreement('javascript', cases, await ask(process.execPath, args, cases, sandbox.emulator.environment));
  });
});

describeIf(ofBoto3 !== undefined, 'boto3 is who the audit says', 'no python3 on PATH has botocore', () => {
  it('in many environments', async () => {
    const cases = [...sample(150), ...lookedPast('sign-in')];
    const args = [script('resolve-environments.py'), 'botocore'];
    expectAgreement('boto3', cases, await ask(ofBoto3 ?? '', args, cases, sandbox.emulator.environment));
  });
});

describeIf(ofCli2 !== undefined, 'the AWS CLI v2 is who the audit says', 'no python3 has the AWS CLI v2', () => {
  it('in many environments', async () => {
    const cases = [...sample(150), ...lookedPast('sign-in')];
    const args = [script('resolve-environments.py'), 'awscli.botocore'];
    expectAgreement('aws-cli-v2', cases, await ask(ofCli2 ?? '', args, cases, throughProxy()));
  });
});

describeIf(terraform !== null, 'Terraform is who the audit says', 'there is no terraform on PATH', () => {
  /** Its S3 backend takes no region from a profile, so that it has one here. */
  const backend =
    'terraform {\n backend "s3" {\n bucket = "b"\n key = "k"\n region = "eu-west-1"\n use_path_style = true\n }\n}\n';

  it('in many environments', async () => {
    sandbox.write('terraform/main.tf', backend);
    const cases = sample(40);
    const answers: Answer[] = [];
    for (const env of cases) answers.push(await askTerraform(env));
    expectAgreement('go', cases, answers);
  });

  /** By the key that its first request to S3 is signed with. */
  async function askTerraform(env: Env): Promise<Answer> {
    signers.length = 0;
    const led = { ...sandbox.emulator.environment, AWS_ENDPOINT_URL_S3: address(), AWS_MAX_ATTEMPTS: '1' };
    const { stderr } = await runProgram(terraform ?? '', ['init', '-input=false', '-no-color', '-reconfigure'], {
      cwd: `${sandbox.home}/terraform`,
      env: { ...base, ...led, CHECKPOINT_DISABLE: '1', ...env },
    });
    const [key] = signers;
    if (key !== undefined) return { key };
    return /access disabled to EC2 IMDS/.test(stderr) ? { key: null } : { error: stderr };
  }
});

/** Whole programs, in one environment for each row of the table of precedence in which the two differ. */
const programs: readonly (readonly [FamilyId, string])[] = [
  ['boto3', '1'],
  ['aws-cli-v2', '2'],
];

describe.each(programs)('the program aws of %s', (family, major) => {
  const file = awsOf(major);
  const keys = { AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT', AWS_SECRET_ACCESS_KEY: 'secret' };

  describeIf(file !== null, 'is who the audit says', `no "aws" of version ${major} on PATH`, () => {
    it.each<Env>([
      { AWS_PROFILE: 'static' },
      { AWS_PROFILE: 'static', ...keys },
      { AWS_PROFILE: 'process', AWS_DEFAULT_PROFILE: 'static' },
      { AWS_PROFILE: 'static', AWS_DEFAULT_PROFILE: '' },
      { AWS_PROFILE: 'static', AWS_WEB_IDENTITY_TOKEN_FILE: 'HOME/token', AWS_ROLE_ARN: podRole },
      { AWS_PROFILE: 'sso' },
      { AWS_PROFILE: 'gone', ...keys },
      { AWS_PROFILE: 'role', AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT' },
    ])('with %j', async (raw) => {
      const env = placed(raw);
      const args = ['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text', '--region', 'eu-west-1'];
      const options = { env: { ...base, ...throughProxy(), ...env } };
      const isFirst = file === findProgram('aws');
      const { code, stdout, stderr } = await (isFirst ? runAws(args, options) : runProgram(file ?? '', args, options));
      const arn = stdout.trim();
      const directory = [...sandbox.emulator.directory.accessKeys];
      const key = directory.find(([, { principal }]) => principal.arn === arn)?.[0] ?? null;
      const answer = code === 0 ? { key } : { error: stderr };
      expect(labelOf(answer)).toBe(labelOfIdentity(verdict(family, env).identity));
    });
  });
});

function awsOf(major: string): string | null {
  const files = (process.env.PATH ?? '').split(':').map((folder) => `${folder}/aws`);
  const isIt = (file: string) => {
    const { stdout, stderr } = spawnSync(file, ['--version'], { encoding: 'utf8' });
    return `${stdout}${stderr}`.startsWith(`aws-cli/${major}.`);
  };
  return files.find(isIt) ?? null;
}
