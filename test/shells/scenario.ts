// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the shells'
import type { Fault } from '../../src/emulator/faults.ts';
import type { CodeShellName } from '../../src/environment/shells.ts';

export const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';
export const test = 'barnehageplass-test-AWSPowerUserAccess-123456789012';
const prodReader = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';
const kart = 'kart-stage-AWSReadOnlyAccess-123456789031';
export const builder = 'sandkasse-lab-Builder-123456789041';
export const hub = 'sandkasse-lab-Hub-123456789042';

/**
 * Words that the scripts of all three shells may use beside what they have in common: `unset NAME`, and `dump FILE`,
 * which writes all that the shell can tell of its own state.
 */
export const vocabulary: Readonly<Record<CodeShellName, string>> = {
  bash: 'dump() { { declare -p; declare -f; shopt -p; set +o; trap; alias; umask; pwd; } >"$HOME/$1" 2>&1; env -0 >"$HOME/$1.env"; }',
  zsh: 'dump() { { typeset -p; typeset -f; setopt; trap; alias -L; umask; pwd; } >"$HOME/$1" 2>&1; env -0 >"$HOME/$1.env"; }',
  fish: [
    'function unset; set -e $argv; end',
    'function dump',
    '  begin; set --show; functions --all --names; umask; pwd; end >"$HOME/$argv[1]" 2>&1',
    '  env -0 >"$HOME/$argv[1].env"',
    'end',
  ].join('\n'),
};

/** What a shell itself changes from one command to the next. */
export const volatile =
  /^(?:declare \S+ |typeset (?:\S+ )*|\$)(?:_|RANDOM|SRANDOM|SECONDS|LINENO|EPOCH\w+|BASH_(?:ARG[CV]|LINENO|COMMAND)|PIPESTATUS|pipestatus|status|argv|CMD_DURATION|status_generation)\b/;

export interface Scenario {
  readonly title: string;
  /**
   * In what bash, zsh and fish have in common. STATUS stands for the status of the last command, SHELL for the shell's
   * name; `see NAME…` is a program that prints what it finds in its environment.
   */
  readonly script: string;
  /** It is about the process of awsp too: in bash it runs with the real program. */
  readonly isOfProcess?: true;
  /** Set before the shell starts. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written into the home folder, by path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly faults?: readonly Fault[];
  readonly stdout: string;
  /** What stderr holds, in this order; nothing at all where it is empty. */
  readonly stderr: readonly string[];
}

const lines = (...all: string[]) => all.map((line) => `${line}\n`).join('');
const unset = (...names: string[]) => names.map((name) => `${name} is unset`);
/** Writes HOME, URL and FACTS for the home folder, the emulator and the fingerprint of both, which are others in each run. */
const places = 'sed "s,$HOME,HOME,g; s,$AWS_ENDPOINT_URL_STS,URL,g; s,seen/[0-9a-z][0-9a-z]*,seen/FACTS,"';
/** The end of AWSP_FILES: the endpoints of all services, STS, SSO, SSO OIDC and sign-in, and whether they are ignored. */
const emulated = ':URL:URL:URL:URL:';
const ok = (profile: string) => `awsp: ${profile}: account `;
const keyNames = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;
const exportKeys = keyNames.map((name) => `export ${name}=stale`).join('\n');
const stale =
  'awsp: cleared AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, which would stand in for a profile';

export const scenarios: readonly Scenario[] = [
  {
    title: 'a fragment switches the shell, and AWS confirms it',
    isOfProcess: true,
    script: 'awsp dev; echo STATUS; see AWS_PROFILE; awsp current --json | grep -e accountId -e state',
    stdout: lines('0', `AWS_PROFILE=${dev}`, '  "accountId": "123456789011",', '  "state": "verified",'),
    stderr: [`awsp: ${dev}: account 123456789011, AWSAdministratorAccess, eu-west-1\n`],
  },
  {
    title: 'programs that the shell starts are told the facts for their prompts',
    script: `awsp prod readonly; see AWSP_PROFILE AWSP_ACCOUNT_ID AWSP_ROLE AWSP_STATE AWSP_LEVEL AWSP_FILES AWSP_SEEN AWSP_FOLDER AWSP_ENDPOINT AWSP_PREVIOUS | ${places}`,
    stdout: lines(
      `AWSP_PROFILE=${prodReader}`,
      'AWSP_ACCOUNT_ID=123456789013',
      'AWSP_ROLE=AWSReadOnlyAccess',
      'AWSP_STATE=verified',
      'AWSP_LEVEL=production',
      `AWSP_FILES=HOME:::${emulated}`,
      'AWSP_SEEN=HOME/.local/state/awsp/seen/FACTS',
      'AWSP_FOLDER is unset',
      // The emulator's are no other servers: AWSP_EMULATOR names it.
      'AWSP_ENDPOINT is unset',
      'AWSP_PREVIOUS is unset',
    ),
    stderr: [`awsp: warning: ${prodReader}: account 123456789013, AWSReadOnlyAccess, eu-north-1, PRODUCTION\n`],
  },
  {
    title: 'there and back, and there again',
    script: 'awsp dev; awsp builder; awsp -; see AWS_PROFILE AWSP_PREVIOUS; awsp -; see AWS_PROFILE AWSP_PREVIOUS',
    stdout: lines(`AWS_PROFILE=${dev}`, `AWSP_PREVIOUS=${builder}`, `AWS_PROFILE=${builder}`, `AWSP_PREVIOUS=${dev}`),
    stderr: [ok(dev), ok(builder), ok(dev), ok(builder)],
  },
  {
    title: 'back from no profile',
    script:
      'awsp dev; awsp --unset; echo STATUS; see AWS_PROFILE AWSP_PROFILE AWSP_ACCOUNT_ID; awsp -; see AWS_PROFILE',
    stdout: lines('0', ...unset('AWS_PROFILE', 'AWSP_PROFILE', 'AWSP_ACCOUNT_ID'), `AWS_PROFILE=${dev}`),
    stderr: [ok(dev), 'awsp: no profile\n', ok(dev)],
  },
  {
    title: 'no profile: nothing is left that would stand in for one',
    script: lines(
      'awsp builder',
      'export AWS_DEFAULT_PROFILE=old',
      exportKeys,
      'awsp -u',
      `see AWS_PROFILE AWS_DEFAULT_PROFILE ${keyNames.join(' ')}`,
    ),
    stdout: lines(...unset('AWS_PROFILE', 'AWS_DEFAULT_PROFILE', ...keyNames)),
    stderr: [ok(builder), 'awsp: no profile\n', 'awsp: cleared AWS_DEFAULT_PROFILE, AWS_ACCESS_KEY_ID'],
  },
  {
    title: 'old keys do not stay behind the new profile',
    script: lines(exportKeys, 'awsp dev', `see ${keyNames.join(' ')}`, 'awsp current --json | grep -A1 shadowedBy'),
    stdout: lines(...unset(...keyNames), '  "shadowedBy": []', '}'),
    stderr: [ok(dev), stale],
  },
  {
    title: 'a region that awsp set goes with the next switch',
    script:
      'awsp dev --region eu-north-1; see AWS_REGION AWS_DEFAULT_REGION; awsp builder; see AWS_REGION AWS_DEFAULT_REGION',
    stdout: lines(
      'AWS_REGION=eu-north-1',
      'AWS_DEFAULT_REGION=eu-north-1',
      ...unset('AWS_REGION', 'AWS_DEFAULT_REGION'),
    ),
    stderr: [`${dev}: account 123456789011, AWSAdministratorAccess, eu-north-1\n`, ok(builder)],
  },
  {
    title: 'a region that awsp set goes with the profile',
    script: 'awsp dev --region eu-north-1; awsp -u; see AWS_REGION AWS_DEFAULT_REGION',
    stdout: lines(...unset('AWS_REGION', 'AWS_DEFAULT_REGION')),
    stderr: [ok(dev), 'awsp: no profile\n'],
  },
  {
    title: "the person's own region stays, and is spoken of",
    script: 'export AWS_REGION=us-east-1; awsp dev; awsp -u; see AWS_REGION AWS_DEFAULT_REGION',
    stdout: lines('AWS_REGION=us-east-1', 'AWS_DEFAULT_REGION is unset'),
    stderr: [ok(dev), `AWS_REGION is "us-east-1" as you set it; the region of profile "${dev}" is "eu-west-1"`],
  },
  {
    title: "the region is the profile's own, and not that of its sign-in",
    files: {
      '.aws/config': lines(
        '[sso-session barnehage]',
        'sso_start_url = https://barnehage.awsapps.com/start',
        'sso_region = eu-west-1',
        '[profile none]',
        'sso_session = barnehage',
        'sso_account_id = 123456789012',
        'sso_role_name = AWSPowerUserAccess',
      ),
    },
    script: 'awsp none; see AWS_REGION AWS_DEFAULT_REGION; awsp current --json | grep region',
    stdout: lines(...unset('AWS_REGION', 'AWS_DEFAULT_REGION'), '  "region": null,'),
    stderr: ['awsp: none: account 123456789012, AWSPowerUserAccess\n'],
  },
  {
    title: "a pod's own identity stays, with a warning",
    env: { AWS_WEB_IDENTITY_TOKEN_FILE: '/token', AWS_ROLE_ARN: 'arn:aws:iam::1:role/pod' },
    script: 'awsp dev; echo STATUS; see AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN',
    stdout: lines('0', 'AWS_WEB_IDENTITY_TOKEN_FILE=/token', 'AWS_ROLE_ARN=arn:aws:iam::1:role/pod'),
    stderr: [ok(dev), 'awsp: warning: AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN left as set'],
  },
  {
    title: 'a shell of another tool is told of',
    env: { AWS_VAULT: 'work', AWS_ACCESS_KEY_ID: 'x' },
    script: 'awsp dev; see AWS_VAULT AWS_ACCESS_KEY_ID',
    stdout: lines('AWS_VAULT=work', 'AWS_ACCESS_KEY_ID is unset'),
    stderr: [
      ok(dev),
      'awsp: cleared AWS_ACCESS_KEY_ID,',
      'awsp: warning: another tool switched this shell (AWS_VAULT is set)',
    ],
  },
  {
    title: 'the files that the shell names are the files that are read',
    files: { other: lines('[profile elsewhere] # a note', 'region = eu-west-2') },
    script: lines(
      'export AWS_CONFIG_FILE="$HOME/other"',
      'awsp elsewhere --no-verify',
      `see AWS_PROFILE AWSP_FILES AWSP_FOLDER | ${places}`,
      'awsp dev',
      'echo STATUS',
    ),
    stdout: lines('AWS_PROFILE=elsewhere', `AWSP_FILES=HOME:HOME/other::${emulated}`, 'AWSP_FOLDER is unset', '3'),
    stderr: [
      'awsp: warning: elsewhere: account unknown, eu-west-2, not verified\n',
      'no profile matches "dev" in ~/other or ~/.aws/credentials',
    ],
  },
  {
    title: 'a profile that only the credentials file knows',
    files: {
      '.aws/config': '',
      '.aws/credentials': lines(
        '[only-here]',
        'aws_access_key_id = AKIAIOSFODNN7EXAMPLE',
        'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      ),
    },
    script: 'awsp only; see AWS_PROFILE AWSP_ACCOUNT_ID',
    stdout: lines('AWS_PROFILE=only-here', 'AWSP_ACCOUNT_ID=123456789041'),
    stderr: [ok('only-here')],
  },
  {
    title: 'a sign-in that AWS renews by itself has no end to show',
    script: 'awsp kart; see AWSP_STATE AWSP_EXPIRES',
    stdout: lines('AWSP_STATE=verified', 'AWSP_EXPIRES is unset'),
    stderr: [ok(kart)],
  },
  {
    title: 'a switch in a list of commands, by its status',
    isOfProcess: true,
    script: 'awsp dev && echo yes; awsp zzz && echo no; awsp zzz || echo refused STATUS; see AWS_PROFILE',
    stdout: lines('yes', 'refused 3', `AWS_PROFILE=${dev}`),
    stderr: [ok(dev), 'awsp: no profile matches "zzz"', 'awsp: no profile matches "zzz"'],
  },
  {
    title: 'pipes between awsp and other programs',
    isOfProcess: true,
    script: lines(
      'awsp list | head -n 1 | grep -c Account',
      'awsp list --json | grep -c accountId',
      'awsp dev --no-verify',
      'awsp current --json --no-verify | cat | grep profile',
    ),
    stdout: lines('1', '12', `  "profile": "${dev}",`),
    stderr: ['not verified\n'],
  },
  {
    title: 'a question about awsp leaves the shell alive, and as it was',
    isOfProcess: true,
    script: lines(
      'awsp -h | head -n 1',
      'awsp dev -h | head -n 1',
      'awsp dev -h >/dev/null; echo STATUS',
      'awsp list -h | head -n 1',
      'awsp --version | grep -c awsp',
      'see AWS_PROFILE',
    ),
    stdout: lines(
      'awsp switches the AWS profile of the shell you are in: verified, reversible, never a default.',
      'awsp switches the AWS profile of the shell you are in: verified, reversible, never a default.',
      '0',
      'Usage:',
      '1',
      'AWS_PROFILE is unset',
    ),
    stderr: [],
  },
  {
    title: 'the shell is the one that asks, whatever $SHELL says',
    env: { SHELL: '/bin/false' },
    script: lines('awsp --no-verify dev', 'awsp builder --no-verify', 'see AWS_PROFILE AWSP_PREVIOUS'),
    stdout: lines(`AWS_PROFILE=${builder}`, `AWSP_PREVIOUS=${dev}`),
    stderr: ['not verified\n', 'not verified\n'],
  },
  {
    title: 'a child shell has the profile, and keeps its own to itself',
    script: lines(
      'awsp dev',
      `SHELL BARE -c 'source "$SHIM"; see AWS_PROFILE; awsp builder; see AWS_PROFILE AWSP_PREVIOUS'`,
      'see AWS_PROFILE AWSP_PREVIOUS',
    ),
    stdout: lines(
      `AWS_PROFILE=${dev}`,
      `AWS_PROFILE=${builder}`,
      `AWSP_PREVIOUS=${dev}`,
      `AWS_PROFILE=${dev}`,
      'AWSP_PREVIOUS is unset',
    ),
    stderr: [ok(dev), ok(builder)],
  },
  {
    title: 'AWS out of reach: a switch that says so',
    isOfProcess: true,
    faults: [{ effect: { kind: 'reset' } }],
    script: 'awsp dev; echo STATUS; see AWS_PROFILE AWSP_STATE',
    stdout: lines('0', `AWS_PROFILE=${dev}`, 'AWSP_STATE=unverified'),
    stderr: [`awsp: warning: ${dev}: account 123456789011`, 'not verified: AWS was not reached'],
  },
];

/** A shell that already has a profile, its region and somebody's keys is asked for what it does not get. */
export const settled = lines('awsp dev --region eu-north-1', 'awsp builder --region eu-west-2 --no-verify', exportKeys);

export interface Refusal {
  readonly title: string;
  readonly command: string;
  readonly faults?: readonly Fault[];
  readonly status: number;
  readonly stderr: string;
}

export const refusals: readonly Refusal[] = [
  { title: 'another account', command: 'awsp feil', status: 5, stderr: 'awsp: wrong account: "feil-lab-' },
  { title: 'a sign-in that is over', command: 'awsp skjema', status: 4, stderr: 'has expired\n  ' },
  { title: 'no such profile', command: 'awsp zzz', status: 3, stderr: 'awsp: no profile matches "zzz"' },
  { title: 'a slip', command: 'awsp prdo', status: 3, stderr: 'did you mean "barnehageplass-prod-' },
  { title: 'two that fit', command: 'awsp prod', status: 3, stderr: 'awsp: "prod" fits 2 profiles\n' },
  { title: 'nobody to choose', command: 'awsp', status: 2, stderr: 'awsp: no terminal to choose on\n' },
  { title: 'a wrong option', command: 'awsp dev --no-verfy', status: 2, stderr: 'did you mean "--no-verify"?' },
  { title: 'a wrong region', command: 'awsp dev --region "eu west"', status: 2, stderr: '"eu west" fits ' },
  { title: 'an option of another command', command: 'awsp --json dev', status: 2, stderr: '"--json" does not go with' },
  {
    title: 'a command behind an option',
    command: 'awsp --debug list',
    status: 2,
    stderr: 'options go after the command',
  },
  { title: 'no profile, and one', command: 'awsp --unset dev', status: 2, stderr: '"--unset" stands alone' },
  {
    title: 'AWS says no',
    command: 'awsp hub',
    faults: [{ operation: 'AssumeRole', effect: { kind: 'error', status: 403, code: 'AccessDenied' } }],
    status: 1,
    stderr: 'AWS denies',
  },
  { title: 'nobody to tell a code', command: 'awsp lab admin', status: 1, stderr: 'there is no terminal to ask on' },
];

/** Names of profiles that some part of a shell or of a prompt would make something else of. */
export const hostileNames: readonly string[] = [
  "it's",
  '"quoted"',
  "'",
  'with space',
  'two  spaces',
  '$(touch pwned)',
  '`touch pwned`',
  '; touch pwned',
  '${HOME}$HOME',
  '*',
  '~',
  '!!',
  '!touch',
  'ærø',
  '日本 🦊',
  '-x',
  '--unset',
  '--',
  '%s%n',
  '%(?.a.b)%F{red}',
  'back\\slash\\n',
  'trailing\\',
  '\\u@\\h',
  'a=b|c&d<e>f',
  '{a,b}(c)?',
  'x=1 $x',
];

export const hostileCredentials = hostileNames
  .map((name) =>
    lines(
      `[${name}]`,
      'aws_access_key_id = AKIAIOSFODNN7EXAMPLE',
      'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    ),
  )
  .join('');
