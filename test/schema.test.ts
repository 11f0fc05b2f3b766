import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { profileKinds } from '../src/aws-config/types.ts';
import { overridingVariables } from '../src/environment/delta.ts';
import { variables } from '../src/environment/variables.ts';
import { repositoryFile } from './support/docs.ts';
import { makeSandbox, type Sandbox } from './support/program.ts';

type Json = Record<string, unknown>;

const names = ['list', 'show', 'current', 'sessions', 'log', 'config'] as const;
const schemas = Object.fromEntries(
  names.map((name) => [name, JSON.parse(repositoryFile(`docs/schema/${name}.json`))]),
) as Record<(typeof names)[number], Json>;
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
const validators = Object.fromEntries(names.map((name) => [name, ajv.compile(schemas[name])])) as Record<
  (typeof names)[number],
  ValidateFunction
>;

/** What a schema has against a document; nothing, when it is valid. */
function complaints(name: (typeof names)[number], document: unknown): string[] {
  validators[name](document);
  return (validators[name].errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const profile = [
  'accountId',
  'accountName',
  'roleName',
  'region',
  'ssoSession',
  'ssoStartUrl',
  'sourceProfile',
  'signIn',
  'level',
  'active',
  'definedIn',
];

/** The keys of each object, by its place in the schema: what programs rely on. */
const keys: Readonly<Record<(typeof names)[number], Readonly<Record<string, readonly string[]>>>> = {
  list: {
    '': ['profiles', 'problems'],
    '/$defs/profile': ['name', 'kind', ...profile],
    '/$defs/problem': ['id', 'file', 'line', 'message'],
    '/$defs/location': ['file', 'line'],
  },
  show: {
    '': ['name', 'kind', 'properties', ...profile],
    '/$defs/property': ['value', 'file', 'line'],
    '/$defs/location': ['file', 'line'],
  },
  current: {
    '': ['profile', 'accountId', 'accountName', 'arn', 'userId', 'region', 'state', 'expiresAt', 'shadowedBy'],
  },
  log: {
    '': ['switches'],
    '/$defs/switch': ['time', 'use', 'from', 'to', 'accountId', 'folder', 'terminal', 'agent'],
  },
  sessions: {
    '': ['sessions', 'logins'],
    '/$defs/session': ['name', 'startUrl', 'region', 'state', 'endsAt', 'profiles'],
    '/$defs/login': ['loginSession', 'region', 'state', 'endsAt', 'profiles'],
  },
  config: {
    '': ['file', 'settings', 'problems'],
    '/$defs/setting': ['section', 'key', 'value', 'default', 'file', 'line', 'places'],
    '/$defs/place': ['file', 'line'],
    '/$defs/problem': ['file', 'line', 'message'],
  },
};

/** Every object in a schema, by its place. */
function objectsIn(schema: unknown, place = ''): [string, Json][] {
  if (typeof schema !== 'object' || schema === null) return [];
  const inner = Object.entries(schema).flatMap(([key, value]) => objectsIn(value, `${place}/${key}`));
  return 'type' in schema && schema.type === 'object' ? [[place, schema as Json], ...inner] : inner;
}

describe.each(names)('the schema of %s', (name) => {
  it('has these keys, all of them required, and allows no others', () => {
    const closed = objectsIn(schemas[name]).filter(([, { additionalProperties }]) => additionalProperties === false);
    expect(
      Object.fromEntries(closed.map(([place, { properties }]) => [place, Object.keys(properties as Json)])),
    ).toEqual(keys[name]);
    for (const [, { properties, required }] of closed) expect(required).toEqual(Object.keys(properties as Json));
  });

  it('leaves no other object open, but for the properties of a profile', () => {
    const open = objectsIn(schemas[name]).filter(([, { additionalProperties }]) => additionalProperties !== false);
    const expected = name === 'show' ? [['/properties/properties', { $ref: '#/$defs/property' }]] : [];
    expect(open.map(([place, { additionalProperties }]) => [place, additionalProperties])).toEqual(expected);
  });
});

it('the kinds are those that there are', () => {
  const kindIn = (schema: Json) => (schema.properties as { kind: { enum: string[] } }).kind.enum;
  expect(kindIn(schemas.show)).toEqual([...profileKinds]);
  expect(kindIn((schemas.list.$defs as { profile: Json }).profile)).toEqual([...profileKinds]);
});

it('what overridingVariables a profile is allowed', () => {
  const env = Object.fromEntries(variables.map(({ name }) => [name, name]));
  const report = {
    profile: 'x',
    accountId: null,
    accountName: null,
    arn: null,
    userId: null,
    region: null,
    state: 'none',
    expiresAt: null,
  };
  expect(overridingVariables(env).length).toBeGreaterThan(5);
  expect(complaints('current', { ...report, shadowedBy: overridingVariables(env) })).toEqual([]);
});

/** Files with what the samples lack: every kind, sub-properties, bad lines, odd names, a profile in both files. */
const odd = `nonsense
[profile web]
role_arn = arn:aws:iam::123456789042:role/Hub
web_identity_token_file = /token
[profile login]
login_session = arn:aws:iam::123456789041:user/kari
[profile none]
s3 =
  max_concurrent_requests = 20
[profile ""]
region = x
[profile "it's $(touch pwned)"]
region =
sso_account_id = not a number
[profile __proto__]
region = eu-west-1
constructor = x
__proto__ = y
[profile æøå\u001B]
credential_process = p
[profile loop]
role_arn = x
source_profile = loop
[default]
region = a
[profile default]
region = b
[profile both]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
[profile new]
sso_session = new
sso_account_id = 123456789011
sso_role_name = Reader
[sso-session new]
sso_start_url = https://new.awsapps.com/start
sso_region = eu-west-1
[profile missing]
sso_session = nowhere
[broken
`;

describe('what the program prints is valid', () => {
  let samples: Sandbox;
  let others: Sandbox;
  beforeAll(async () => {
    [samples, others] = await Promise.all([makeSandbox(), makeSandbox()]);
    others.write('.aws/config', odd);
    others.write(
      '.aws/credentials',
      '\uFEFF[both]\r\naws_secret_access_key = wJalrXUtnFEMI\r\n[profile x]\r\n[a]\r\n[a]\r\n',
    );
  });
  afterAll(() => Promise.all([samples.remove(), others.remove()]));

  const printed = async (place: Sandbox, args: readonly string[], env: Record<string, string> = {}) => {
    const [verb = '', ...rest] = args;
    const { stdout } = await place.awsp([verb, '--json', ...rest], { env });
    return JSON.parse(stdout);
  };

  it.each([[[]], [['prod']], [['--production']], [['--kind', 'static']], [['nothing-like-it']]])(
    'list %j',
    async (args) => {
      for (const place of [samples, others]) {
        expect(complaints('list', await printed(place, ['list', ...args]))).toEqual([]);
      }
    },
  );

  it('list, and show for every profile in it', async () => {
    for (const place of [samples, others]) {
      const { profiles } = await printed(place, ['list']);
      expect(profiles.length).toBeGreaterThan(8);
      for (const { name } of profiles.filter((each: Json) => each.name !== '')) {
        expect(complaints('show', await printed(place, ['show', '--', name])), name).toEqual([]);
      }
    }
  });

  it('log, of every use', async () => {
    const [dev, other] = [
      'barnehageplass-dev-AWSAdministratorAccess-123456789011',
      'barnehageplass-prod-AWSReadOnlyAccess-123456789013',
    ];
    expect(complaints('log', await printed(samples, ['log']))).toEqual([]);
    samples.write('.config/awsp/config', '[log]\nswitches = on\n');
    const env = { AWS_PROFILE: dev, CLAUDECODE: '1' };
    await samples.awsp(['--shell', 'bash', other, '--no-verify'], { env });
    await samples.awsp(['exec', dev, '--no-verify', '--', 'true']);
    await samples.awsp(['credentials', dev]);
    await samples.awsp(['console', dev, '--print']);
    await samples.awsp(['--shell', 'bash', '--unset'], { env: { AWS_PROFILE: dev } });
    const log = await printed(samples, ['log']);
    expect(complaints('log', log)).toEqual([]);
    expect(log.switches.map(({ use }: Json) => use)).toEqual(['switch', 'exec', 'credentials', 'console', 'unset']);
    samples.write('.config/awsp/config', '');
  });

  it('all kinds are among them', async () => {
    const kinds = [...(await printed(samples, ['list'])).profiles, ...(await printed(others, ['list'])).profiles];
    expect(new Set(kinds.map(({ kind }) => kind))).toEqual(new Set(profileKinds));
  });

  it.each<[what: string, args: readonly string[], env: Record<string, string>]>([
    ['nothing active', [], {}],
    ['a region alone', [], { AWS_REGION: 'eu-west-1' }],
    ['verified', [], { AWS_PROFILE: 'barnehageplass-dev-AWSAdministratorAccess-123456789011' }],
    ['not asked', ['--no-verify'], { AWS_PROFILE: 'kart-stage-AWSReadOnlyAccess-123456789031' }],
    [
      'shadowed',
      [],
      {
        AWS_PROFILE: 'sandkasse-lab-Builder-123456789041',
        AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      },
    ],
    [
      'a default profile',
      ['--no-verify'],
      { AWS_DEFAULT_PROFILE: 'arkiv-lab-Reader-123456789051', AWS_EB_PROFILE: 'x' },
    ],
  ])('current: %s', async (_what, args, env) => {
    expect(complaints('current', await printed(samples, ['current', ...args], env))).toEqual([]);
  });

  it('sessions', async () => {
    for (const place of [samples, others]) {
      const document = await printed(place, ['sessions']);
      expect(document.sessions.length).toBeGreaterThan(0);
      expect(complaints('sessions', document)).toEqual([]);
    }
  });

  it('config', async () => {
    others.write('.config/awsp/config', '[guard]\nconfirm = maybe\n[alias]\nd = dev\n[nonsense]\n');
    const [all, one] = [await printed(others, ['config']), await printed(others, ['config', 'alias.d'])];
    expect([all.problems.length, one.settings.length]).toEqual([2, 1]);
    for (const document of [all, one, await printed(samples, ['config'])])
      expect(complaints('config', document)).toEqual([]);
  });

  it('and nothing else is', async () => {
    const documents = {
      list: await printed(samples, ['list']),
      show: await printed(samples, ['show', 'dev']),
      current: await printed(samples, ['current', '--no-verify'], { AWS_PROFILE: 'arkiv-lab-Reader-123456789051' }),
      sessions: await printed(samples, ['sessions']),
      config: await printed(samples, ['config']),
      log: await printed(samples, ['log']),
    };
    expect(documents.log.switches.length).toBeGreaterThan(0);
    for (const name of names) {
      expect(complaints(name, documents[name])).toEqual([]);
      for (const broken of mutations(documents[name])) {
        expect(complaints(name, broken), JSON.stringify(broken)).not.toEqual([]);
      }
    }
  });
});

/** The document without each of its keys, with one more, and with a value of another type; the same in its arrays' first objects. */
function mutations(document: Json): unknown[] {
  const own = Object.keys(document).flatMap((key) => {
    const { [key]: _without, ...rest } = document;
    return [rest, { ...document, [key]: 1.5 }];
  });
  const inner = Object.entries(document).flatMap(([key, value]) => {
    const [first] = Array.isArray(value) ? value : [];
    if (typeof first !== 'object' || first === null) return [];
    return mutations(first).map((broken) => ({ ...document, [key]: [broken] }));
  });
  return [{ ...document, more: null }, ...own, ...inner];
}
