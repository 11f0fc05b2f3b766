import { describe, expect, it } from 'vitest';
import { chain, readProfiles } from '../../src/aws-config/profiles.ts';
import { sdkConfig, sdkName } from '../../src/identity/sdk-config.ts';
import { makeSandbox } from '../support/program.ts';

/** The text that the SDK gets for a profile of these files. */
function given(config: string, name: string, credentials = ''): string {
  const profiles = readProfiles({ path: '/c', text: config }, { path: '/d', text: credentials }, ['/c', '/d']);
  const { profiles: links } = chain(profiles, name);
  if (links.length === 0) throw new Error(`no profile ${name}`);
  return sdkConfig(profiles, links);
}

const session = '[sso-session main]\nsso_start_url = https://shop.awsapps.com/start\nsso_region = eu-west-1\n';
const sso = 'sso_account_id = 123456789011\nsso_role_name = Admin\n';
const keys = 'aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n';
const arn = 'role_arn = arn:aws:iam::123456789012:role/R\n';

describe('each kind of profile', () => {
  it.each([
    ['sso', `${session}[profile p]\nsso_session = main\n${sso}`, `[profile p]\nsso_session = main\n${sso}${session}`],
    [
      'sso, legacy',
      `[profile p]\nsso_start_url = u\nsso_region = r\n${sso}`,
      `[profile p]\nsso_start_url = u\nsso_region = r\n${sso}`,
    ],
    ['static', `[profile p]\n${keys}aws_session_token = t\n`, `[profile p]\n${keys}aws_session_token = t\n`],
    ['process', '[profile p]\ncredential_process = a --b "c d"\n', '[profile p]\ncredential_process = a --b "c d"\n'],
    [
      'web identity',
      `[profile p]\nweb_identity_token_file = /t\n${arn}`,
      `[profile p]\nweb_identity_token_file = /t\n${arn}`,
    ],
    [
      'login',
      '[profile p]\nlogin_session = arn:aws:iam::1:user/k\n',
      '[profile p]\nlogin_session = arn:aws:iam::1:user/k\n',
    ],
    [
      'a role',
      `[profile p]\n${arn}source_profile = q\nexternal_id = e\n[profile q]\n${keys}`,
      `[profile p]\n${arn}source_profile = q\nexternal_id = e\n[profile q]\n${keys}`,
    ],
    [
      'a role over an sso profile',
      `${session}[profile p]\n${arn}source_profile = q\n[profile q]\nsso_session = main\n${sso}`,
      `[profile p]\n${arn}source_profile = q\n[profile q]\nsso_session = main\n${sso}${session}`,
    ],
    [
      'a role of the machine',
      `[profile p]\n${arn}credential_source = Environment\n`,
      `[profile p]\n${arn}credential_source = Environment\n`,
    ],
    ['nothing', '[profile p]\nregion = eu-west-1\n', '[profile p]\nregion = eu-west-1\n'],
  ])('%s', (_kind, config, expected) => {
    expect(given(config, 'p')).toBe(expected);
  });

  it('is read from both files', () => {
    expect(given('[profile p]\nregion = r\n', 'p', `[p]\n${keys}`)).toBe(`[profile p]\nregion = r\n${keys}`);
  });

  it('has no other profile, session or services section', () => {
    const others =
      '[profile other]\nregion = x\n[sso-session other]\nsso_region = x\n[services other]\nsts =\n  endpoint_url = x\n';
    expect(given(`${others}[profile p]\n${keys}${others.replaceAll('other', 'more')}`, 'p')).toBe(
      `[profile p]\n${keys}`,
    );
  });
});

describe('two kinds in one profile: only the one that the AWS CLI uses', () => {
  it.each([
    [
      'sso and keys of the config file',
      `[profile p]\nsso_start_url = u\nsso_region = r\n${sso}${keys}`,
      '',
      `[profile p]\nsso_start_url = u\nsso_region = r\n${sso}`,
    ],
    [
      'process and keys of the config file',
      `[profile p]\ncredential_process = c\n${keys}`,
      '',
      '[profile p]\ncredential_process = c\n',
    ],
    [
      'process, and keys of the credentials file',
      '[profile p]\ncredential_process = c\n',
      `[p]\n${keys}`,
      `[profile p]\n${keys}`,
    ],
    [
      'a role, sso and keys',
      `[profile p]\n${arn}source_profile = q\n${sso}${keys}[profile q]\n${keys}`,
      '',
      `[profile p]\n${arn}source_profile = q\n[profile q]\n${keys}`,
    ],
    [
      'a source without a role',
      `[profile p]\nsource_profile = q\n${keys}[profile q]\n${keys}`,
      '',
      `[profile p]\n${keys}`,
    ],
    [
      'login and process',
      '[profile p]\nlogin_session = l\ncredential_process = c\n',
      '',
      '[profile p]\nlogin_session = l\n',
    ],
  ])('%s', (_what, config, credentials, expected) => {
    expect(given(config, 'p', credentials)).toBe(expected);
  });

  it('a profile that is its own source keeps its keys', () => {
    const config = `[profile p]\n${arn}source_profile = p\n${keys}`;
    expect(given(config, 'p')).toBe(config);
  });
});

describe('names that the SDK cannot read', () => {
  it.each([
    ['plain-1.x', 'plain-1.x'],
    ['with space', 'with%20space'],
    ["it's", 'it%27s'],
    ['a"b', 'a%22b'],
    ['æøå', '%C3%A6%C3%B8%C3%A5'],
    ['a/b@c', 'a%2Fb%40c'],
    ['a]b', 'a%5Db'],
    ['a#b;c', 'a%23b%3Bc'],
    ['(a)*!~', '%28a%29%2A%21%7E'],
    ['100%', '100%25'],
    ['__proto__', '%5F_proto__'],
    ['_x', '%5Fx'],
    ['日本', '%E6%97%A5%E6%9C%AC'],
  ])('%s is told as %s', (name, expected) => {
    expect(sdkName(name)).toBe(expected);
    expect(expected).toMatch(/^[\w\-.%]+$/);
  });

  it('are never the same for two profiles', () => {
    const names = ['a b', 'a%20b', 'a+b', 'a  b', 'A b', 'a\u00A0b', '_p', '%5Fp', '__proto__', 'proto'];
    expect(new Set(names.map(sdkName)).size).toBe(names.length);
  });

  it('are the same in the header and in source_profile', () => {
    const config = `[profile "a b"]\n${arn}source_profile = ø's\n[profile "ø's"]\n${keys}`;
    expect(given(config, 'a b')).toBe(
      `[profile a%20b]\n${arn}source_profile = %C3%B8%27s\n[profile %C3%B8%27s]\n${keys}`,
    );
  });

  it('are the same in the header of a session and in sso_session', () => {
    const portal = 'sso_start_url = https://shop.awsapps.com/start\nsso_region = eu-west-1\n';
    const config = `[sso-session "blå team"]\n${portal}[profile p]\nsso_session = blå team\n${sso}`;
    const name = 'bl%C3%A5%20team';
    expect(given(config, 'p')).toBe(`[profile p]\nsso_session = ${name}\n${sso}[sso-session ${name}]\n${portal}`);
  });
});

describe('properties', () => {
  it.each([
    [
      'sub-properties come last, under their own',
      `[profile p]\ns3 =\n  max_concurrent_requests = 20\n  max_queue_size = 1\nregion = r\n${keys}`,
      `[profile p]\nregion = r\n${keys}s3 =\n  max_concurrent_requests = 20\n  max_queue_size = 1\n`,
    ],
    [
      'services bring their section',
      `[profile p]\nservices = local\n${keys}[services local]\nsts =\n  endpoint_url = http://127.0.0.1:1\nsso =\n  endpoint_url = http://127.0.0.1:2\n`,
      `[profile p]\nservices = local\n${keys}[services local]\nsts =\n  endpoint_url = http://127.0.0.1:1\nsso =\n  endpoint_url = http://127.0.0.1:2\n`,
    ],
    [
      'services that do not exist',
      `[profile p]\nservices = nowhere\n${keys}`,
      `[profile p]\nservices = nowhere\n${keys}[services nowhere]\n`,
    ],
    [
      'endpoint_url of the profile',
      `[profile p]\nendpoint_url = http://x#y\n${keys}`,
      `[profile p]\nendpoint_url = http://x#y\n${keys}`,
    ],
    ['empty values', `[profile p]\nregion =\n${keys}`, `[profile p]\n${keys}`],
    ['keys in another case', '[profile p]\nREGION = r\n', '[profile p]\nregion = r\n'],
    ['comments', '[profile p] # note\n# x\nregion = r # here\n', '[profile p]\nregion = r\n'],
    ['CRLF and BOM', '\uFEFF[profile p]\r\nregion = r\r\n', '[profile p]\nregion = r\n'],
  ])('%s', (_what, config, expected) => {
    expect(given(config, 'p')).toBe(expected);
  });

  it('continuation lines of a value become neither properties nor headers', () => {
    const config = `[profile p]\ncredential_process = a\n  --b\n\n  [profile q]\n  aws_access_key_id = AKIA\n`;
    const text = given(config, 'p');
    expect(text.split('\n').filter((line) => /^\s*(\[|aws_access_key_id)/.test(line))).toEqual(['[profile p]']);
    expect(text).toContain('credential_process = a --b [profile q] aws_access_key_id = AKIA\n');
  });
});

describe('with the SDK and the emulator', () => {
  it('verifies a profile whose header only awsp can parse, in a file with BOM and CRLF', async () => {
    const sandbox = await makeSandbox();
    try {
      const lines = [
        '[profile "with space"] # note',
        'SSO_Session = barnehage',
        'sso_account_id = 123456789012',
        'sso_role_name = AWSPowerUserAccess ; the usual',
        '[profile "rolle \'ø\'"]',
        'role_arn = arn:aws:iam::123456789042:role/Hub',
        'source_profile = nøkler til "lab"',
        '[sso-session barnehage]',
        'sso_start_url = https://barnehage.awsapps.com/start',
        'sso_region = eu-west-1',
        '',
      ];
      sandbox.write('.aws/config', `\uFEFF${lines.join('\r\n')}`);
      sandbox.write(
        '.aws/credentials',
        `[nøkler til "lab"]\r\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\r\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\r\n`,
      );
      for (const [name, account] of [
        ['with space', '123456789012'],
        ["rolle 'ø'", '123456789042'],
        ['nøkler til "lab"', '123456789041'],
      ] as const) {
        const { code, stdout, stderr } = await sandbox.switchVia(['--verify', name]);
        expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(`${name}: account ${account}`) });
        expect(stdout).toContain("export AWSP_STATE='verified'");
      }
    } finally {
      await sandbox.remove();
    }
  });

  it('uses the endpoint of a services section', async () => {
    const sandbox = await makeSandbox();
    try {
      const url = sandbox.env.AWS_ENDPOINT_URL_STS;
      sandbox.write(
        '.aws/config',
        `[profile p]\nendpoint_url = http://127.0.0.1:9\nservices = local\n${keys.replace('= x', '= wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY')}[services local]\nsts =\n  endpoint_url = ${url}\n`,
      );
      const env = { AWS_ENDPOINT_URL_STS: undefined };
      const { stdout, stderr } = await sandbox.switchVia(['p'], { env });
      expect({ stdout, stderr }).toMatchObject({ stdout: expect.stringContaining("AWSP_ACCOUNT_ID='123456789041'") });
    } finally {
      await sandbox.remove();
    }
  });

  it('uses the keys that the AWS CLI uses when the profile has others too', async () => {
    const sandbox = await makeSandbox();
    try {
      const process = `sh -c 'sh "$HOME/.aws/arkiv-credentials.sh"'`;
      sandbox.write(
        '.aws/config',
        `[profile p]\ncredential_process = ${process}\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n`,
      );
      expect((await sandbox.switchVia(['p'])).stdout).toContain("AWSP_ACCOUNT_ID='123456789051'");
    } finally {
      await sandbox.remove();
    }
  });
});
