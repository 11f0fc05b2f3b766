import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chain, chainEnds, readProfiles } from '../../src/aws-config/profiles.ts';
import type { Profile, ProfileSet } from '../../src/aws-config/types.ts';
import { dialectText } from './dialect.ts';

const configPath = '/home/kari/.aws/config';
const credentialsPath = '/home/kari/.aws/credentials';

function read(config: string | null, credentials: string | null = null): ProfileSet {
  return readProfiles(
    config === null ? null : { path: configPath, text: config },
    credentials === null ? null : { path: credentialsPath, text: credentials },
    [configPath, credentialsPath],
  );
}

function values(profiles: ProfileSet): Record<string, Record<string, string>> {
  return Object.fromEntries(
    profiles
      .all()
      .map(({ name, properties }) => [
        name,
        Object.fromEntries([...properties].map(([key, { value }]) => [key, value])),
      ]),
  );
}

/** The problems as `config:3: message`. */
function problems(profiles: ProfileSet): string[] {
  return profiles.problems().map(({ file, line, message }) => `${file.split('/').at(-1)}:${line}: ${message}`);
}

const rejects = 'the AWS CLI and boto3 reject the whole file for it';

describe('the properties of a profile', () => {
  // From the AWS SDKs and Tools Reference Guide, "Shared config and credentials files", and from what configparser does.
  it.each<[string, string | null, string | null, Record<string, Record<string, string>>]>([
    ['no file', null, null, {}],
    ['an empty file', '', '', {}],
    ['an empty profile', '[profile a]', null, { a: {} }],
    ['no final newline', '[profile a]\nregion = x', null, { a: { region: 'x' } }],
    ['[default] in the config file', '[default]\nregion = x\n', null, { default: { region: 'x' } }],
    ['[profile default]', '[profile default]\nregion = x\n', null, { default: { region: 'x' } }],
    ['a bare name in the credentials file', null, '[a]\nregion = x\n', { a: { region: 'x' } }],
    ['a bare name in the config file is no profile', '[a]\nregion = x\n', null, {}],
    ['sections that are not profiles', '[plugins]\nx=1\n[preview]\ny=2\n[sso-session s]\n[services t]\n', null, {}],
    ['a dot in the name', '[profile a.b]\nregion = x\n', null, { 'a.b': { region: 'x' } }],
    ['a name in double quotes', '[profile "a b"]\nregion = x\n', null, { 'a b': { region: 'x' } }],
    ['a name in single quotes', "[profile 'a b']\nregion = x\n", null, { 'a b': { region: 'x' } }],
    ['a quote within quotes', '[profile "it\'s"]\n', null, { "it's": {} }],
    ['an escaped quote', '[profile "a\\"b"]\n', null, { 'a"b': {} }],
    ['an escaped space', '[profile a\\ b]\n', null, { 'a b': {} }],
    ['a backslash in double quotes', '[profile "a\\b"]\n', null, { 'a\\b': {} }],
    ['a backslash without quotes', '[profile a\\b]\n', null, { ab: {} }],
    ['quotes in the middle', '[profile a"b c"d]\n', null, { 'ab cd': {} }],
    ['an open quote is no profile', "[profile it's]\n", null, {}],
    ['two names are no profile', '[profile a b]\nregion = x\n', null, {}],
    ['no name is no profile', '[profile]\nregion = x\n', null, {}],
    ['the prefix without a blank is no profile', '[profilea]\n', null, {}],
    ['quotes are part of the name in the credentials file', null, '["a b"]\n', { '"a b"': {} }],
    ['a name with a space in the credentials file', null, '[a b]\n', { 'a b': {} }],
    ['a name beyond ASCII', '[profile blå-日本-😀]\nregion = x\n', null, { 'blå-日本-😀': { region: 'x' } }],
    ['a no-break space is part of the name', '[profile a\u00a0b]\n', null, { 'a\u00a0b': {} }],
    ['names of every object', '[profile constructor]\na = 1\n', null, { constructor: { a: '1' } }],
    ['a tab after the prefix', '[profile\ta]\nregion = x\n', null, { a: { region: 'x' } }],
    ['blanks around the name', '[profile  \ta \t]\nregion = x\n', null, { a: { region: 'x' } }],
    ['a blank before the prefix is no profile', '[ profile a ]\nregion = x\n', null, {}],
    ['a comment after the header', '[profile a] # note\nregion = x\n', null, { a: { region: 'x' } }],
    ['a comment with a bracket is part of the name', '[profile a] # [note]\n', null, {}],
    ['a bracket in the name', '[profile a]b]\nregion = x\n', null, { 'a]b': { region: 'x' } }],
    ['an opening bracket in the name', '[profile [a]\nregion = x\n', null, { '[a': { region: 'x' } }],
    ['an indented header', '  [profile a]\n  region = x\n', null, { a: { region: 'x' } }],
    [
      'a header indented under a property continues it',
      '[profile a]\nregion = x\n [profile b]\n',
      null,
      { a: { region: 'x\n[profile b]' } },
    ],
    [
      'a header as deep as the property above it',
      '[profile a]\n region = x\n [profile b]\n',
      null,
      { a: { region: 'x' }, b: {} },
    ],
    ['a header in a comment', '[profile a]\n# [profile b]\n; [profile c]\n', null, { a: {} }],
    [
      'comments of both kinds, indented too',
      '# c\n[profile a]\n; c\n  # c\nregion = x\n\t; c\n',
      null,
      { a: { region: 'x' } },
    ],
    [
      'a comment between the lines of a value',
      '[profile a]\ns3 =\n  a = 1\n# c\n  b = 2\n',
      null,
      { a: { 's3.a': '1', 's3.b': '2' } },
    ],
    ['a byte order mark', '\ufeff[profile a]\nregion = x\n', null, { a: { region: 'x' } }],
    ['CRLF', '[profile a]\r\nregion = x\r\n\r\n[profile b]\r\n', null, { a: { region: 'x' }, b: {} }],
    ['lone CR', '[profile a]\rregion = x\r[profile b]\r', null, { a: { region: 'x' }, b: {} }],
    [
      'all line ends at once',
      '[profile a]\rregion = x\r\noutput = y\nz = 1',
      null,
      { a: { region: 'x', output: 'y', z: '1' } },
    ],
    ['no blank around =', '[profile a]\nregion=x\n', null, { a: { region: 'x' } }],
    ['blanks around = and value', '[profile a]\nregion \t= \t x \t\n', null, { a: { region: 'x' } }],
    ['= in a value', '[profile a]\nx = a=b = c\n', null, { a: { x: 'a=b = c' } }],
    ['a colon in a value', '[profile a]\nx = a:b\n', null, { a: { x: 'a:b' } }],
    ['a colon for =', '[profile a]\nregion: x\n', null, { a: { region: 'x' } }],
    ['the first of colon and =', '[profile a]\na:b = c\n', null, { a: { a: 'b = c' } }],
    ['an empty value', '[profile a]\nregion =\noutput = x\n', null, { a: { region: '', output: 'x' } }],
    ['an empty value at the end', '[profile a]\nregion =', null, { a: { region: '' } }],
    ['quotes in a value stay', '[profile a]\nx = "a b"\n', null, { a: { x: '"a b"' } }],
    ['a value beyond ASCII', '[profile a]\nx = 😀 å\n', null, { a: { x: '😀 å' } }],
    [
      'keys in lower case',
      '[profile a]\nRegion = X\nSSO_Account_ID = 012345678901\n',
      null,
      { a: { region: 'X', sso_account_id: '012345678901' } },
    ],
    ['a key with blanks', '[profile a]\nmy key = x\n', null, { a: { 'my key': 'x' } }],
    [
      '# in a value',
      '[profile a]\nsso_start_url = https://a.awsapps.com/start#/\n',
      null,
      { a: { sso_start_url: 'https://a.awsapps.com/start#/' } },
    ],
    ['; in a value', '[profile a]\nx = a;b\n', null, { a: { x: 'a;b' } }],
    ['a comment after a value', '[profile a]\nregion = x # note\n', null, { a: { region: 'x' } }],
    ['a comment with ; after a value', '[profile a]\nregion = x ; note\n', null, { a: { region: 'x' } }],
    ['a comment after a tab', '[profile a]\nregion = x\t# note\n', null, { a: { region: 'x' } }],
    ['# in a value, and a comment after it', '[profile a]\nx = a#b # c\n', null, { a: { x: 'a#b' } }],
    ['a comment in place of a value', '[profile a]\nregion = # note\n', null, { a: { region: '' } }],
    ['# directly after =', '[profile a]\nx =#y\n', null, { a: { x: '#y' } }],
    [
      'sub-properties',
      '[profile a]\ns3 =\n  max_concurrent_requests = 20\n\tx = y\nregion = z\n',
      null,
      { a: { 's3.max_concurrent_requests': '20', 's3.x': 'y', region: 'z' } },
    ],
    [
      'sub-properties after a blank line',
      '[profile a]\ns3 =\n\n  x = y\n\n  z = w\n',
      null,
      { a: { 's3.x': 'y', 's3.z': 'w' } },
    ],
    ['sub-properties in lower case', '[profile a]\nS3 =\n  X = Y\n', null, { a: { 's3.x': 'Y' } }],
    [
      'sub-properties of two parents',
      '[profile a]\ns3 =\n  x = 1\nec2 =\n  x = 2\n',
      null,
      { a: { 's3.x': '1', 'ec2.x': '2' } },
    ],
    ['a comment after a sub-property', '[profile a]\ns3 =\n  x = 1 # note\n', null, { a: { 's3.x': '1' } }],
    ['a colon in a sub-property does not delimit', '[profile a]\ns3 =\n  a:b = 1\n', null, { a: { 's3.a:b': '1' } }],
    ['sub-properties with CRLF', '[profile a]\r\ns3 =\r\n  x = 1\r\n', null, { a: { 's3.x': '1' } }],
    ['a value on two lines', '[profile a]\nx = 1\n  2\n', null, { a: { x: '1\n2' } }],
    ['a comment in a continuation is part of it', '[profile a]\nx = 1\n  2 # c\n', null, { a: { x: '1\n2 # c' } }],
    ['a blank line within a value', '[profile a]\nx = 1\n\n  2\n\n', null, { a: { x: '1\n\n2' } }],
    [
      'properties that are all indented',
      '[profile a]\n  region = x\n  output = y\n',
      null,
      { a: { region: 'x', output: 'y' } },
    ],
    ['less and less indented', '[profile a]\n   a = 1\n  b = 2\n c = 3\n', null, { a: { a: '1', b: '2', c: '3' } }],
    ['a later value wins', '[profile a]\nregion = x\nregion = y\n', null, { a: { region: 'y' } }],
    [
      'same-named sections merge',
      '[profile a]\nregion = x\nb = 1\n[profile a]\nregion = y\nc = 2\n',
      null,
      { a: { region: 'y', b: '1', c: '2' } },
    ],
    [
      'sections named alike in other words merge',
      '[profile a]\nb = 1\n[profile "a"]\nc = 2\n',
      null,
      { a: { b: '1', c: '2' } },
    ],
    [
      '[profile default] before [default]',
      '[profile default]\na = 1\n[default]\nb = 2\n',
      null,
      { default: { a: '1' } },
    ],
    [
      '[profile default] after [default]',
      '[default]\nb = 2\n[profile default]\na = 1\n',
      null,
      { default: { a: '1' } },
    ],
    [
      'two [profile default]',
      '[profile default]\na = 1\n[default]\nb = 2\n[profile default]\nc = 3\n',
      null,
      { default: { a: '1', c: '3' } },
    ],
    [
      '[default] of both files',
      '[profile default]\na = 1\n[default]\nb = 2\n',
      '[default]\nc = 3\n',
      { default: { a: '1', c: '3' } },
    ],
    [
      'the credentials file wins key by key',
      '[profile a]\nregion = x\nb = 1\n',
      '[a]\nregion = y\nc = 2\n',
      { a: { region: 'y', b: '1', c: '2' } },
    ],
    ['[DEFAULT] gives nothing to others', '[DEFAULT]\nregion = x\n[profile a]\n', '[DEFAULT]\nregion = y\n', { a: {} }],
    ['a line before the first section', 'region = x\n[profile a]\noutput = y\n', null, { a: { output: 'y' } }],
    ['a line without =', '[profile a]\nnonsense\nregion = x\n', null, { a: { region: 'x' } }],
    ['a line without a name', '[profile a]\n= x\nregion = x\n', null, { a: { region: 'x' } }],
    [
      'a header without ]',
      '[profile a]\nx = 1\n[profile b\nx = 2\n[profile c]\nx = 3\n',
      null,
      { a: { x: '1' }, c: { x: '3' } },
    ],
    ['an empty header', '[profile a]\nx = 1\n[]\nx = 2\n', null, { a: { x: '1' } }],
    ['an empty name in quotes', '[profile ""]\nx = 1\n', null, { '': { x: '1' } }],
    ['NUL and control characters', '[profile a\0b]\nx = 1\u001b[31m\n', null, { 'a\0b': { x: '1\u001b[31m' } }],
  ])('%s', (_name, config, credentials, expected) => {
    expect(values(read(config, credentials))).toEqual(expected);
  });

  it('keeps __proto__ as a name and as a key', () => {
    const profiles = read('[profile __proto__]\n__proto__ = x\n');
    expect(profiles.names).toEqual(['__proto__']);
    expect(profiles.get('__proto__')?.properties.get('__proto__')?.value).toBe('x');
    expect(read('[profile a]').get('__proto__')).toBeNull();
    expect(read('[profile a]').get('constructor')).toBeNull();
  });

  it('names the line of each property and of each header', () => {
    const profiles = read('# c\n[profile a]\r\n\r\nregion = x\r\ns3 =\n  b = 1\n', '\n[a]\noutput = y\n');
    const profile = profiles.get('a');
    expect(profile?.definedIn).toEqual([
      { file: configPath, line: 2 },
      { file: credentialsPath, line: 2 },
    ]);
    expect([...(profile?.properties ?? [])].map(([key, { location }]) => [key, location.file, location.line])).toEqual([
      ['region', configPath, 4],
      ['s3.b', configPath, 6],
      ['output', credentialsPath, 3],
    ]);
  });

  it('lists names in the order of the AWS CLI: config first, each where it first appears', () => {
    const profiles = read(
      '[profile z]\n[default]\n[profile b]\n[profile "z"]\n[profile default]\n',
      '[b]\n[a]\n[profile q]\n',
    );
    expect(profiles.names).toEqual(['z', 'default', 'b', 'a', 'profile q']);
    expect(profiles.all().map(({ name }) => name)).toEqual(profiles.names);
  });

  it('finds the same profile with and without the index of names', () => {
    const config =
      '[profile "a b"]\nx = 1\n[profile c]\nx = 2\n[profiles d]\nx = 3\n[default]\nx = 4\n[profile c]\ny = 5\n';
    for (const name of ['a b', 'c', 'd', 'default', 'DEFAULT', 'profile c', 'none', '']) {
      const indexed = read(config);
      expect(indexed.names).toHaveLength(4);
      const [searched, found] = [read(config).get(name), indexed.get(name)];
      expect(found === null ? null : { ...found }).toEqual(searched === null ? null : { ...searched });
      expect(searched === null).toBe(!indexed.names.includes(name));
    }
  });
});

describe('sessions and services', () => {
  it('are found by name, and are not profiles', () => {
    const profiles = read(
      '[sso-session s]\nsso_region = x\n[services t]\ns3 =\n  endpoint_url = http://x\n[profile s]\n',
    );
    expect(profiles.ssoSession('s')?.properties.get('sso_region')?.value).toBe('x');
    expect(profiles.services('t')?.properties.get('s3.endpoint_url')?.value).toBe('http://x');
    expect(profiles.services('t')?.definedIn).toEqual([{ file: configPath, line: 3 }]);
    expect(profiles.ssoSession('t')).toBeNull();
    expect(profiles.names).toEqual(['s']);
  });

  it('are not read from the credentials file', () => {
    const profiles = read(null, '[sso-session s]\nsso_region = x\n');
    expect(profiles.ssoSession('s')).toBeNull();
    expect(profiles.names).toEqual(['sso-session s']);
  });
});

describe('the kind of a profile', () => {
  const keys = 'aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = secret\n';
  const role = 'role_arn = arn:aws:iam::123456789011:role/team/Deploy\n';
  const sso =
    'sso_account_id = 012345678901\nsso_role_name = Reader\nsso_start_url = https://x\nsso_region = eu-west-1\n';
  it.each<[string, string, string, Partial<Profile>]>([
    [
      'a role of a source profile',
      `${role}source_profile = b\n`,
      '',
      { kind: 'assume-role', accountId: '123456789011', roleName: 'Deploy', sourceProfile: 'b' },
    ],
    [
      'a role of a credential source',
      `${role}credential_source = Environment\n`,
      '',
      { kind: 'assume-role', sourceProfile: null },
    ],
    ['a role before SSO', `${role}source_profile = b\n${sso}`, '', { kind: 'assume-role', accountId: '123456789011' }],
    ['a role before keys', `${role}source_profile = a\n`, keys, { kind: 'assume-role' }],
    ['a role without a source, which the AWS CLI refuses', role, '', { kind: 'assume-role' }],
    [
      'a web identity',
      `${role}web_identity_token_file = /t\n`,
      '',
      { kind: 'web-identity', accountId: '123456789011', roleName: 'Deploy' },
    ],
    [
      'a web identity before a source profile',
      `${role}web_identity_token_file = /t\nsource_profile = b\n`,
      '',
      { kind: 'web-identity' },
    ],
    ['a web identity before SSO', `${role}web_identity_token_file = /t\n${sso}`, '', { kind: 'web-identity' }],
    [
      'SSO, the account with its zero',
      sso,
      '',
      {
        kind: 'sso',
        accountId: '012345678901',
        roleName: 'Reader',
        ssoStartUrl: 'https://x',
        ssoRegion: 'eu-west-1',
        ssoSession: null,
      },
    ],
    ['SSO before keys of the credentials file', sso, keys, { kind: 'sso' }],
    ['SSO before a process', `${sso}credential_process = x\n`, '', { kind: 'sso' }],
    ['keys of the credentials file', '', keys, { kind: 'static', accountId: null, roleName: null }],
    ['keys of the credentials file before a process', 'credential_process = x\n', keys, { kind: 'static' }],
    ['keys of the credentials file before a login', 'login_session = x\n', keys, { kind: 'static' }],
    ['keys of the credentials file before a bare sign-in', 'sso_session = s\n', keys, { kind: 'static' }],
    ['a login', 'login_session = arn:aws:iam::0:user/x\n', '', { kind: 'login' }],
    [
      'a login, by its account',
      'login_session = arn:aws:iam::123456789041:user/kari\n',
      '',
      { kind: 'login', accountId: '123456789041', roleName: null },
    ],
    [
      'a login to a role',
      'login_session = arn:aws-cn:sts::123456789041:assumed-role/r/kari\n',
      '',
      { kind: 'login', accountId: '123456789041' },
    ],
    ['a login before a process', 'login_session = x\ncredential_process = x\n', '', { kind: 'login' }],
    ['a process', 'credential_process = x\n', '', { kind: 'process' }],
    ['a process before keys of the config file', `credential_process = x\n${keys}`, '', { kind: 'process' }],
    ['keys of the config file', keys, '', { kind: 'static' }],
    [
      'a sign-in without account',
      'sso_session = s\n',
      '',
      { kind: 'sso', accountId: null, roleName: null, ssoSession: 's' },
    ],
    ['nothing', 'region = eu-west-1\n', '', { kind: 'none', region: 'eu-west-1' }],
    ['an empty region is none', 'region =\n', '', { kind: 'none', region: null }],
    [
      'an account of 11 digits is none',
      'sso_account_id = 12345678901\nsso_role_name = x\n',
      '',
      { kind: 'sso', accountId: null, roleName: 'x' },
    ],
    [
      'a role of another partition',
      'role_arn = arn:aws-us-gov:iam::000000000012:role/X\nsource_profile = b\n',
      '',
      { accountId: '000000000012', roleName: 'X' },
    ],
    [
      'an ARN of no role',
      'role_arn = arn:aws:iam::123456789011:user/X\nsource_profile = b\n',
      '',
      { accountId: null, roleName: null },
    ],
  ])('%s', (_name, config, credentials, expected) => {
    expect(read(`[profile a]\n${config}`, `[a]\n${credentials}`).get('a')).toMatchObject(expected);
  });

  it('takes start URL and region from the session', () => {
    const profiles = read(
      '[profile a]\nsso_session = s s\nsso_region = p\n[sso-session "s s"]\nsso_start_url = https://u.example/start\nsso_region = q\n',
    );
    expect(profiles.get('a')).toMatchObject({
      ssoSession: 's s',
      ssoStartUrl: 'https://u.example/start',
      ssoRegion: 'q',
    });
  });
});

describe('problems', () => {
  const complete =
    'sso_account_id = 012345678901\nsso_role_name = x\nsso_start_url = https://x\nsso_region = eu-west-1\n';
  const keys = 'aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = s3cr3t\n';
  it.each<[string, string | null, string | null, string[]]>([
    ['none', `[default]\n[profile a]\n${complete}`, `[b]\n${keys}`, []],
    ['a line without =', '[profile a]\nnonsense\n', null, [`config:2: the line is not "name = value": ${rejects}`]],
    ['a line without a name', '[profile a]\n= x\n', null, [`config:2: the line is not "name = value": ${rejects}`]],
    [
      'a line before the first section',
      '\nx = 1\n[profile a]\n',
      null,
      [`config:2: the line stands before the first section: ${rejects}`],
    ],
    [
      'a header without ]',
      '[profile a\n',
      null,
      [`config:1: the section header has no "]", so the lines under it are ignored: ${rejects}`],
    ],
    [
      'an empty header',
      '[]\n',
      null,
      [`config:1: the section header is empty, so the lines under it are ignored: ${rejects}`],
    ],
    [
      'a header without ] but with =',
      '[profile a]\n[profile b=c\n',
      null,
      ['config:2: the line begins like a section header but has no "]", and is read as a property'],
    ],
    [
      'a property twice',
      '[profile a]\nx = 1\nX = 2\n',
      null,
      [`config:3: "x" is set twice in this section: ${rejects}`],
    ],
    [
      'a sub-property twice',
      '[profile a]\ns3 =\n x = 1\n x = 2\n',
      null,
      ['config:4: "s3.x" is set twice in this section: the last one counts'],
    ],
    [
      'a section twice',
      '[profile a]\nx = 1\n[profile a]\nx = 1\n',
      null,
      [`config:3: [profile a]: the section is defined twice: ${rejects}`],
    ],
    [
      'a section that is no profile, twice',
      '[plugins]\n[plugins]\n',
      null,
      [`config:2: [plugins]: the section is defined twice: ${rejects}`],
    ],
    [
      'a section of the credentials file twice',
      null,
      '[a]\n[a]\n',
      [`credentials:2: [a]: the section is defined twice: ${rejects}`],
    ],
    [
      'a section twice, spelled differently',
      '[profile a]\n[profile "a"]\n',
      null,
      [
        'config:2: [profile "a"]: the AWS CLI and boto3 replace the section of the same name above with it, the AWS SDKs merge the two',
      ],
    ],
    [
      '[default] and [profile default]',
      '[profile default]\n[default]\n',
      null,
      [
        'config:2: [default]: the AWS SDKs ignore it, because there is [profile default]; the AWS CLI and boto3 use the later of the two',
      ],
    ],
    [
      'a sub-property without =',
      '[profile a]\ns3 =\n x\n',
      null,
      [`config:3: the line under "s3" is not "name = value": ${rejects}`],
    ],
    [
      'a sub-property without a name',
      '[profile a]\ns3 =\n = 1\n',
      null,
      ['config:3: the line under "s3" has no name before its "="'],
    ],
    [
      'a colon for =',
      '[profile a]\nregion: x\n',
      null,
      ['config:2: "region" is followed by ":", which only the AWS CLI and boto3 understand; write "="'],
    ],
    [
      'a continuation',
      '[profile a]\nregion = x\n  output = y\n  z = 1\n',
      null,
      [
        'config:3: the line is indented and so continues the value of "region"; if it is a property, remove the indentation',
      ],
    ],
    [
      'a comment after a value',
      '[profile a]\nregion = x # note\n',
      null,
      [
        'config:2: the comment after the value of "region" is part of the value for the AWS CLI and boto3, and not for the AWS SDKs; put it on a line of its own',
      ],
    ],
    ['a comment after a header', '[profile a] # note\n', null, []],
    [
      'a comment directly after a header',
      '[profile a]# note\n',
      null,
      [
        'config:1: [profile a]: the AWS SDK for JavaScript does not see a header that a comment follows directly; put a space before the comment',
      ],
    ],
    [
      'text after a header',
      '[profile a] text\n',
      null,
      ['config:1: [profile a]: the AWS SDKs do not see a header that text follows; remove the text'],
    ],
    [
      'a blank before the prefix',
      '[ profile a ]\n',
      null,
      [
        'config:1: [ profile a ]: the AWS CLI and boto3 ignore it because of the blank before "profile"; remove the blank',
      ],
    ],
    [
      'two names',
      '[profile a b]\n',
      null,
      ['config:1: [profile a b]: ignored, because its name is not one word; write [profile "name"]'],
    ],
    ['no name', '[profile]\n', null, ['config:1: [profile]: ignored, because it has no name; write [profile name]']],
    [
      'a session without a name',
      '[sso-session]\n',
      null,
      ['config:1: [sso-session]: ignored, because it has no name; write [sso-session name]'],
    ],
    [
      'another prefix',
      '[profiles a]\n',
      null,
      ['config:1: [profiles a]: the AWS CLI and boto3 take it for [profile ...], the AWS SDKs do not'],
    ],
    [
      'an empty name',
      '[profile ""]\n',
      null,
      ['config:1: [profile ""]: the name is empty, so it cannot be switched to'],
    ],
    [
      'a control character in a name',
      '[profile a\u001b[31m]\n',
      null,
      ['config:1: [profile a\\x1b[31m]: the name has a control character, so it cannot be switched to'],
    ],
    ['a NUL', '[profile a]\nx = \0\n', null, ['config:2: the line has a NUL character']],
    [
      'a profile without its prefix',
      '[a]\nregion = x\n',
      null,
      ['config:1: [a] is not a profile in this file: write [profile a]'],
    ],
    ['a section of other tools', '[plugins]\ncli_legacy_plugin_path = x\n[preview]\ncloudfront = true\n', null, []],
    [
      'a prefix in the credentials file',
      null,
      '[profile a]\n',
      ['credentials:1: [profile a]: the credentials file has no "profile" in its headers; remove it'],
    ],
    [
      'a session in the credentials file',
      null,
      '[sso-session a]\n',
      ['credentials:1: [sso-session a]: the credentials file has no "sso-session" in its headers; remove it'],
    ],
    [
      'blanks in the credentials file',
      null,
      '[ a ]\n',
      ['credentials:1: [ a ]: the blanks belong to the name for the AWS CLI and boto3, and not for the SDKs'],
    ],
    [
      '[DEFAULT]',
      '[DEFAULT]\nregion = x\n',
      null,
      ['config:1: [DEFAULT]: the AWS CLI and boto3 take its properties as defaults for all sections; rename it'],
    ],
    [
      'a byte order mark',
      '\ufeff[profile a]\n',
      null,
      [`config:1: the file begins with a byte order mark: ${rejects}`],
    ],
    [
      'a source that is missing',
      '[profile a]\nrole_arn = arn:aws:iam::123456789011:role/x\nsource_profile = b\n',
      null,
      ['config:3: profile "a": source_profile "b" does not exist'],
    ],
    [
      'a source without credentials',
      '[profile a]\nrole_arn = arn:aws:iam::123456789011:role/x\nsource_profile = b\n[profile b]\n',
      null,
      ['config:3: profile "a": source_profile "b" has no credentials'],
    ],
    [
      'a role without a source',
      '[profile a]\nrole_arn = arn:aws:iam::123456789011:role/x\n',
      null,
      ['config:2: profile "a": role_arn needs a source_profile or a credential_source'],
    ],
    [
      'a role with two sources',
      `[profile a]\nrole_arn = arn:aws:iam::123456789011:role/x\nsource_profile = b\ncredential_source = Environment\n`,
      `[b]\n${keys}`,
      ['config:4: profile "a": source_profile and credential_source exclude each other'],
    ],
    [
      'a role_arn that is not an ARN',
      '[profile a]\nrole_arn = x\ncredential_source = Environment\n',
      null,
      ['config:2: profile "a": role_arn is not the ARN of a role'],
    ],
    [
      'a web identity without a role',
      '[profile a]\nweb_identity_token_file = /t\n',
      null,
      ['config:2: profile "a": role_arn is missing'],
    ],
    [
      'a session that is missing',
      '[profile a]\nsso_session = s\nsso_account_id = 012345678901\nsso_role_name = x\n',
      null,
      ['config:2: profile "a": [sso-session s] does not exist'],
    ],
    [
      'an SSO profile without all four',
      '[profile a]\nsso_session = s\n[sso-session s]\n',
      null,
      [
        'config:1: profile "a": sso_account_id and sso_role_name are missing',
        'config:3: [sso-session s] has no sso_start_url and no sso_region',
      ],
    ],
    [
      'an SSO profile without one',
      '[profile a]\nsso_account_id = 012345678901\nsso_role_name = x\nsso_start_url = https://u.example/start\n',
      null,
      ['config:1: profile "a": sso_region is missing'],
    ],
    [
      'an account of 11 digits',
      `[profile a]\n${complete.replace('012', '12')}`,
      null,
      ['config:2: profile "a": sso_account_id is not 12 digits'],
    ],
    [
      'a profile that contradicts its session',
      '[profile a]\nsso_session = s\nsso_account_id = 012345678901\nsso_role_name = x\nsso_region = p\n[sso-session s]\nsso_region = q\nsso_start_url = https://u.example/start\n',
      null,
      ['config:5: profile "a": sso_region differs from that of [sso-session s], which the AWS CLI and boto3 refuse'],
    ],
    [
      'SSO and keys',
      `[profile a]\n${complete}`,
      `[a]\n${keys}`,
      [
        'config:1: profile "a": the AWS CLI and boto3 use the SSO sign-in, the AWS SDK for JavaScript uses the access keys; remove one of the two',
      ],
    ],
    [
      'a key without its secret',
      null,
      '[a]\naws_access_key_id = AKIAEXAMPLE\n',
      ['credentials:2: profile "a": aws_access_key_id has no aws_secret_access_key beside it'],
    ],
    [
      'services that are missing',
      '[profile a]\nservices = s\n',
      null,
      ['config:2: profile "a": [services s] does not exist'],
    ],
  ])('%s', (_name, config, credentials, expected) => {
    expect(problems(read(config, credentials))).toEqual(expected);
  });

  it('are sorted by file and line', () => {
    const found = problems(read('[profile a]\nx\n[b]\nregion = x\n[profile a]\n', '[c]\ny\n[profile d]\n'));
    expect(found.map((problem) => problem.split(': ')[0])).toEqual([
      'config:2',
      'config:3',
      'config:5',
      'credentials:2',
      'credentials:3',
    ]);
  });

  it('never show a secret', () => {
    const shown = problems(
      read(
        `[profile a]\n${complete}${keys}s3cr3t\ns3cr3t s3cr3t\n[profile a]\n${keys}`,
        `s3cr3t\n[a]\n${keys} s3cr3t\n`,
      ),
    );
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.join('\n')).not.toContain('s3cr3t');
  });
});

describe('source profiles', () => {
  const role = (source: string) => `role_arn = arn:aws:iam::123456789011:role/x\nsource_profile = ${source}\n`;
  const keys = 'aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = secret\n';
  const circle = (names: string) => `source_profile goes round in a circle: ${names}`;
  it.each<[string, string, string[], string | null]>([
    ['no such profile', '[profile b]\n', [], null],
    ['a profile with credentials', '[profile a]\ncredential_process = x\n', ['a'], null],
    [
      'a chain of three',
      `[profile a]\n${role('b')}[profile b]\n${role('c')}[profile c]\n${keys}`,
      ['a', 'b', 'c'],
      null,
    ],
    ['a source with spaces', `[profile a]\n${role('b c')}[profile "b c"]\n${keys}`, ['a', 'b c'], null],
    ['itself, with keys', `[profile a]\n${role('a')}${keys}`, ['a'], null],
    ['itself, without keys', `[profile a]\n${role('a')}`, ['a'], `config:3: profile "a": ${circle('"a" -> "a"')}`],
    [
      'a source with keys and a role ends at its keys',
      `[profile a]\n${role('b')}[profile b]\n${role('c')}${keys}`,
      ['a', 'b'],
      null,
    ],
    [
      'a circle',
      `[profile a]\n${role('b')}[profile b]\n${role('a')}`,
      ['a', 'b'],
      `config:6: profile "b": ${circle('"a" -> "b" -> "a"')}`,
    ],
    [
      'a chain into a circle',
      `[profile a]\n${role('b')}[profile b]\n${role('c')}[profile c]\n${role('b')}`,
      ['a', 'b', 'c'],
      `config:9: profile "c": ${circle('"b" -> "c" -> "b"')}`,
    ],
    [
      'a missing end',
      `[profile a]\n${role('b')}[profile b]\n${role('c')}`,
      ['a', 'b'],
      'config:6: profile "b": source_profile "c" does not exist',
    ],
    ['a source_profile without a role is not followed', '[profile a]\nsource_profile = b\n', ['a'], null],
  ])('%s', (_name, config, expected, problem) => {
    const found = chain(read(config), 'a');
    expect(found.profiles.map(({ name }) => name)).toEqual(expected);
    const { file, line, message } = found.problem ?? {};
    expect(found.problem && `${file?.split('/').at(-1)}:${line}: ${message}`).toBe(problem);
  });

  it('reports a circle once, and reads a long chain in linear time', () => {
    const circular = read(`[profile a]\n${role('b')}[profile b]\n${role('a')}[profile c]\n${role('a')}`);
    expect(problems(circular)).toEqual([`config:6: profile "b": ${circle('"a" -> "b" -> "a"')}`]);
    const long = Array.from({ length: 5000 }, (_, index) => `[profile p${index}]\n${role(`p${index + 1}`)}`).join('');
    expect(read(long).problems()).toHaveLength(1);
  });
});

describe('problems of one profile', () => {
  it('are its own, those of its sources and those of their session, and no others', () => {
    const profiles = read(
      [
        '[profile a]# x',
        'role_arn = arn:aws:iam::123456789011:role/x',
        'source_profile = b',
        '[profile b]',
        'sso_session = s',
        'sso_account_id = 1',
        'sso_role_name = x',
        '[sso-session s] text',
        'sso_region = x # note',
        'sso_start_url = https://u.example/start',
        '[profile c]',
        'nonsense',
      ].join('\n'),
    );
    expect(profiles.problemsOf('a').map(({ line }) => line)).toEqual([1, 6, 8, 9]);
    expect(profiles.problemsOf('b').map(({ line }) => line)).toEqual([6, 8, 9]);
    expect(profiles.problemsOf('c').map(({ line }) => line)).toEqual([12]);
    expect(profiles.problemsOf('none')).toEqual([]);
  });
});

describe('large files', () => {
  it.each([
    ['one section with many bad lines', `[profile a]\n${'nonsense\n'.repeat(100_000)}`, 100_000],
    ['many bad lines before the first section', 'nonsense\n'.repeat(100_000), 100_000],
    ['a section many times', '[profile a]\n'.repeat(100_000), 99_999],
    ['a section of no profile many times', '[plugins]\n'.repeat(100_000), 99_999],
  ])('%s', (_name, config, count) => {
    const profiles = read(config);
    profiles.all();
    expect(profiles.problems()).toHaveLength(count);
  });
});

describe('any text', () => {
  const files = fc.tuple(fc.option(dialectText()), fc.option(dialectText()));

  it('is read without an exception, and every property is on the line that is given for it', () => {
    fc.assert(
      fc.property(files, ([config, credentials]) => {
        const profiles = read(config, credentials);
        const lines = (file: string) => ((file === configPath ? config : credentials) ?? '').split(/\r\n|\r|\n/);
        profiles.problems();
        for (const { properties, definedIn } of profiles.all()) {
          for (const { file, line } of definedIn) expect(lines(file)[line - 1]).toContain('[');
          for (const [key, { value, location }] of properties) {
            const text = lines(location.file)[location.line - 1] ?? '';
            expect(text.toLowerCase()).toContain(key.slice(key.indexOf('.') + 1));
            expect(text).toContain(value.split('\n')[0]);
          }
        }
      }),
    );
  });

  it('has each name once, with its profile', () => {
    fc.assert(
      fc.property(files, ([config, credentials]) => {
        const profiles = read(config, credentials);
        expect(new Set(profiles.names).size).toBe(profiles.names.length);
        expect(profiles.all().map(({ name }) => name)).toEqual(profiles.names);
      }),
    );
  });

  it('has the problems of each profile among all problems', () => {
    fc.assert(
      fc.property(files, ([config, credentials]) => {
        const profiles = read(config, credentials);
        const all = problems(profiles).map((problem) => problem.split(':').slice(0, 2).join(':'));
        for (const name of profiles.names) {
          for (const { file, line } of profiles.problemsOf(name))
            expect(all).toContain(`${file.split('/').at(-1)}:${line}`);
        }
      }),
    );
  });
});

describe('the ends of all chains', () => {
  const role = (name: string, source: string, more = '') =>
    `[profile ${name}]\nrole_arn = arn:aws:iam::123456789011:role/x\nsource_profile = ${source}\n${more}`;
  const keys = 'aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = secret\n';

  it.each([
    ['a chain', `${role('a', 'b')}${role('b', 'c')}[profile c]\n${keys}`],
    ['a source with keys and a role', `${role('a', 'b')}${role('b', 'c', keys)}[profile c]\ncredential_process = x\n`],
    ['the same, read from its end', `${role('b', 'c', keys)}${role('a', 'b')}[profile c]\ncredential_process = x\n`],
    ['its own source', `${role('a', 'b')}${role('b', 'b', keys)}`],
    ['a missing source', `${role('a', 'b')}${role('b', 'c')}`],
    ['a source without credentials', `${role('a', 'b')}${role('b', 'c')}[profile c]\nregion = x\n`],
  ])('are those of each chain: %s', (_what, text) => {
    const profiles = readProfiles({ path: '/config', text }, null, ['/config']);
    const endOf = chainEnds(profiles);
    for (const name of profiles.names) expect(endOf(name)?.name).toBe(chain(profiles, name).profiles.at(-1)?.name);
  });

  it('are found by following each link once, in a cycle too', () => {
    const links = Array.from({ length: 2_000 }, (_, index) => role(`p${index}`, `p${index + 1}`));
    for (const last of [`[profile p2000]\n${keys}`, role('p2000', 'p0')]) {
      const profiles = readProfiles({ path: '/config', text: links.join('') + last }, null, ['/config']);
      let count = 0;
      const get = (name: string) => {
        count++;
        return profiles.get(name);
      };
      const endOf = chainEnds({ get });
      for (const name of profiles.names) expect(endOf(name)).not.toBeNull();
      expect(count).toBeLessThan(4 * 2_001);
    }
  });

  it('names that differ in bytes that are not UTF-8 are reported as such', () => {
    const text = Buffer.from('[profile a\xe5]\nregion = x\n[profile a\xe6]\n', 'latin1').toString('utf8');
    const found = readProfiles({ path: '/config', text, clean: false }, null, ['/config']).problems();
    expect(found).toContainEqual(expect.objectContaining({ id: 'bad-name', fault: 'not-utf-8', line: 1 }));
  });
});
