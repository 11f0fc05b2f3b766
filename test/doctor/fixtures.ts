import type { HomeSetup } from './test-home.ts';

/** A home folder with one problem: its place (`at`, null: in no file), and a part of its message (`says`). */
export interface Fixture extends HomeSetup {
  readonly id: string;
  readonly what: string;
  readonly at: readonly [file: string, line: number | null] | null;
  readonly says: string;
}

const sso = (name: string, more = '') =>
  `[${name}]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n` +
  `sso_account_id = 123456789011\nsso_role_name = Admin\nregion = eu-west-1\n${more}`;
const keys = 'aws_access_key_id = AKIASECRETSECRET\naws_secret_access_key = hunter2hunter2\n';
const config = (text: string) => ({ files: { '.aws/config': text } });
const start = (path: string, text: string) => ({ files: { [path]: text } });
const at = (line: number) => ['.aws/config', line] as const;
const shim = ". 'HOME/awsp/shell/awsp.bash' # awsp\n";

const loginFile = JSON.stringify({
  accessToken: {
    accessKeyId: 'AKIASECRETSECRET',
    secretAccessKey: 'hunter2hunter2',
    sessionToken: 'token',
    accountId: '123456789011',
    expiresAt: '2999-01-01T00:00:00Z',
  },
  clientId: 'c',
  refreshToken: 'r',
  dpopKey: 'k',
  signInRegion: 'eu-west-1',
});

/** At least one for each check, and for each id of a problem in AWS's files. */
export const fixtures: readonly Fixture[] = [
  // this shell
  {
    id: 'blank-profile',
    what: 'a blank AWS_PROFILE',
    env: { AWS_PROFILE: '' },
    at: null,
    says: 'AWS_PROFILE is set, but blank',
  },
  {
    id: 'blank-region',
    what: 'a blank AWS_REGION',
    env: { AWS_REGION: '' },
    at: null,
    says: 'AWS_REGION is set, but blank',
  },
  {
    id: 'path-not-for-all-tools',
    what: 'a path that only some tools expand',
    env: { AWS_CONFIG_FILE: '~/.aws/config' },
    at: null,
    says: 'AWS_CONFIG_FILE is "~/.aws/config", which the AWS CLI and boto3 expand, and Terraform and others do not',
  },
  {
    id: 'unknown-profile',
    what: 'AWS_PROFILE of no profile',
    env: { AWS_PROFILE: 'gone' },
    at: null,
    says: 'AWS_PROFILE is "gone", and there is no such profile',
  },
  {
    id: 'unknown-profile',
    what: 'AWS_DEFAULT_PROFILE of no profile',
    env: { AWS_DEFAULT_PROFILE: 'gone' },
    at: null,
    says: 'AWS_DEFAULT_PROFILE is "gone", and there is no such profile',
  },
  {
    id: 'shadowed',
    what: 'keys in the environment',
    env: { AWS_PROFILE: 'dev', AWS_ACCESS_KEY_ID: 'AKIASECRETSECRET', AWS_SECRET_ACCESS_KEY: 'hunter2hunter2' },
    at: null,
    says: 'not every tool uses "dev" in this shell',
  },
  {
    id: 'identity-without-profile',
    what: 'keys without a profile',
    env: { AWS_ACCESS_KEY_ID: 'AKIASECRETSECRET', AWS_SECRET_ACCESS_KEY: 'hunter2hunter2' },
    at: null,
    says: 'no profile is active, but some tools find credentials, or fail',
  },
  {
    id: 'regions-differ',
    what: 'AWS_REGION alone',
    env: { AWS_PROFILE: 'dev', AWS_REGION: 'eu-north-1' },
    at: null,
    says: 'tools go to different regions: eu-north-1 and eu-west-1',
  },
  {
    id: 'other-tool-active',
    what: 'a shell of aws-vault',
    env: { AWS_VAULT: 'dev' },
    at: null,
    says: "AWS_VAULT is set: a shell of aws-vault: its keys are this shell's identity",
  },

  // start files
  ...(
    [
      ['.bashrc', '# mine\nexport AWS_PROFILE=dev\n', 2, 'AWS_PROFILE'],
      ['.bash_profile', 'export X=1 AWS_DEFAULT_PROFILE="dev"\n', 1, 'AWS_DEFAULT_PROFILE'],
      ['.profile', '\n\nAWS_ACCESS_KEY_ID=AKIASECRETSECRET; export AWS_ACCESS_KEY_ID\n', 3, 'AWS_ACCESS_KEY_ID'],
      ['.zshrc', '[[ -o login ]] || export AWS_PROFILE=dev # mine\n', 1, 'AWS_PROFILE'],
      ['.zshenv', 'typeset -gx AWS_PROFILE=dev\n', 1, 'AWS_PROFILE'],
      ['.zprofile', 'if true; then export AWS_PROFILE=dev; fi\n', 1, 'AWS_PROFILE'],
      ['.config/fish/config.fish', 'set -gx AWS_PROFILE dev\n', 1, 'AWS_PROFILE'],
      ['.config/fish/conf.d/aws.fish', '\nset --global --export AWS_PROFILE dev\n', 2, 'AWS_PROFILE'],
      ['.config/nushell/config.nu', '\n$env.AWS_PROFILE = "dev"\n', 2, 'AWS_PROFILE'],
      ['Library/Application Support/nushell/env.nu', '\n$env.AWS_PROFILE = "dev"\n', 2, 'AWS_PROFILE'],
      ['.config/fish/fish_variables', '# VERSION: 3.0\nSETUVAR --export AWS_PROFILE:dev\n', 2, 'AWS_PROFILE'],
      ['.pam_environment', 'AWS_PROFILE DEFAULT=dev\n', 1, 'AWS_PROFILE'],
      ['.config/environment.d/aws.conf', '# mine\nAWS_PROFILE=dev\n', 2, 'AWS_PROFILE'],
      ['.bashrc', 'export AWS_WEB_IDENTITY_TOKEN_FILE=/token\n', 1, 'AWS_WEB_IDENTITY_TOKEN_FILE'],
    ] as const
  ).map(
    ([path, text, line, name]): Fixture => ({
      id: 'set-in-start-file',
      what: `${name} in ~/${path}`,
      ...start(path, text),
      at: [path, line],
      says: `${name} is set for every new shell`,
    }),
  ),
  {
    id: 'set-in-start-file',
    what: 'AWS_PROFILE in a file that start files read, each the other too',
    files: {
      '.bashrc': 'if [ -f ~/.bash_aliases ]; then . ~/.bash_aliases; fi\n',
      '.bash_aliases': '. ~/.bashrc\nsource ~/.work\n',
      '.work': 'export AWS_PROFILE=dev\n',
    },
    at: ['.work', 1],
    says: 'AWS_PROFILE is set for every new shell',
  },
  ...['.zshenv', 'zsh/.zshrc'].map(
    (path): Fixture => ({
      id: 'set-in-start-file',
      what: `AWS_PROFILE in ${path}, with ZDOTDIR`,
      ...start(path, 'export AWS_PROFILE=dev\n'),
      env: { ZDOTDIR: 'HOME/zsh' },
      at: [path, 1],
      says: 'AWS_PROFILE is set for every new shell',
    }),
  ),
  ...(
    [
      ['mise.toml', '[tools]\nnode = "22"\n[env]\nAWS_PROFILE = "dev"\n', 4],
      ['project/.mise.toml', 'env.AWS_PROFILE = "dev"\n', 1],
      ['project/mise.local.toml', 'env = { X = "1", AWS_PROFILE = "dev" }\n', 1],
    ] as const
  ).map(
    ([path, text, line]): Fixture => ({
      id: 'set-in-start-file',
      what: `AWS_PROFILE in ${path}`,
      ...start(path, text),
      at: [path, line],
      says: 'AWS_PROFILE is set for every shell in this folder',
    }),
  ),
  ...(
    [
      ['.bashrc', '\nexport AWS_REGION=eu-north-1\n', 'AWS_REGION'],
      ['.config/fish/config.fish', '\nset -gx AWS_DEFAULT_REGION eu-north-1\n', 'AWS_DEFAULT_REGION'],
    ] as const
  ).map(
    ([path, text, name]): Fixture => ({
      id: 'region-in-start-file',
      what: `${name} in ~/${path}`,
      ...start(path, text),
      at: [path, 2],
      says: `${name} is set for every new shell`,
    }),
  ),
  {
    id: 'config-file-in-start-file',
    what: 'AWS_CONFIG_FILE in ~/.zshrc',
    ...start('.zshrc', '\nexport AWS_CONFIG_FILE=~/.aws/config\n'),
    at: ['.zshrc', 2],
    says: 'AWS_CONFIG_FILE is set for every new shell',
  },
  {
    id: 'set-in-start-file',
    what: 'AWS_PROFILE in the .envrc of a folder above',
    ...start('.envrc', 'export AWS_PROFILE=dev\n'),
    at: ['.envrc', 1],
    says: 'AWS_PROFILE is set for every shell in this folder',
  },
  {
    id: 'set-in-start-file',
    what: "AWS_PROFILE in the folder's .envrc",
    ...start('project/.envrc', 'export AWS_PROFILE=dev\n'),
    at: ['project/.envrc', 1],
    says: 'AWS_PROFILE is set for every shell in this folder',
  },
  ...(
    [
      ['.bashrc', 'alias assume="source /usr/bin/assume"\n', 1, 'granted hooks into bash'],
      ['.config/fish/config.fish', '\nalias assume="source /usr/bin/assume.fish"\n', 2, 'granted hooks into fish'],
      ['.zshrc', "alias aws='aws-vault exec dev -- aws'\n", 1, 'aws-vault hooks into zsh'],
      ['.bashrc', 'alias awsume=". awsume"\n', 1, 'awsume hooks into bash'],
      ['.zshrc', '# mine\nplugins=(\n  git\n  aws # mine\n)\n', 4, "ohmyzsh's aws plugin hooks into zsh"],
      ['.zshrc', 'plugins=(git aws)\n', 1, "ohmyzsh's aws plugin hooks into zsh"],
      ['.zshrc', 'zinit snippet OMZP::aws\n', 1, "ohmyzsh's aws plugin hooks into zsh"],
      ['.zshrc', 'antigen bundle aws\n', 1, "ohmyzsh's aws plugin hooks into zsh"],
      ['.zshrc', '. $ZSH/plugins/aws/aws.plugin.zsh\n', 1, "ohmyzsh's aws plugin hooks into zsh"],
      ['.bash_profile', '# BEGIN_AWS_SSO_CLI\n', 1, 'aws-sso-cli hooks into bash'],
      ['.bashrc', 'alias awsp="source _awsp"\n', 1, 'another awsp hooks into bash'],
      ['.bashrc', `${shim}alias awsp="source _awsp"\n`, 2, 'another awsp hooks into bash'],
    ] as const
  ).map(
    ([path, text, line, says]): Fixture => ({
      id: 'other-tool-hook',
      what: says,
      ...start(path, text),
      at: [path, line],
      says,
    }),
  ),
  {
    id: 'awsp-loaded-twice',
    what: 'awsp in one file twice',
    ...start('.bashrc', `${shim}export X=1\n${shim}`),
    at: ['.bashrc', 1],
    says: 'awsp is loaded into bash here, and again further on',
  },
  {
    id: 'awsp-loaded-twice',
    what: 'awsp in two files of which one reads the other',
    files: { '.bash_profile': `. ~/.bashrc\n${shim}`, '.bashrc': shim },
    at: ['.bash_profile', 2],
    says: 'awsp is loaded into bash here, and again further on',
  },
  {
    id: 'awsp-loaded-twice',
    what: 'awsp in two files of zsh',
    files: {
      '.zprofile': 'source ~/awsp/shell/awsp.zsh\n',
      '.zshrc': 'source "$HOME/awsp/shell/awsp.zsh"\n'.replace('HOME', 'H\u004fME'),
    },
    at: ['.zprofile', 1],
    says: 'awsp is loaded into zsh here, and again further on',
  },
  {
    id: 'awsp-loaded-twice',
    what: 'awsp in a file of bash and in one that it reads',
    files: { '.bashrc': `. ~/.bash_aliases\n${shim}`, '.bash_aliases': `\n${shim}` },
    at: ['.bash_aliases', 2],
    says: 'awsp is loaded into bash here, and again further on',
  },
  {
    id: 'awsp-loaded-twice',
    what: 'awsp twice in a file of nushell',
    ...start(
      '.config/nushell/config.nu',
      "source '~/awsp/shell/awsp.nu' # first\n\nsource ~/awsp/shell/awsp.nu # again\n",
    ),
    at: ['.config/nushell/config.nu', 1],
    says: 'awsp is loaded into nu here, and again further on',
  },
  {
    id: 'awsp-is-gone',
    what: 'an installation that was removed',
    ...start('.zshrc', "\n. '/nowhere/shell/awsp.zsh' # awsp\n"),
    at: ['.zshrc', 2],
    says: 'the line loads "/nowhere/shell/awsp.zsh", which is not there',
  },

  // names
  {
    id: 'quoted-name',
    what: 'a profile in quotes',
    ...config(sso('profile "dev"')),
    at: at(1),
    says: 'the name is in quotes, and needs none',
  },
  {
    id: 'quoted-name',
    what: 'a session header in quotes',
    ...config(`[sso-session 'corp']\nsso_start_url = https://a.awsapps.com/start\nsso_region = eu-west-1\n`),
    at: at(1),
    says: "[sso-session 'corp']: the name is in quotes, and needs none",
  },
  {
    id: 'quoted-session',
    what: 'a session whose name is in quotes in a profile',
    ...config(
      '[sso-session corp]\nsso_start_url = https://a.awsapps.com/start\nsso_region = eu-west-1\n' +
        '[profile dev]\nsso_session = "corp"\nsso_account_id = 123456789011\nsso_role_name = Admin\nregion = eu-west-1\n',
    ),
    at: at(5),
    says: 'profile "dev": sso_session is in quotes',
  },
  {
    id: 'name-not-for-all-tools',
    what: 'a name with a space',
    ...config(sso('profile "a b"')),
    at: at(1),
    says: '[profile "a b"]: the name has characters that some tools do not take',
  },
  {
    id: 'name-not-for-all-tools',
    what: 'a name with other letters',
    ...config(`\n${sso('profile blå')}`),
    at: at(2),
    says: '[profile blå]: the name has characters that some tools do not take',
  },
  {
    id: 'name-not-for-all-tools',
    what: 'two blanks before a name',
    ...config(sso('profile  dev')),
    at: at(1),
    says: '[profile  dev]: the header has blanks that some tools do not take',
  },

  // profiles
  {
    id: 'default-with-credentials',
    what: 'a default profile with credentials',
    ...config(sso('default')),
    at: at(2),
    says: '[default] has credentials',
  },
  {
    id: 'long-lived-keys',
    what: 'keys in the credentials file',
    files: { '.aws/config': '[profile kari]\nregion = eu-west-1\n', '.aws/credentials': `[kari]\n${keys}` },
    at: ['.aws/credentials', 2],
    says: 'profile "kari" has access keys that do not expire',
  },
  {
    id: 'same-account-and-role',
    what: 'two profiles of one role',
    ...config(sso('profile a') + sso('profile b')),
    at: at(7),
    says: 'profile "b" is the same account and role as "a"',
  },
  {
    id: 'same-account-and-role',
    what: 'two profiles of one role in two regions, which is a note',
    ...config(sso('profile a') + sso('profile b').replace(/region = eu-west-1\n$/, 'region = eu-north-1\n')),
    at: at(7),
    says: 'profile "b" is the same account and role as "a", in another region',
  },
  {
    id: 'no-region',
    what: 'no region',
    ...config(sso('profile a').replace(/region = eu-west-1\n$/, '')),
    at: at(1),
    says: 'profile "a" has no region',
  },
  {
    id: 'sso-regions-differ',
    what: 'a portal in two regions',
    ...config(
      '[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start/\nsso_region = eu-north-1\n' +
        '[profile b]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\nregion = eu-west-1\n' +
        sso('profile a'),
    ),
    at: at(11),
    says: 'sso_region of https://corp.awsapps.com/start is "eu-west-1" here, and "eu-north-1" elsewhere',
  },
  {
    id: 'readable-by-others',
    what: 'a config file for all to read',
    modes: { '.aws/config': 0o644 },
    at: ['.aws/config', null],
    says: 'the mode of the file is 644: others on this machine may read it',
  },
  {
    id: 'readable-by-others',
    what: 'a token for all to change',
    files: { '.aws/sso/cache/0123.json': '{}' },
    modes: { '.aws/sso/cache/0123.json': 0o666 },
    at: ['.aws/sso/cache/0123.json', null],
    says: 'the mode of the file is 666: others on this machine may change it',
  },

  {
    id: 'readable-by-others',
    what: 'a token of aws login for all to read',
    files: { '.aws/login/cache/0123.json': '{}' },
    modes: { '.aws/login/cache/0123.json': 0o644 },
    at: ['.aws/login/cache/0123.json', null],
    says: 'the mode of the file is 644: others on this machine may read it',
  },

  ...(
    [
      ['of the profile', 'us-east-2', {}, 3],
      ['of the shell', 'eu-west-1', { AWS_REGION: 'us-east-2' }, 2],
    ] as const
  ).map(
    ([whose, region, env, line]): Fixture => ({
      id: 'login-region',
      what: `a sign-in by aws login in another region than that ${whose}`,
      files: {
        '.aws/config': `[profile login]\nlogin_session = arn:aws:iam::123456789011:user/x\nregion = ${region}\n`,
        // sha256 of the login_session, by sha256sum
        '.aws/login/cache/24eb76f0845487d17d050d04e10b5d3253a4a5a962be0081456b3382332f9e27.json': loginFile,
      },
      env,
      at: at(line),
      says: `profile "login" is signed in in eu-west-1, and AWS's tools use it in us-east-2`,
    }),
  ),
  {
    id: 'start-urls-differ',
    what: 'a portal that is written in two ways',
    ...config(
      sso('profile a') +
        sso('profile b')
          .replace('/start\n', '/start#/\n')
          .replace('123456789011', '123456789012')
          .replace('Admin', 'Other'),
    ),
    at: at(8),
    says: 'the start URL is "https://corp.awsapps.com/start#/" here, and "https://corp.awsapps.com/start" elsewhere',
  },

  // what is named, and may not exist
  ...(['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_CA_BUNDLE', 'REQUESTS_CA_BUNDLE'] as const).map(
    (name): Fixture => ({
      id: 'no-such-file',
      what: `${name} of no file`,
      env: { [name]: 'HOME/nope' },
      at: null,
      says: `${name} is "`,
    }),
  ),
  ...['ca_bundle = missing.pem', 'web_identity_token_file = ~/token', 'ca_bundle = ~/a/missing.pem'].map(
    (written): Fixture => ({
      id: 'no-such-file',
      what: `${written}, which is no file`,
      ...config(sso('profile a', `${written}\n`)),
      at: at(7),
      says: `${written.replace(' = ', ' is "')}", and there is no such file`,
    }),
  ),
  ...(
    [
      ['get-keys --for dev', 'get-keys', 'get-keys'],
      ['"get keys" --for dev', 'get keys', 'get keys'],
      ['/opt/x/get.sh', '/opt/x/get.sh', 'opt/x/get.sh'],
      ["'/opt/x y/get.sh' a", '/opt/x y/get.sh', 'opt/x y/get.sh'],
      ['source keys.sh', 'source', 'source'],
      ['KEY=1 get-keys', 'KEY=1', 'KEY=1'],
    ] as const
  ).map(
    ([command, program, missing]): Fixture => ({
      id: 'no-such-program',
      what: `credential_process = ${command}`,
      ...config(`[profile a]\ncredential_process = ${command}\nregion = eu-west-1\n`),
      missing: [missing],
      at: at(2),
      says: `profile "a": credential_process runs "${program}", and there is no such program`,
    }),
  ),
  ...(
    [
      ['eu-west2', 'eu-west-2'],
      ['eu-west-1a', 'eu-west-1'],
      ['EU-WEST-1', 'eu-west-1'],
      ['eu_west_1', 'eu-west-1'],
      ['eu-west-9', null],
    ] as const
  ).flatMap(([written, meant]): Fixture[] => {
    const message = `is "${written}"${written === 'eu-west-1a' ? ', an availability zone' : ''}: awsp knows no such region`;
    const what = `${written}, which is ${meant === null ? 'not known' : `meant to be ${meant}`}`;
    return [
      {
        id: 'no-such-region',
        what: `region = ${what}`,
        ...config(sso('profile a').replace('\nregion = eu-west-1', `\nregion = ${written}`)),
        at: at(6),
        says: `profile "a": region ${message}`,
      },
      {
        id: 'no-such-region',
        what: `sso_region = ${what}`,
        ...config(`[sso-session s]\nsso_start_url = https://a.awsapps.com/start\nsso_region = ${written}\n`),
        at: at(3),
        says: `[sso-session s]: sso_region ${message}`,
      },
      ...['AWS_REGION', 'AWS_DEFAULT_REGION'].map((name) => ({
        id: 'no-such-region',
        what: `${name}=${what}`,
        env: { [name]: written },
        at: null,
        says: `${name} ${message}`,
      })),
    ];
  }),
  {
    id: 'quoted-value',
    what: 'a region in quotes',
    ...config(sso('profile a').replace(/region = eu-west-1\n$/, 'region = "eu-west-1"\n')),
    at: at(6),
    says: 'profile "a": the value of region is in quotes',
  },
  {
    id: 'mfa-without-role',
    what: 'mfa_serial beside keys',
    files: {
      '.aws/credentials': `[kari]\n${keys}mfa_serial = arn:aws:iam::123456789012:mfa/kari\nregion = eu-west-1\n`,
    },
    at: ['.aws/credentials', 4],
    says: 'profile "kari" has mfa_serial without role_arn',
  },
  {
    id: 'alias-without-profile',
    what: 'an alias of no profile',
    ...start('.config/awsp/config', '[alias]\nd = dev\np = prod\n'),
    at: ['.config/awsp/config', 3],
    says: 'the alias "p" means "prod", and there is no such profile',
  },
  {
    id: 'pin-without-profile',
    what: 'a pin that no profile matches',
    ...start('.config/awsp/config', '[pin]\nde* = 123456789011\n*-prod = 123456789012\n'),
    at: ['.config/awsp/config', 3],
    says: 'no profile has a name that "*-prod" matches',
  },
  {
    id: 'pin-without-profile',
    what: 'a trusted .awsp file of no profile',
    files: {
      'project/.awsp': 'profile = gone\n',
      '.local/state/awsp/allowedHOME/project/.awsp': 'profile gone\nprofile = gone\n',
    },
    at: ['project/.awsp', null],
    says: 'there is no profile "gone"',
  },
  {
    id: 'kubeconfig-profile',
    what: 'a kubeconfig with a profile in its env',
    ...start(
      '.kube/config',
      'users:\n- name: eks\n  user:\n    exec:\n      env:\n      - name: AWS_PROFILE\n        value: shop-prod\n',
    ),
    at: ['.kube/config', 7],
    says: 'kubectl uses the profile "shop-prod" here, which is production, and there is no such profile',
  },
  {
    id: 'kubeconfig-profile',
    what: 'a kubeconfig of KUBECONFIG with a profile in its args',
    files: { 'a/kube': '', 'b/kube': 'users: [{user: {exec: {command: aws,\n  args: ["--profile", "dev"]}}}]\n' },
    env: { KUBECONFIG: 'HOME/a/kube:HOME/none::HOME/b/kube' },
    at: ['b/kube', 2],
    says: 'kubectl uses the profile "dev" here',
  },
  ...['.aws', '.aws/config', '.aws/cli', '.aws/sso/cache', '.aws/cli/cache/0.json'].map(
    (path): Fixture => ({
      id: 'belongs-to-other-user',
      what: `~/${path} of root`,
      files: { '.aws/sso/cache/0.json': '{}', '.aws/cli/cache/0.json': '{}' },
      owners: { [path]: 'root' },
      at: [path, null],
      says: 'it belongs to root',
    }),
  ),
  ...[
    '.aws/sso/cache/tmp1x2.tmp',
    '.aws/sso/cache/0123.json.mh5k2f9aq1w2e3',
    '.aws/config.awsp-host.12.ab1',
    '.cache/awsp/verified.json.mh5k2f9aq1w2e3',
  ].map(
    (path): Fixture => ({
      id: 'temporary-file',
      what: `~/${path}`,
      ...start(path, '{"accessToken": "hunter2hunter2"}'),
      at: [path, null],
      says: 'a temporary file was left behind',
    }),
  ),

  {
    id: 'temporary-file',
    what: 'the folder of aws login, by its variable',
    ...start('logins/0123.json.mh5k2f9aq1w2e3', '{"accessToken": "hunter2hunter2"}'),
    env: { AWS_LOGIN_CACHE_DIRECTORY: '~/logins' },
    at: ['logins/0123.json.mh5k2f9aq1w2e3', null],
    says: 'a temporary file was left behind',
  },

  // awsp, and what it works beside
  {
    id: 'awsp-not-loaded',
    what: 'a shell without awsp',
    env: { AWSP_SHIM: '' },
    at: null,
    says: 'no start file loads awsp',
  },
  {
    id: 'awsp-not-loaded',
    what: 'a shell from before the installation',
    env: { AWSP_SHIM: '' },
    ...start('.bashrc', `\n${shim}`),
    at: ['.bashrc', 2],
    says: 'this shell has not loaded awsp, though this line does so for new ones',
  },
  {
    id: 'awsp-is-older',
    what: 'a shell from before an update',
    env: { AWSP_SHIM: 'zsh 0.0.0-old' },
    at: null,
    says: 'this shell has loaded awsp 0.0.0-old, and the program is 0.0.0-test',
  },
  {
    id: 'prompt-not-shown',
    what: 'a framework that replaced PROMPT_COMMAND',
    env: { AWSP_SHIM: 'bash 0.0.0-test unseen' },
    ...start('.bashrc', `\n${shim}`),
    at: ['.bashrc', 2],
    says: 'the prompt of this shell does not show the profile',
  },
  {
    id: 'node-too-old',
    what: 'an old Node',
    nodeVersion: '20.18.3',
    at: null,
    says: 'node is 20.18.3, and awsp needs 20.19.0 or later',
  },
  {
    id: 'aws-cli-too-old',
    what: 'an old AWS CLI',
    aws: 'aws-cli/2.8.12 Python/3.9',
    at: null,
    says: 'the AWS CLI is 2.8.12, and does not support sso_session',
  },
  {
    id: 'aws-cli-too-old',
    what: 'an AWS CLI without aws login',
    ...config('[profile a]\nlogin_session = arn:aws:iam::123456789041:user/kari\nregion = eu-west-1\n'),
    aws: 'aws-cli/2.31.9 Python/3.9',
    at: null,
    says: 'the AWS CLI is 2.31.9, and does not support login_session',
  },
  {
    id: 'settings',
    what: 'a bad setting',
    ...start('.config/awsp/config', '[verify]\ntimeout = soon\n'),
    at: ['.config/awsp/config', 2],
    says: '"timeout = soon" is not a value such as 5s',
  },

  // problems in AWS's files
  {
    id: 'bad-line',
    what: 'a line that is not a property',
    ...config(sso('profile a', 'what is this\n')),
    at: at(7),
    says: 'the line is not "name = value"',
  },
  {
    id: 'repeated-key',
    what: 'a key twice',
    ...config(sso('profile a', 'region = x\n')),
    at: at(7),
    says: '"region" is set twice in this section',
  },
  {
    id: 'repeated-section',
    what: 'a section twice',
    ...config(`${sso('profile a')}[profile a]\noutput = json\n`),
    at: at(7),
    says: '[profile a]: the section is defined twice',
  },
  {
    id: 'before-sections',
    what: 'a line before all sections',
    ...config(`region = x\n${sso('profile a')}`),
    at: at(1),
    says: 'the line stands before the first section',
  },
  {
    id: 'bad-header',
    what: 'a header that is not closed',
    ...config(`${sso('profile a')}[profile b\n`),
    at: at(7),
    says: 'the section header has no "]", so the lines under it are ignored',
  },
  {
    id: 'byte-order-mark',
    what: 'a byte order mark',
    ...config(`\ufeff${sso('profile a')}`),
    at: at(1),
    says: 'the file begins with a byte order mark',
  },
  {
    id: 'encoding',
    what: 'a NUL character',
    ...config(sso('profile a', 'output = a\0b\n')),
    at: at(7),
    says: 'the line has a NUL character',
  },
  {
    id: 'colon',
    what: 'a colon',
    ...config(sso('profile a', 'output: json\n')),
    at: at(7),
    says: '"output" is followed by ":"',
  },
  {
    id: 'indentation',
    what: 'an indented property',
    ...config(sso('profile a', '  output = json\n')),
    at: at(7),
    says: 'the line is indented and so continues the value of "region"',
  },
  {
    id: 'inline-comment',
    what: 'a comment after a value',
    ...config(sso('profile a', 'output = json # mine\n')),
    at: at(7),
    says: 'the comment after the value of "output" is part of the value for the AWS CLI and boto3',
  },
  {
    id: 'upper-case',
    what: 'a property in capital letters',
    ...config(sso('profile a', 'OUTPUT = json\n')),
    at: at(7),
    says: '"OUTPUT" has capital letters, in which the AWS SDKs for JavaScript and Java do not know it',
  },
  {
    id: 'bad-name',
    what: 'a name with an escape',
    ...config(sso('profile a\x1b')),
    at: at(1),
    says: 'the name has a control character',
  },
  {
    id: 'default-section',
    what: "configparser's own section",
    ...config('[DEFAULT]\nregion = x\n'),
    at: at(1),
    says: 'defaults for all sections',
  },
  {
    id: 'two-defaults',
    what: '[profile default] beside [default]',
    ...config('[default]\nregion = x\n[profile default]\nregion = y\n'),
    at: at(1),
    says: 'the AWS SDKs ignore it, because there is [profile default]',
  },
  {
    id: 'plugin',
    what: 'a plugin of the AWS CLI',
    ...config('[plugins]\nx = no_such_module\n'),
    at: at(2),
    says: 'the AWS CLI v1 loads the plugin "no_such_module"',
  },
  {
    id: 'no-prefix',
    what: 'a profile without its prefix',
    ...config(sso('a')),
    at: at(1),
    says: '[a] is not a profile in this file: write [profile a]',
  },
  {
    id: 'dangling',
    what: 'a source that is not there',
    ...config('[profile a]\nrole_arn = arn:aws:iam::123456789012:role/X\nsource_profile = gone\nregion = x\n'),
    at: at(3),
    says: 'source_profile "gone" does not exist',
  },
  {
    id: 'dangling',
    what: 'a session that is not there',
    ...config('[profile a]\nsso_session = gone\nsso_account_id = 123456789011\nsso_role_name = Admin\nregion = x\n'),
    at: at(2),
    says: '[sso-session gone] does not exist',
  },
  {
    id: 'dangling',
    what: 'a source without credentials',
    ...config(
      '[profile a]\nrole_arn = arn:aws:iam::123456789012:role/X\nsource_profile = b\nregion = x\n[profile b]\nregion = x\n',
    ),
    at: at(3),
    says: 'source_profile "b" has no credentials',
  },
  {
    id: 'cycle',
    what: 'sources in a circle',
    ...config(
      ['a b', 'b a']
        .map((pair) => pair.split(' '))
        .map(
          ([name, source]) =>
            `[profile ${name}]\nrole_arn = arn:aws:iam::123456789012:role/${name}\nsource_profile = ${source}\nregion = x\n`,
        )
        .join(''),
    ),
    at: at(7),
    says: 'source_profile goes round in a circle: "a" -> "b" -> "a"',
  },
  {
    id: 'two-ways',
    what: 'a profile with two kinds of credentials',
    ...config(
      sso(
        'profile a',
        'credential_process = x\naws_access_key_id = AKIASECRETSECRET\naws_session_token = hunter2hunter2\naws_secret_access_key = hunter2hunter2\n',
      ),
    ),
    at: at(1),
    says: 'the AWS CLI and boto3 use the SSO sign-in, the AWS SDK for JavaScript uses the access keys',
  },
  {
    id: 'sso-differs',
    what: 'a profile that contradicts its session',
    ...config(
      `[sso-session s]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-north-1\n${sso('profile a').replace('[profile a]\n', '[profile a]\nsso_session = s\n')}`,
    ),
    at: at(7),
    says: 'sso_region differs from that of [sso-session s]',
  },
  {
    id: 'incomplete',
    what: 'an SSO profile without a role',
    ...config(sso('profile a').replace('sso_role_name = Admin\n', '')),
    at: at(1),
    says: 'sso_role_name is missing',
  },
  {
    id: 'misspelt',
    what: 'a misspelt property',
    ...config(sso('profile a').replace('sso_region', 'sso_regoin')),
    at: at(3),
    says: '[profile a]: AWS\'s tools know no property "sso_regoin"',
  },
  {
    id: 'not-usable',
    what: 'a role by keys in the environment',
    ...config(
      '[profile a]\nrole_arn = arn:aws:iam::123456789012:role/X\ncredential_source = Environment\nregion = eu-west-1\n',
    ),
    at: at(3),
    says: 'credential_source = Environment takes access keys from variables',
  },
  {
    id: 'bad-value',
    what: 'an account id of five digits',
    ...config(sso('profile a').replace('123456789011', '12345')),
    at: at(4),
    says: 'sso_account_id is not 12 digits',
  },
  {
    id: 'empty-variable',
    what: 'a blank AWS_CONFIG_FILE',
    env: { AWS_CONFIG_FILE: '' },
    at: ['~/.aws/config', null],
    says: 'AWS_CONFIG_FILE is empty',
  },
  {
    id: 'unreadable',
    what: 'a folder in place of a file',
    files: { '.aws/config': sso('profile a'), '.aws/credentials/x': '' },
    at: ['.aws/credentials', null],
    says: 'cannot be read: is a folder',
  },
];
