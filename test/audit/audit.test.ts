import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Audit, audit, deviations, type Verdict } from '../../src/audit/audit.ts';
import { describeDeviations } from '../../src/audit/describe.ts';
import { type FamilyId, families } from '../../src/audit/families.ts';
import { readProfiles } from '../../src/aws-config/profiles.ts';
import { overridingVariables } from '../../src/environment/delta.ts';
import { variables } from '../../src/environment/variables.ts';
import type { Environment } from '../../src/world.ts';

const now = Date.UTC(2026, 0, 1);
const config = `
[profile a]
sso_start_url = https://a.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123456789011
sso_role_name = Admin
region = eu-west-1
[profile b]
aws_access_key_id = AKIAB
aws_secret_access_key = secret
region = eu-west-2
[profile role]
role_arn = arn:aws:iam::123456789042:role/Hub
source_profile = b
[profile blank]
region = eu-west-3
`;
const withDefault = `${config}[default]\naws_access_key_id = AKIAD\naws_secret_access_key = secret\nregion = ap-south-1\n`;

function verdictsIn(env: Environment, text = config) {
  return audit(env, readProfiles({ path: '/config', text }, null, ['/config']), now);
}

const keys = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' };
const token = { AWS_WEB_IDENTITY_TOKEN_FILE: '/token', AWS_ROLE_ARN: 'arn:aws:iam::123456789042:role/Pod' };
const uri = 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI';

/**
 * E: the variable decides; P: profile a; b: profile b; x: an error; -: no credentials; d: profile default; ?: not
 * verified.
 */
type Letter = 'E' | 'P' | 'b' | 'x' | '-' | 'd' | '?';
/** In the order of the table: AWS CLI v2, v1, JavaScript, CDK, Go, Java, .NET v4, Rust and C++, PHP. */
const order: readonly FamilyId[] = ['aws-cli-v2', 'boto3', 'javascript', 'cdk', 'go', 'java', 'dotnet', 'rust', 'php'];

/** AWS_PROFILE=a, and what else is set. */
const rows: readonly (readonly [string, Environment, string])[] = [
  ['nothing', {}, 'P P P P P P P P P'],
  ['a pair of keys', keys, 'E E P E E E E E E'],
  ['only the access key id', { AWS_ACCESS_KEY_ID: 'AKIA' }, 'x x P P P P P ? ?'],
  ['only the secret key', { AWS_SECRET_ACCESS_KEY: 'secret' }, 'P P P P P P P P P'],
  ['the session token alone', { AWS_SESSION_TOKEN: 'token' }, 'P P P P P P P P P'],
  ['keys by the old names', { AWS_ACCESS_KEY: 'AKIA', AWS_SECRET_KEY: 'secret' }, 'P P P P E P P P P'],
  ['a secret by its old name', { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_KEY: 'secret' }, 'x x P P E P E ? ?'],
  ['expired keys', { ...keys, AWS_CREDENTIAL_EXPIRATION: '2025-12-31T23:59:59Z' }, 'x x P E E E E ? ?'],
  ['keys that have not expired', { ...keys, AWS_CREDENTIAL_EXPIRATION: '2026-01-01T00:00:01Z' }, 'E E P E E E E E E'],
  ['AWS_DEFAULT_PROFILE=b', { AWS_DEFAULT_PROFILE: 'b' }, 'P b P P P P P P P'],
  ['a blank AWS_DEFAULT_PROFILE', { AWS_DEFAULT_PROFILE: '' }, 'P x P P P P P P P'],
  ['a web identity', token, 'E E P P E E E P E'],
  ['a web identity without a role', { AWS_WEB_IDENTITY_TOKEN_FILE: '/token' }, 'x x P P x P P P P'],
  ['AWS_ROLE_ARN alone', { AWS_ROLE_ARN: token.AWS_ROLE_ARN }, 'P P P P P P P P P'],
  ["a container's role", { [uri]: '/role' }, 'P P P P P P P P P'],
  ['a blank AWS_PROFILE', { AWS_PROFILE: '' }, 'x x - - - ? - ? ?'],
  [
    'a blank AWS_PROFILE, and AWS_DEFAULT_PROFILE=b',
    { AWS_PROFILE: '', AWS_DEFAULT_PROFILE: 'b' },
    'x b - b b ? - ? ?',
  ],
  ['AWS_PROFILE of no profile', { AWS_PROFILE: 'gone' }, 'x x - - x - x ? ?'],
  ['AWS_PROFILE of no profile, and keys', { AWS_PROFILE: 'gone', ...keys }, 'x x - E x E E E E'],
  ['a file that only botocore finds', { AWS_CONFIG_FILE: '~/config' }, 'P P ? ? ? ? ? ? ?'],
  ['the same, and keys', { AWS_CONFIG_FILE: '$HOME/config', ...keys }, 'E E ? E E E E E E'],
  ['a blank AWS_SHARED_CREDENTIALS_FILE', { AWS_SHARED_CREDENTIALS_FILE: '' }, 'P P ? ? ? ? ? ? ?'],
  ['AWS_PROFILE of no credentials, and a role', { AWS_PROFILE: 'blank', [uri]: '/role' }, 'E E E E E E E E E'],
];

function lettersOf(env: Environment, text = config): string {
  return letters(verdictsIn(env, text));
}

function letters({ verdicts }: Audit): string {
  const each = order.map((id): Letter => {
    const identity = verdicts.find(({ family }) => family === id)?.identity;
    if (identity?.kind === 'profile')
      return identity.profile === 'default' ? 'd' : identity.profile === 'b' ? 'b' : 'P';
    const others = { keys: 'E', 'web-identity': 'E', container: 'E', none: '-', error: 'x', unverified: '?' } as const;
    return others[identity?.kind ?? 'none'];
  });
  return each.join(' ');
}

describe('the precedence, with AWS_PROFILE=a and', () => {
  it.each(rows)('%s', (_what, env, expected) => {
    expect(lettersOf({ AWS_PROFILE: 'a', ...env })).toBe(expected);
  });

  it('is tested for every family', () => {
    expect(families.map(({ id }) => id)).toEqual(order);
  });
});

describe('the precedence,', () => {
  it.each<[string, Environment, string]>([
    ['without anything', {}, '- - - - - - - - -'],
    ['with AWS_DEFAULT_PROFILE=b alone', { AWS_DEFAULT_PROFILE: 'b' }, 'b b - b b - - - -'],
    ['with AWS_DEFAULT_PROFILE of no profile', { AWS_DEFAULT_PROFILE: 'gone' }, 'x x - - - - - - -'],
    ['with keys alone', keys, 'E E E E E E E E E'],
    ['with a profile that assumes a role, and a web identity', { AWS_PROFILE: 'role', ...token }, 'P P P P E E E P E'],
  ])('%s', (_what, env, expected) => {
    expect(lettersOf(env)).toBe(expected);
  });

  it('with [default] alone, which all use', () => {
    expect(lettersOf({}, withDefault)).toBe('d d d d d d d d d');
  });
});

/** Properties of a profile, some of them incomplete; a container's role is set as well. */
const incomplete: readonly (readonly [string, string, string])[] = [
  ['half a pair of keys', 'aws_access_key_id = AKIA', 'x x E E x E ? ? ?'],
  ['a process without a command', 'credential_process =', 'x x E E E E ? ? ?'],
  ['a role without a source', 'role_arn = arn', 'x x E E P E ? ? ?'],
  ['a role whose source does not exist', 'role_arn = arn\nsource_profile = gone', 'x x E E x E ? ? ?'],
  ['a role whose source has half a pair', 'role_arn = arn\nsource_profile = half', 'x x E E x E ? ? ?'],
  ['a role by keys that are not set', 'role_arn = arn\ncredential_source = Environment', 'x x E E x E ? ? ?'],
  ['a role by an unknown source', 'role_arn = arn\ncredential_source = Moon', 'x x E E x E ? ? ?'],
  ["a role by the container's", 'role_arn = arn\ncredential_source = EcsContainer', 'P P P P P P P P P'],
  ["a role by the machine's", 'role_arn = arn\ncredential_source = Ec2InstanceMetadata', 'P P P P P P P P P'],
  ['a web identity without a role', 'web_identity_token_file = /token', 'x x E E x E ? ? ?'],
  ['a sign-in alone', 'sso_session = s', 'x x x x x E ? ? ?'],
  ['a sign-in without its account', 'sso_session = s\nsso_role_name = Admin', 'x x x x x E P P P'],
  ['login_session', 'login_session = arn', 'P P P ? P P ? ? ?'],
];

describe("the precedence, with a container's role and a profile of", () => {
  it.each(incomplete)('%s', (_what, properties, expected) => {
    const text = `[profile it]\n${properties}\n[profile half]\naws_access_key_id = AKIA\n[sso-session s]\n`;
    expect(lettersOf({ AWS_PROFILE: 'it', [uri]: '/role' }, text)).toBe(expected);
  });

  it.each([
    ['"min profil"', 'P P E E x E P P P'],
    ['skjema-ø', 'P P E E P E P P P'],
  ])('the name %s, which some tools do not see', (name, expected) => {
    const text = `[profile ${name}]\naws_access_key_id = AKIA\naws_secret_access_key = secret\n`;
    const env = { AWS_PROFILE: name.replaceAll('"', ''), [uri]: '/role' };
    expect(lettersOf(env, text)).toBe(expected);
    const inCredentials = text.replace(/profile |"/g, '');
    const profiles = readProfiles(null, { path: '/credentials', text: inCredentials }, ['/config', '/credentials']);
    expect(letters(audit(env, profiles, now))).toBe('P P ? ? P ? P P P');
    expect(letters(audit({ ...env, ...keys }, profiles, now))).toBe('E E ? E E E E E E');
  });

  it('nothing, with a blank variable, which is ignored or makes the tool fail', () => {
    const full = { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://localhost/role' };
    expect(lettersOf({ AWS_PROFILE: 'blank', [uri]: '' })).toBe('x x - - - - - - -');
    expect(lettersOf({ AWS_PROFILE: 'blank', [uri]: '', ...full })).toBe('x x E E E E E E E');
  });
});

const pair = 'aws_access_key_id = AKIA\naws_secret_access_key = secret\n';

/** What is wrong in a file, in another section than that of the profile. */
const inFiles: readonly (readonly [string, (text: string) => string, string])[] = [
  ['nothing wrong', (text) => text, 'P P P P P P P P P'],
  ['a section twice', (text) => `${text}[profile x]\na = 1\n[profile x]\nb = 1\n`, 'x x P P P P ? ? ?'],
  ['a session twice', (text) => `${text}[sso-session x]\na = 1\n[sso-session x]\nb = 1\n`, 'x x P P P P ? ? ?'],
  ['a key twice', (text) => `${text}[profile x]\na = 1\na = 2\n`, 'x x P P P P ? ? ?'],
  ['a line before the first header', (text) => `region = eu-west-1\n${text}`, 'x x P P P - ? ? ?'],
  ['a line that is no property', (text) => `${text}[profile x]\nnonsense\n`, 'x x P P P - ? ? ?'],
  ['a line without a key', (text) => `${text}[profile x]\n= a\n`, 'x x P P P - ? ? ?'],
  ['a bad sub-property', (text) => `${text}[profile x]\ns3 =\n  nonsense\n`, 'x x P P P - ? ? ?'],
  ['a header without an end', (text) => `${text}[profile x\na = 1\n`, 'x x ? ? ? - ? ? ?'],
  ['an empty header', (text) => `${text}[]\na = 1\n`, 'x x P P P P ? ? ?'],
  ['a byte order mark', (text) => `\ufeff${text}`, 'x x P P ? - ? ? ?'],
  ['a colon', (text) => `${text}[profile x]\na: 1\n`, 'P P P P P - P P P'],
  ['an indented property', (text) => `${text}[profile x]\n  a = 1\n`, 'P P P P P - P P P'],
  ['text after a header', (text) => `${text}[profile x] mine\na = 1\n`, 'P P ? ? ? - P P P'],
  ['properties for all sections', (text) => `${text}[DEFAULT]\nregion = eu-west-1\n`, '? ? P P P P P P P'],
];

describe.each(['config', 'credentials'])("a fault elsewhere in the %s file, beside the profile's section:", (kind) => {
  it.each(inFiles)('%s', (_what, spoil, expected) => {
    const good = `[profile it]\n${pair}`;
    const file = (path: string, text: string) => ({ path, text });
    const profiles =
      kind === 'config'
        ? readProfiles(file('/config', spoil(good)), null, ['/config'])
        : readProfiles(
            file('/config', good),
            file('/credentials', spoil('').replace(/(profile|sso-session) x/g, 'x')),
            ['/config', '/credentials'],
          );
    expect(letters(audit({ AWS_PROFILE: 'it' }, profiles, now))).toBe(expected);
    // What cannot read its files fails with keys in the environment, too.
    const withKeys = letters(audit({ AWS_PROFILE: 'it', ...keys }, profiles, now));
    expect(withKeys.startsWith('x x')).toBe(expected.startsWith('x x'));
  });
});

it('says which credentials of a profile a tool prefers, if they are not those that the AWS CLI uses', () => {
  const sso = 'sso_start_url = https://a\nsso_region = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = R\n';
  const others = (text: string) =>
    Object.fromEntries(
      verdictsIn({ AWS_PROFILE: 'it' }, text).verdicts.flatMap(({ family, identity }) =>
        identity.kind === 'profile' && identity.others ? [[family, identity.others]] : [],
      ),
    );
  const [process, login] = ['credential_process = x\n', 'login_session = arn\n'];
  const web = 'web_identity_token_file = /token\nrole_arn = arn:aws:iam::123456789012:role/R\n';
  const role = 'role_arn = arn:aws:iam::123456789012:role/R\nsource_profile = it\n';
  expect(others(`[profile it]\n${pair}`)).toEqual({});
  expect(others(`[profile it]\n${sso}`)).toEqual({});
  expect(others(`[profile it]\n${sso}${pair}`)).toEqual({ javascript: 'static', cdk: 'static', go: 'static' });
  expect(others(`[profile it]\n${sso}${process}`)).toEqual({ javascript: 'process', cdk: 'process' });
  expect(others(`[profile it]\n${process}${pair}`)).toEqual({ javascript: 'static', cdk: 'static', go: 'static' });
  expect(others(`[profile it]\n${web}${pair}`)).toEqual({ javascript: 'static', cdk: 'static', go: 'static' });
  expect(others(`[profile it]\n${login}${pair}`)).toEqual({ javascript: 'static', go: 'static' });
  expect(others(`[profile it]\n${role.replace('= it', '= b')}[profile b]\n${sso}${process}`)).toEqual({
    javascript: 'process',
    cdk: 'process',
  });
});

/** AWS_PROFILE=a, whose region is eu-west-1. */
const regionRows: readonly (readonly [Environment, Partial<Record<FamilyId, string | null>>])[] = [
  [{}, { 'aws-cli-v2': 'eu-west-1', boto3: 'eu-west-1', javascript: 'eu-west-1', go: 'eu-west-1', java: 'eu-west-1' }],
  [
    { AWS_REGION: 'r' },
    { 'aws-cli-v2': 'r', boto3: 'eu-west-1', javascript: 'r', cdk: 'r', go: 'r', java: 'r', dotnet: 'r' },
  ],
  [
    { AWS_DEFAULT_REGION: 'd' },
    { 'aws-cli-v2': 'd', boto3: 'd', javascript: 'eu-west-1', cdk: 'd', go: 'd', dotnet: 'eu-west-1' },
  ],
  [
    { AWS_REGION: 'r', AWS_DEFAULT_REGION: 'd' },
    { 'aws-cli-v2': 'r', boto3: 'd', javascript: 'r', cdk: 'r', go: 'r' },
  ],
  [{ AWS_REGION: '' }, { 'aws-cli-v2': null, boto3: 'eu-west-1', javascript: null, cdk: 'eu-west-1', java: null }],
  [{ AWS_DEFAULT_PROFILE: 'b' }, { 'aws-cli-v2': 'eu-west-1', boto3: 'eu-west-2', rust: null, php: null }],
];

it.each([
  ['AWS_RETRY_MODE', 'adaptive', []],
  ['AWS_RETRY_MODE', 'legacy', ['go']],
  ['AWS_RETRY_MODE', 'nope', ['aws-cli-v2', 'boto3', 'go', 'java']],
  ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', '', ['java']],
  ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'True', []],
  ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'yes', ['go', 'java']],
  ['AWS_USE_DUALSTACK_ENDPOINT', '', ['java']],
  ['AWS_USE_DUALSTACK_ENDPOINT', 'false', []],
  ['AWS_USE_DUALSTACK_ENDPOINT', 'yes', ['go', 'java']],
  ['AWS_USE_FIPS_ENDPOINT', '', ['java']],
])('%s=%j makes these fail, whatever the profile: %j', (variable, value, failing) => {
  const profiles = readProfiles({ path: '/config', text: config }, null, ['/config']);
  const env = { AWS_PROFILE: 'a', [variable]: value };
  const found = audit(env, profiles, now).verdicts.filter(({ identity }) => identity.kind === 'error');
  expect(found.map(({ family }) => family)).toEqual(failing);
  const isVariable = ({ identity }: (typeof found)[number]) =>
    identity.kind === 'error' && identity.variable === variable;
  expect(found.every(isVariable)).toBe(true);
});

describe('the region, with AWS_PROFILE=a', () => {
  it.each(regionRows)('and %j', (env, expected) => {
    const { verdicts } = verdictsIn({ AWS_PROFILE: 'a', ...env });
    const regions = verdicts.map(({ family, region }) => [family, region?.value ?? null]);
    expect(Object.fromEntries(regions)).toMatchObject(expected);
  });
});

describe('the prompt', () => {
  const environments = fc.dictionary(
    fc.constantFrom(...variables.map(({ name }) => name).filter((name) => name.startsWith('AWS_'))),
    fc.constantFrom('', 'a', 'b', 'x'),
  );

  it('warns of a variable wherever the audit finds another identity', () => {
    let found = 0;
    fc.assert(
      fc.property(environments, (others) => {
        // AWS_CREDENTIAL_EXPIRATION and AWS_ROLE_ARN change an identity only with other variables, which the prompt
        // names
        const env = { ...others, AWS_PROFILE: 'a' };
        // An empty region makes tools fail, and gives them no other identity.
        const isOther = ({ identity }: Verdict) => identity.kind !== 'error' || identity.variable === undefined;
        if (!deviations(verdictsIn(env)).some(isOther)) return;
        found++;
        expect(overridingVariables(env)).not.toEqual([]);
      }),
      { numRuns: 2_000 },
    );
    expect(found).toBeGreaterThan(500);
  });

  // of no family here: the Elastic Beanstalk CLI's own
  const obeyed = variables.filter(({ name, beatsProfile }) => beatsProfile && name !== 'AWS_EB_PROFILE');

  it.each(obeyed)('warns of $name, which changes an identity', ({ name }) => {
    const others = { AWS_PROFILE: 'a', ...keys, ...token, AWS_ACCESS_KEY: 'AKIA', AWS_SECRET_KEY: 'secret' };
    const changes = Object.keys(others).some((kept) => {
      const few = Object.fromEntries(
        Object.entries(others).filter(([key]) => [kept, 'AWS_PROFILE', 'AWS_ROLE_ARN'].includes(key)),
      );
      const without = Object.fromEntries(Object.entries(few).filter(([key]) => key !== name));
      return lettersOf({ ...few, [name]: 'b' }) !== lettersOf(without);
    });
    expect(changes).toBe(true);
  });
});

describe('in words', () => {
  it('there is no deviation if all agree', () => {
    expect(describeDeviations(verdictsIn({ AWS_PROFILE: 'a', AWS_REGION: 'eu-west-1' }), 'eu-west-1')).toEqual([]);
    expect(describeDeviations(verdictsIn({}), null)).toEqual([]);
  });

  it('each family that differs is named with its identity', () => {
    const env = { AWS_PROFILE: 'a', AWS_DEFAULT_PROFILE: 'b', AWS_REGION: 'eu-north-1' };
    expect(describeDeviations(verdictsIn(env), 'eu-north-1')).toEqual([
      {
        tool: 'AWS CLI v1 and boto3',
        uses: 'profile "b"',
        region: 'eu-west-2',
        because: 'AWS_DEFAULT_PROFILE names it',
      },
    ]);
    const elsewhere = { AWS_PROFILE: 'a', AWS_DEFAULT_REGION: 'eu-north-1' };
    expect(describeDeviations(verdictsIn(elsewhere), 'eu-north-1').map(({ tool, because }) => [tool, because])).toEqual(
      [
        ['SDK for JavaScript', 'region of profile "a"'],
        ['SDK for Java', 'region of profile "a"'],
        ['SDK for .NET v4', 'region of profile "a"'],
      ],
    );
  });

  it.each<[Environment, string, string]>([
    [keys, 'AWS_ACCESS_KEY_ID', 'beats AWS_PROFILE'],
    [token, 'role Pod', 'AWS_WEB_IDENTITY_TOKEN_FILE is set'],
    [{ AWS_ACCESS_KEY_ID: 'AKIA' }, 'fails', 'AWS_ACCESS_KEY_ID has no secret key'],
    [{ AWS_PROFILE: 'blank', [uri]: '/role' }, "the container's role", `${uri} is set`],
    [{ AWS_PROFILE: 'blank' }, 'no credentials', 'it finds no credentials'],
    [{ AWS_PROFILE: 'gone' }, 'fails', 'no profile "gone"'],
  ])('%j', (env, uses, because) => {
    const [first] = describeDeviations(verdictsIn({ AWS_PROFILE: 'a', ...env }), 'eu-west-1');
    expect(first).toMatchObject({ tool: 'AWS CLI v2', uses, because });
  });

  it('there are no keys', () => {
    const said = JSON.stringify(verdictsIn({ AWS_PROFILE: 'a', ...keys, ...token, AWS_SESSION_TOKEN: 'hunter2' }));
    expect(said).not.toMatch(/secret|hunter2|"AKIA"/);
  });
});
