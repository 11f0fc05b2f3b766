import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSandbox, type Sandbox } from '../support/program.ts';

/** A verified profile that AWS's tools cannot use, or not all of them alike, because of what their files say. */

let sandbox: Sandbox;
let sampleConfig: string;
beforeAll(async () => {
  sandbox = await makeSandbox();
  sampleConfig = readFileSync(`${sandbox.home}/.aws/config`, 'utf8');
  const samples = readFileSync(`${sandbox.home}/.aws/credentials`, 'utf8');
  realKeys = /aws_access_key_id.*\naws_secret_access_key.*\n/.exec(samples)?.[0] ?? '';
});
afterAll(() => sandbox.remove());

const sso = 'barnehageplass-test-AWSPowerUserAccess-123456789012';
const role = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
const signedIn = (more: readonly string[]) =>
  role([
    '[profile on]',
    'sso_session = barnehage',
    'sso_account_id = 123456789012',
    'sso_role_name = AWSPowerUserAccess',
    ...more,
  ]);
/** Those of a sample. */
let realKeys: string;
/** A line that prints them with this end, as a `credential_process` does. */
function printing(end: string): string {
  const [, id, secret] = /aws_access_key_id = (\S+)\s+aws_secret_access_key = (\S+)/.exec(realKeys) ?? [];
  return `echo '{"Version":1,"AccessKeyId":"${id}","SecretAccessKey":"${secret}","Expiration":${end}}'`;
}
const keys = role(['aws_access_key_id = AKIAIOSFODNN7EXAMPLE', 'aws_secret_access_key = secret']);

interface Row {
  readonly what: string;
  readonly config: (text: string) => string;
  readonly profile: string;
  /** Parts of the warnings, and the line of the file that they name. */
  readonly says: readonly string[];
  readonly place: RegExp;
}

const bothFail = 'AWS CLI v2 and AWS CLI v1 and boto3 fail';

/** A value that the AWS CLI and boto3 do not take. */
function refused(lines: string): Row {
  return {
    what: JSON.stringify(lines),
    config: (text) => signedIn([lines]) + text,
    profile: 'on',
    says: [`refuse this value of "${lines.split(' ')[0]}"`, 'or find other credentials than awsp'],
    place: /~\/\.aws\/config:5: /,
  };
}

const rows: readonly Row[] = [
  {
    what: 'a line before the first header',
    config: (text) => `region = eu-west-1\n${text}`,
    profile: sso,
    says: [
      'the line stands before the first section',
      `${bothFail}, whatever the profile`,
      'SDK for Java reads none of the profiles',
    ],
    place: /~\/\.aws\/config:1: /,
  },
  {
    what: 'a line that is no property, in another section',
    config: (text) => `[profile q]\nthis is no property\n${text}`,
    profile: sso,
    says: ['the line is not "name = value"', `${bothFail}, whatever the profile`],
    place: /~\/\.aws\/config:2: /,
  },
  {
    what: 'a section twice',
    config: (text) => `[profile q]\na = 1\n[profile q]\nb = 1\n${text}`,
    profile: sso,
    says: ['[profile q]: the section is defined twice', `${bothFail}, whatever the profile`],
    place: /~\/\.aws\/config:3: /,
  },
  {
    what: "a start URL with a slash more than the session's",
    config: (text) => signedIn(['sso_start_url = https://barnehage.awsapps.com/start/']) + text,
    profile: 'on',
    says: ['sso_start_url differs from that of [sso-session barnehage]', 'fail', 'SDK for Java finds no credentials'],
    place: /~\/\.aws\/config:5: /,
  },
  {
    what: "another sso_region than the session's",
    config: (text) => signedIn(['sso_region = eu-north-1']) + text,
    profile: 'on',
    says: ['sso_region differs from that of [sso-session barnehage]', 'fail'],
    place: /~\/\.aws\/config:5: /,
  },
  {
    what: 'services that name no section',
    config: (text) => signedIn(['services = nope']) + text,
    profile: 'on',
    says: ['[services nope] does not exist', `${bothFail}`],
    place: /~\/\.aws\/config:5: /,
  },
  {
    what: 'services with STS without settings',
    config: (text) => `${signedIn(['services = x'])}[services x]\nsts = https://sts.example\n${text}`,
    profile: 'on',
    says: ['"sts" in [services x] has no lines below it', bothFail],
    place: /~\/\.aws\/config:7: /,
  },
  {
    what: 'services with another one without settings',
    config: (text) => `${signedIn(['services = x'])}[services x]\ns3 = nonsense\n${text}`,
    profile: 'on',
    says: ['"s3" in [services x] has no lines below it', 'or find other credentials than awsp'],
    place: /~\/\.aws\/config:7: /,
  },
  {
    what: 'services without any settings',
    config: (text) => `${signedIn(['services = x'])}[services x]\n${text}`,
    profile: 'on',
    says: ['[services x] is empty', bothFail],
    place: /~\/\.aws\/config:6: /,
  },
  {
    what: 'a plugin, which the AWS CLI v1 may not find',
    config: (text) => `[plugins]\nx = no_such_module\n${text}`,
    profile: sso,
    says: ['the AWS CLI v1 loads the plugin "no_such_module"', ': AWS CLI v1 and boto3 may'],
    place: /~\/\.aws\/config:2: /,
  },
  {
    what: 'a plugin with its path, which both versions load',
    config: (text) => `[plugins]\ncli_legacy_plugin_path = /nowhere\nx = no_such_module\n${text}`,
    profile: sso,
    says: ['the AWS CLI loads the plugin "no_such_module"', ': AWS CLI v2 and AWS CLI v1 and boto3 may'],
    place: /~\/\.aws\/config:3: /,
  },
  {
    what: 'a session that is quoted',
    config: (text) => text.replace('[sso-session barnehage]', '[sso-session "barnehage"]'),
    profile: sso,
    says: ['[sso-session barnehage] does not exist', 'SDK for Go and Terraform fail'],
    place: /~\/\.aws\/config:\d+: /,
  },
  {
    what: 'a profile that is quoted',
    config: (text) => signedIn([]).replace('profile on', 'profile "on"') + text,
    profile: 'on',
    says: ['AWS_PROFILE names "on", which does not exist', 'SDK for Go and Terraform fail'],
    place: /~\/\.aws\/config:1: /,
  },
  {
    what: 'a header with a blank before its prefix, which some tools read all the same',
    config: (text) => `${signedIn([])}[ profile on]\nregion = eu-north-1\n${text}`,
    profile: 'on',
    says: ['use other credentials of it', 'SDK for Go and Terraform and SDK for Java'],
    place: /~\/\.aws\/config:1: /,
  },
  ...[
    [
      'a time without a zone',
      '"2999-01-01T00:00:00"',
      ['AWS CLI v2, AWS CLI v1 and boto3, SDK for Go and SDK for Java'],
    ],
    [
      'a time in the form of others',
      '"2999-01-01 00:00:00Z"',
      ['not in the form of RFC 3339: SDK for Go and SDK for Java'],
    ],
    ['no time', '"never"', ['without a time and a time zone']],
  ].map(([what, end, says]) => ({
    what: `a credential_process that prints ${what}`,
    config: (text: string) =>
      `[profile on]\nregion = eu-west-1\ncredential_process = ${printing(String(end))}\n${text}`,
    profile: 'on',
    says: ['the credential_process of "on" prints "Expiration": ', ...(says ?? [])],
    place: /print the time as in/,
  })),
  {
    what: 'source_profile without role_arn',
    config: (text) => `${signedIn(['source_profile = base'])}[profile base]\n${keys}${text}`,
    profile: 'on',
    says: ['source_profile requires role_arn', 'SDK for Go and Terraform fail'],
    place: /~\/\.aws\/config:1: /,
  },
  {
    what: 'access keys beside an SSO sign-in',
    config: (text) => signedIn([keys.trimEnd()]) + text,
    profile: 'on',
    says: ['other credentials', 'the access keys', 'SDK for JavaScript, AWS CDK and SDK for Go and Terraform'],
    place: /~\/\.aws\/config:1: /,
  },
  {
    what: 'a credential_process that needs a shell',
    config: (text) => `[profile on]\ncredential_process = sh "$HOME/.aws/arkiv-credentials.sh"\n${text}`,
    profile: 'on',
    says: ['run credential_process without a shell', 'or find other credentials than awsp'],
    place: /~\/\.aws\/config:2: /,
  },
  {
    what: 'keys in capital letters',
    config: (text) => `[profile on]\n${realKeys.replace(/^\w+/gm, (key) => key.toUpperCase())}${text}`,
    profile: 'on',
    says: ['"AWS_ACCESS_KEY_ID" has capital letters', 'or find other credentials than awsp'],
    place: /~\/\.aws\/config:2: /,
  },
  ...['output = xml', 'output =', 'retry_mode =', 'max_attempts = 0', 'mfa_serial =', 'api_versions = x'].map(refused),
  ...['output =\n  x = y', 'endpoint_url =\n  x = y'].map((lines) => ({
    ...refused(lines),
    place: /~\/\.aws\/config:6: /,
  })),
  {
    what: 'keys beside a session that is not there',
    config: (text) => `[profile on]\nsso_session = gone\n${realKeys}${text}`,
    profile: 'on',
    says: ['[sso-session gone] does not exist', 'AWS CLI v2, AWS CLI v1 and boto3'],
    place: /~\/\.aws\/config:1: /,
  },
  {
    what: 'a comment behind a value',
    config: (text) => signedIn(['region = eu-west-1 # mine']) + text,
    profile: 'on',
    says: ['the comment after the value of "region" is part of the value'],
    place: /~\/\.aws\/config:5: /,
  },
];

describe.each(rows)('with $what', ({ config, profile, says, place }) => {
  it('a switch is verified, and warns', async () => {
    sandbox.write('.aws/config', config(sampleConfig));
    const { code, stdout, stderr } = await sandbox.switchVia([profile, '--verify', '--yes']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(place) });
    expect(stdout).toContain("AWSP_STATE='verified'");
    for (const part of says) expect(stderr.replace(/\s+/g, ' ')).toContain(part);
  });

  it('the same is said by `current`', async () => {
    sandbox.write('.aws/config', config(sampleConfig));
    const { code, stdout, stderr } = await sandbox.awsp(['current', '--json'], { env: { AWS_PROFILE: profile } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(place) });
    expect(JSON.parse(stdout).state).toBe('verified');
    const table = await sandbox.awsp(['current'], { env: { AWS_PROFILE: profile } });
    if (says.some((part) => part.includes('fail'))) expect(table.stdout).toMatch(/fails/);
  });
});

it('a switch says nothing of files that all tools read alike', async () => {
  sandbox.write('.aws/config', sampleConfig);
  const { code, stderr } = await sandbox.switchVia([sso, '--verify']);
  expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: 0, lines: 1 });
});

const otherKeys = keys.replace('AKIA', 'AKIB');

describe('two sections of one name', () => {
  it.each([
    ['[profile default] before [default]', `[profile default]\n${keys}[default]\n${otherKeys}`, 'default', [1, 4]],
    ['a plain and a quoted header', `[profile dev]\n${keys}[profile "dev"]\n${otherKeys}`, 'dev', [1, 4]],
    [
      'the source of a role',
      `[profile r]\nrole_arn = arn:aws:iam::123456789012:role/R\nsource_profile = dev\n[profile dev]\n${keys}[profile 'dev']\n${otherKeys}`,
      'r',
      [4, 7],
    ],
    [
      'a session',
      signedIn([]).replace('barnehage', 'two') +
        '[sso-session two]\nsso_region = eu-west-1\nsso_start_url = https://a.awsapps.com/start\n[sso-session "two"]\nsso_region = eu-west-1\nsso_start_url = https://b.awsapps.com/start\n',
      'on',
      [5, 8],
    ],
  ])('that could be two identities are refused: %s', async (_what, config, profile, lines) => {
    sandbox.write('.aws/config', config);
    for (const options of [[], ['--no-verify'], ['--yes']]) {
      const { code, stdout, stderr } = await sandbox.switchVia([profile, ...options]);
      expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
      for (const line of lines) expect(stderr).toContain(`~/.aws/config:${line}`);
    }
  });

  it.each([
    ['[profile default] after [default]', `[default]\n${keys}[profile default]\n${otherKeys}`, 'default'],
    ['the same credentials in both', `[profile dev]\n${keys}[profile "dev"]\n${keys}output = json\n`, 'dev'],
  ])('that are one identity are not: %s', async (_what, config, profile) => {
    sandbox.write('.aws/config', config);
    expect((await sandbox.switchVia([profile, '--no-verify'])).code).toBe(0);
  });
});

describe('without a verification', () => {
  it.each([
    ['half a pair of keys', '[profile p]\naws_access_key_id = A\n', '~/.aws/config:2'],
    ['a role without a source', '[profile p]\nrole_arn = arn:aws:iam::123456789012:role/R\n', '~/.aws/config:2'],
    ['a session that is not there', '[profile p]\nsso_session = gone\n', '~/.aws/config:2'],
    ['a misspelt session', '[profile p]\nsso_sesion = barnehage\nsso_account_id = 123456789012\n', '~/.aws/config:2'],
    ['keys that have expired', `[profile p]\n${keys}x_security_token_expires = 2020-01-01T00:00:00Z\n`, ':4'],
    ['nothing', '[profile p]\nregion = eu-west-1\n', '~/.aws/config:1'],
  ])('a switch to a profile with %s says that it cannot be used', async (_what, config, place) => {
    sandbox.write('.aws/config', config);
    const { code, stdout, stderr } = await sandbox.switchVia(['p', '--no-verify']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('warning: "p" cannot be used: ') });
    expect(stdout).toContain("AWSP_STATE='unverified'");
    expect(stderr).toContain(place);
  });

  it('a line that the AWS CLI rejects is said as well', async () => {
    sandbox.write('.aws/config', `nonsense\n${sampleConfig}`);
    const { stderr } = await sandbox.switchVia([sso, '--no-verify']);
    expect(stderr).toMatch(/~\/\.aws\/config:1: .*AWS CLI v1 and boto3 fail/);
  });
});

describe('a misspelt property', () => {
  it.each([
    ['the profile', signedIn(['regoin = eu-west-1']), '~/.aws/config:5: [profile on]', '"region"'],
    [
      'a source',
      `[profile on]\nrole_arn = arn:aws:iam::123456789042:role/Hub\nsource_profile = base\n[profile base]\nregoin = eu-west-1\n${keys}`,
      '~/.aws/config:5: [profile base]',
      '"region"',
    ],
    [
      'the session',
      '[profile on]\nsso_session = more\nsso_account_id = 123456789012\nsso_role_name = AWSPowerUserAccess\n[sso-session more]\nsso_start_url = https://barnehage.awsapps.com/start\nsso_region = eu-west-1\nsso_registration_scops = sso:account:access\n',
      '~/.aws/config:8: [sso-session more]',
      '"sso_registration_scopes"',
    ],
    ['the profile, where it only decides on looks', signedIn(['cli_pagr = less']), null, null],
  ])('in %s is noted by the switch if it changes what commands do', async (_where, config, place, meant) => {
    sandbox.write('.aws/config', config + sampleConfig);
    const { code, stderr } = await sandbox.switchVia(['on', '--no-verify']);
    expect(code).toBe(0);
    if (place === null) expect(stderr).not.toContain('did you mean');
    else expect(stderr.replace(/\s+/g, ' ')).toContain(`${place}: AWS's tools know no property`);
    if (meant !== null) expect(stderr).toContain(`did you mean ${meant}?`);
  });
});

describe('an empty variable', () => {
  const web =
    '[profile p]\nregion = eu-west-1\nrole_arn = arn:aws:iam::123456789042:role/Hub\nweb_identity_token_file = /token\n';

  it.each([
    ['AWS_REGION', `[profile p]\n${keys}`, 'AWS_REGION is empty: AWS CLI v2 and SDK for JavaScript fail'],
    ['AWS_DEFAULT_REGION', `[profile p]\n${keys}`, 'AWS_DEFAULT_REGION is empty: AWS CLI v2 and AWS CLI v1 and boto3'],
    ['AWS_DEFAULT_OUTPUT', `[profile p]\n${keys}`, 'refuse the value of AWS_DEFAULT_OUTPUT: AWS CLI v2 and AWS CLI v1'],
    ['AWS_MAX_ATTEMPTS', `[profile p]\n${keys}`, 'refuse the value of AWS_MAX_ATTEMPTS: AWS CLI v2 and AWS CLI v1'],
    ['AWS_ROLE_ARN', web, 'AWS_ROLE_ARN is empty, which hides the property of profile "p"'],
    ['AWS_WEB_IDENTITY_TOKEN_FILE', web, 'AWS_WEB_IDENTITY_TOKEN_FILE is empty, which hides the property'],
  ])('%s that takes from a profile what it has is said', async (variable, config, says) => {
    sandbox.write('.aws/config', config);
    const { stderr } = await sandbox.switchVia(['p', '--no-verify'], { env: { [variable]: '' } });
    expect(stderr.replace(/\s+/g, ' ')).toContain(says);
  });

  it('a session without its region is said, also where the profile has one: no tool looks there', async () => {
    const session = '[sso-session half]\nsso_start_url = https://barnehage.awsapps.com/start\n';
    sandbox.write('.aws/config', `${signedIn(['sso_region = eu-west-1']).replace('barnehage', 'half')}${session}`);
    const { stderr } = await sandbox.switchVia(['on', '--no-verify']);
    expect(stderr.replace(/\s+/g, ' ')).toContain('"on" cannot be used: [sso-session half] has no sso_region');
  });

  it('so is a region that is none', async () => {
    sandbox.write('.aws/config', `[profile p]\n${keys}region = "eu-west-1"\n`);
    const { stderr } = await sandbox.switchVia(['p', '--no-verify']);
    expect(stderr.replace(/\s+/g, ' ')).toContain('""eu-west-1"", the region of profile "p", is no region: AWS CLI v2');
  });
});
