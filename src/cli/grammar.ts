import { profileKinds } from '../aws-config/types.ts';
import { shellNames } from '../environment/shells.ts';

/** What may stand in a place of the command line. */
export interface Slot {
  /** What it is called in the help; completion knows the values of some of these names, see `actions/complete.ts`. */
  readonly value?: string;
  /** All that it may be. */
  readonly choices?: readonly string[];
}

/** An option; without the name of a value it is a flag. */
export interface OptionSpec extends Slot {
  readonly name: string;
  readonly alias?: string;
  /** May be given several times, or several values with commas between them. */
  readonly list?: boolean;
  readonly describe: string;
}

export interface VerbSpec {
  readonly name: string;
  /** Command lines for the help, each with what it does. */
  readonly usage: readonly (readonly [line: string, meaning: string])[];
  /** How many words may follow the verb. */
  readonly words: Slot & { readonly min: number; readonly max: number };
  readonly options: readonly OptionSpec[];
  /** Its output is evaluated by the shell; all others run straight through the shim. */
  readonly changesShell: boolean;
}

const json: OptionSpec = { name: 'json', describe: 'print JSON' };

const switchOptions: readonly OptionSpec[] = [
  { name: 'verify', describe: 'ask AWS even when the last answer is remembered' },
  { name: 'no-verify', describe: 'do not ask AWS' },
  { name: 'login', describe: 'sign in without asking, when the sign-in is over' },
  { name: 'no-login', describe: 'do not offer to sign in' },
  { name: 'region', value: 'REGION', describe: "also set this shell's region" },
  { name: 'for', value: 'TIME', describe: 'drop the profile after 30s, 30m or 8h' },
  { name: 'read-only', alias: 'ro', describe: 'the read-only role of the same account' },
  { name: 'yes', describe: 'switch to production without being asked' },
];

const portalOptions: readonly OptionSpec[] = [
  { name: 'start-url', value: 'URL', describe: 'the portal: https://<portal>.awsapps.com/start' },
  { name: 'sso-region', value: 'REGION', describe: 'the region of IAM Identity Center' },
  { name: 'session', value: 'SESSION', describe: 'the sso-session to use or to create' },
  { name: 'legacy', describe: 'no sso-session: the start URL is in the profile' },
];

const creationOptions: readonly OptionSpec[] = [
  { name: 'device-code', describe: 'sign in by a code that is confirmed on any device' },
  { name: 'no-browser', describe: 'print the address, open no browser' },
  { name: 'yes', describe: 'yes to every question' },
];

const anyWords = { min: 0, max: Number.POSITIVE_INFINITY, value: 'PROFILE' };

/** The verb that a command line without a verb means. */
export const defaultVerb: VerbSpec = {
  name: 'switch',
  usage: [
    ['awsp', 'choose a profile'],
    ['awsp <query>...', 'switch this shell to the profile that matches'],
    ['awsp --ro <query>...', 'the read-only role of the same account'],
    ['awsp -', "back to this shell's previous profile"],
    ['awsp --unset, -u', 'no profile: clear AWS_PROFILE and all that would stand in for it'],
    ['awsp switch <query>...', 'the same as awsp <query>, for a name that is also a command'],
  ],
  words: anyWords,
  options: switchOptions,
  changesShell: true,
};

/** The grammar, once: yargs, the help, the shims and the README are made from it or tested against it. */
export const verbs: readonly VerbSpec[] = [
  defaultVerb,
  {
    name: 'list',
    usage: [['awsp list [query]', 'the profiles, as a table']],
    words: anyWords,
    options: [
      json,
      { name: 'production', describe: 'only those that are production' },
      {
        name: 'kind',
        value: 'KIND',
        choices: profileKinds,
        describe: `only those of a kind: ${profileKinds.join(', ')}`,
      },
    ],
    changesShell: false,
  },
  {
    name: 'show',
    usage: [['awsp show [query]', 'one profile: Name Value Type Location']],
    words: anyWords,
    options: [json],
    changesShell: false,
  },
  {
    name: 'current',
    usage: [['awsp current', 'what this shell uses, verified']],
    words: { min: 0, max: 0 },
    options: [
      json,
      { name: 'quiet', alias: 'q', describe: 'print nothing: the exit code tells' },
      { name: 'no-verify', describe: 'do not ask AWS' },
    ],
    changesShell: false,
  },
  {
    name: 'new',
    usage: [['awsp new', 'create an SSO profile']],
    words: { min: 0, max: 0 },
    options: [
      ...portalOptions,
      { name: 'account', value: 'ACCOUNT', describe: 'the account, by id or name' },
      { name: 'role', value: 'ROLE', describe: 'the role in it' },
      { name: 'region', value: 'REGION', describe: "the profile's default region" },
      { name: 'output', value: 'FORMAT', describe: 'json, yaml, text or table' },
      { name: 'name', value: 'NAME', describe: 'the name of the profile' },
      ...creationOptions,
    ],
    changesShell: true,
  },
  {
    name: 'import',
    usage: [['awsp import', 'create an SSO profile for every account and role of a portal']],
    words: { min: 0, max: 0 },
    options: [
      { name: 'dry-run', describe: 'print what would change, write nothing' },
      { name: 'prune', describe: 'remove what it made before, where the access is gone' },
      {
        name: 'account',
        value: 'GLOB',
        list: true,
        describe: 'only these accounts, by id or name: shop-*,123456789012',
      },
      { name: 'role', value: 'GLOB', list: true, describe: 'only these roles' },
      { name: 'region', value: 'REGION', describe: "the profiles' default region" },
      { name: 'output', value: 'FORMAT', describe: 'json, yaml, text or table' },
      {
        name: 'name-template',
        value: 'TEMPLATE',
        describe: 'their names, of {account}, {accountId}, {role} and {session}',
      },
      ...portalOptions,
      ...creationOptions,
    ],
    changesShell: false,
  },
  {
    name: 'login',
    usage: [['awsp login [query]', 'sign in to IAM Identity Center, for a profile or a session']],
    words: { ...anyWords, value: 'SIGN-IN' },
    options: [
      { name: 'device-code', describe: 'by a code that is confirmed on any device' },
      { name: 'no-browser', describe: 'print the address, open no browser' },
      { name: 'all', describe: 'every sign-in that needs it' },
    ],
    changesShell: false,
  },
  {
    name: 'logout',
    usage: [['awsp logout [query]', 'forget a sign-in, here and at AWS']],
    words: { ...anyWords, value: 'SIGN-IN' },
    options: [{ name: 'all', describe: 'every sign-in' }],
    changesShell: false,
  },
  {
    name: 'sessions',
    usage: [['awsp sessions', 'the sign-ins: portal, state, time left']],
    words: { min: 0, max: 0 },
    options: [json],
    changesShell: false,
  },
  {
    name: 'allow',
    usage: [['awsp allow', 'trust the .awsp file of this folder: it names the account that belongs here']],
    words: { min: 0, max: 0 },
    options: [],
    changesShell: false,
  },
  {
    name: 'deny',
    usage: [['awsp deny', 'trust it no more']],
    words: { min: 0, max: 0 },
    options: [],
    changesShell: false,
  },
  {
    name: 'region',
    usage: [['awsp region [region]', "show or set this shell's region"]],
    words: { min: 0, max: 1, value: 'REGION' },
    options: [{ name: 'unset', alias: 'u', describe: "no region of this shell's own: the profile's" }],
    changesShell: true,
  },
  {
    name: 'doctor',
    usage: [['awsp doctor', 'what is wrong here, and what each tool would use']],
    words: { min: 0, max: 0 },
    options: [
      json,
      { name: 'fix', describe: 'do what is safe: shown first, and asked' },
      { name: 'yes', describe: 'with --fix: do not ask' },
    ],
    changesShell: false,
  },
  {
    name: 'init',
    usage: [['awsp init <shell>', `print the shell integration: ${shellNames.join(', ')}`]],
    words: { min: 1, max: 1, value: 'SHELL', choices: shellNames },
    options: [],
    changesShell: false,
  },
  {
    name: 'demo',
    usage: [['awsp demo', 'a throw-away shell with sample profiles and an AWS emulator']],
    words: { min: 0, max: 0 },
    options: [
      { name: 'shell', value: 'SHELL', choices: shellNames, describe: `one of ${shellNames.join(', ')}` },
      { name: 'command', alias: 'c', value: 'COMMAND', describe: 'run one command in it, then leave' },
      { name: 'accounts', value: 'NUMBER', describe: 'so many accounts without a profile; 4' },
    ],
    changesShell: false,
  },
];

/** Options that stand alone, in place of a verb. */
export const aloneOptions: readonly OptionSpec[] = [
  { name: 'unset', alias: 'u', describe: 'no profile' },
  { name: 'version', describe: 'print the version' },
];

/** Options that go with every verb. */
export const commonOptions: readonly OptionSpec[] = [
  { name: 'help', alias: 'h', describe: 'print help' },
  { name: 'debug', describe: 'also print the causes of a failure' },
];

/** How an option is written: with its short name, where it has one, first. */
export function spellings({ name, alias }: OptionSpec): readonly string[] {
  if (alias === undefined) return [`--${name}`];
  return [`${alias.length === 1 ? '-' : '--'}${alias}`, `--${name}`];
}

export function findVerb(word: string | undefined): VerbSpec | undefined {
  return verbs.find((verb) => verb.name === word);
}

/** The words with which a command line begins when the shim must not evaluate its output. */
export const passThroughWords: readonly string[] = [
  ...verbs.filter((verb) => !verb.changesShell).map((verb) => verb.name),
  '--help',
  '-h',
  '--version',
];
