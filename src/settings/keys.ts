import { templateFault } from '../aws-config/profile-name.ts';
import { defaultPromptWidth, isPromptFormat } from '../environment/prompt-text.ts';
import { readLimit } from '../guard/limit.ts';
import { readDuration } from '../lib/time.ts';
import { confirmModes, type Settings } from './types.ts';

/** A key of the settings file. */
export interface SettingKey {
  readonly section: string;
  readonly key: string;
  readonly example: string;
  readonly meaning: string;
  /** The default: a value of the key in backticks, or words. */
  readonly fallback: string;
  /** The values of a key that takes one of a few words. */
  readonly choices?: readonly string[];
  /** Returns the settings that a value stands for; null for a bad value. */
  readonly read: (value: string) => Partial<Settings> | null;
  /** What holds where a team's file has a value as well; without this the person's own. See `withTeam`. */
  readonly besideTeam?: (own: string, team: string) => string;
  /** The key takes from a guard: a team's file that guards and does not have it stands for the default. */
  readonly loosens?: true;
}

/** The columns that the prompt may have: in fewer an account and a role cannot be told. */
const [minPromptWidth, maxPromptWidth] = [20, 200];

/** The sections whose keys are names that a person chooses. */
export const ownSections = ['accounts', 'alias', 'pin'] as const;

/** All keys except those of `ownSections`. The documentation is checked against this table. */
export const settingKeys: readonly SettingKey[] = [
  {
    section: 'verify',
    key: 'timeout',
    example: '5s',
    meaning: 'how long AWS may take to answer before the switch goes on unverified',
    fallback: '`5s`',
    read: (value) => {
      const milliseconds = readDuration(value);
      return milliseconds === null || milliseconds === 0 || milliseconds > maxTimerMs
        ? null
        : { verifyTimeout: milliseconds };
    },
  },
  {
    section: 'verify',
    key: 'remember',
    example: '15m',
    meaning: 'how long a verification is remembered; 0 asks AWS every time',
    fallback: '`15m`',
    read: (value) => {
      const milliseconds = readDuration(value);
      return milliseconds === null ? null : { verifyRemember: milliseconds };
    },
  },
  {
    section: 'sign-in',
    key: 'offer',
    example: 'always',
    meaning: 'whether a switch signs in where that is needed: `ask` on a terminal, `always` or `never`',
    fallback: '`ask`',
    ...oneOf(['ask', 'always', 'never'], (signInOffer) => ({ signInOffer })),
  },
  {
    section: 'sign-in',
    key: 'browser',
    example: 'firefox -P work %s',
    meaning: 'what opens the page of a sign-in, before `BROWSER`; `%s` stands for the address',
    fallback: "BROWSER, then the desktop's own",
    read: (value) => (value.trim() === '' ? null : { signInBrowser: value.trim() }),
  },
  {
    section: 'production',
    key: 'match',
    example: '*-prod-*, 123456789013',
    meaning:
      "which profiles are production, besides those with a part prod, production, prd or live in their names or those of their accounts (not after non, not or pre): globs on the name, the account's id or name, or the role",
    fallback: 'no others',
    read: (value) => {
      const production = readGlobs(value);
      return production.length === 0 ? null : { production };
    },
    besideTeam: eitherGlobs,
  },
  {
    section: 'production',
    key: 'except',
    example: 'live-demo-*, *ReadOnly*',
    meaning: 'which profiles are not production, whatever else says so: globs on the name, the account id or the role',
    fallback: 'none',
    read: (value) => {
      const productionExcept = readGlobs(value);
      // A glob that fits everything would end the guard; it is what is left of a longer one.
      const isGood = productionExcept.length > 0 && productionExcept.every((glob) => /[^*?]/.test(glob));
      return isGood ? { productionExcept } : null;
    },
    besideTeam: sharedGlobs,
    loosens: true,
  },
  {
    section: 'production',
    key: 'for',
    example: '30m',
    meaning: 'how long a shell keeps a production profile, where `--for` says nothing else',
    fallback: 'without end',
    read: (value) => {
      const productionLimit = readLimit(value);
      return productionLimit === null ? null : { productionLimit };
    },
    besideTeam: shorterLimit,
  },
  {
    section: 'read-only',
    key: 'roles',
    example: '*ReadOnly*, *Viewer*',
    meaning: 'which roles `--read-only` takes: globs on the role, the preferred one first',
    fallback: '`*ReadOnly*, *ViewOnly*, *Audit*`',
    read: (value) => {
      const readOnlyRoles = readGlobs(value);
      return readOnlyRoles.length === 0 ? null : { readOnlyRoles };
    },
    besideTeam: sharedGlobs,
    loosens: true,
  },
  {
    section: 'guard',
    key: 'confirm',
    example: 'typed',
    meaning: "what is asked before a switch to production: `off`, `yes` (y or n), `typed` (the account's name)",
    fallback: '`off`',
    ...oneOf(confirmModes, (confirm) => ({ confirm })),
    besideTeam: laterOf(confirmModes),
  },
  {
    section: 'guard',
    key: 'read-only',
    example: 'free',
    meaning: 'whether read-only roles of production are asked for as well: `asked`, or `free`',
    fallback: '`asked`',
    ...oneOf(['free', 'asked'], (value) => ({ readOnlyFree: value === 'free' })),
    besideTeam: laterOf(['free', 'asked']),
    loosens: true,
  },
  {
    section: 'agent',
    key: 'allow',
    example: 'shop-prod-deploy, *Support*',
    meaning:
      'what AI agents may use of production besides read-only roles: globs on the name, the account id or the role',
    fallback: 'nothing',
    read: (value) => {
      const agentAllow = readGlobs(value);
      return agentAllow.length === 0 ? null : { agentAllow };
    },
    besideTeam: sharedGlobs,
    loosens: true,
  },
  {
    section: 'agent',
    key: 'deny',
    example: '*-billing-*, 123456789013',
    meaning: "what AI agents may not use at all, whatever `allow` says: the same globs, and on the account's name",
    fallback: 'nothing',
    read: (value) => {
      const agentDeny = readGlobs(value);
      return agentDeny.length === 0 ? null : { agentDeny };
    },
    besideTeam: eitherGlobs,
  },
  {
    section: 'agent',
    key: 'for',
    example: '30m',
    meaning: "how long an AI agent's shell keeps a profile at most",
    fallback: '`1h`',
    read: (value) => {
      const agentLimit = readLimit(value);
      return agentLimit === null ? null : { agentLimit };
    },
    besideTeam: shorterLimit,
    loosens: true,
  },
  {
    section: 'log',
    key: 'switches',
    example: 'on',
    meaning: 'whether awsp keeps a log of switches, without secrets, for `awsp log`: `on` or `off`',
    fallback: '`off`',
    ...oneOf(['off', 'on'], (value) => ({ logSwitches: value === 'on' })),
    besideTeam: laterOf(['off', 'on']),
  },
  {
    section: 'console',
    key: 'browser',
    example: 'firefox-container',
    meaning:
      'what opens the AWS console: `firefox-container` or `granted-container` (a container for each profile, by these add-ons), `chrome-profile` (a browser profile for each), each with a program after it where it is not the usual one, or a command; `%s` stands for the address',
    fallback: 'that of a sign-in',
    read: (value) => (value.trim() === '' ? null : { consoleBrowser: value.trim() }),
  },
  {
    section: 'profiles',
    key: 'name',
    example: '{account}-{role}',
    meaning: 'how new profiles are named, of `{account}`, `{accountId}`, `{role}` and `{session}`',
    fallback: '`{account}-{role}-{accountId}`',
    read: (value) => (templateFault(value) === null ? { nameTemplate: value } : null),
  },
  {
    section: 'prompt',
    key: 'format',
    example: '{account} {role}',
    meaning:
      'what the prompt shows of a profile, of `{profile}`, `{alias}`, `{account}` (its name), `{accountId}`, `{role}` and `{region}`',
    fallback: 'the name or the alias, with the account and the role where it does not tell them',
    read: (value) => (isPromptFormat(value) ? { promptFormat: value } : null),
  },
  {
    section: 'prompt',
    key: 'width',
    example: '60',
    meaning: `the most columns that the prompt takes, from ${minPromptWidth} to ${maxPromptWidth}`,
    fallback: `\`${defaultPromptWidth}\``,
    read: (value) => {
      const promptWidth = /^\d{1,3}$/.test(value) ? Number(value) : 0;
      return promptWidth < minPromptWidth || promptWidth > maxPromptWidth ? null : { promptWidth };
    },
  },
  {
    section: 'picker',
    key: 'program',
    example: 'fzf',
    meaning: 'what a list is chosen from with: `awsp` itself or `fzf`',
    fallback: '`awsp`',
    ...oneOf(['awsp', 'fzf'], (picker) => ({ picker })),
  },
];

/** The name of a key: `guard.confirm`. */
export function nameOfKey({ section, key }: Pick<SettingKey, 'section' | 'key'>): string {
  return `${section}.${key}`;
}

/** The default of a key; null where it is words. */
export function defaultOf({ fallback }: SettingKey): string | null {
  return /^`(.*)`$/.exec(fallback)?.[1] ?? null;
}

/** The globs of a list that is separated by commas. */
export function readGlobs(text: string): readonly string[] {
  return text
    .split(',')
    .map((glob) => glob.trim())
    .filter((glob) => glob !== '');
}

// --- internal ---

/** Node fires a timer with a longer delay at once. */
const maxTimerMs = 2 ** 31 - 1;

function oneOf<Word extends string>(
  choices: readonly Word[],
  settingsOf: (word: Word) => Partial<Settings>,
): Pick<SettingKey, 'choices' | 'read'> {
  const read = (value: string) => {
    const word = choices.find((choice) => choice === value);
    return word === undefined ? null : settingsOf(word);
  };
  return { choices, read };
}

function eitherGlobs(own: string, team: string): string {
  return [...new Set([...readGlobs(team), ...readGlobs(own)])].join(', ');
}

/** The person's globs that the team has too, in the person's order; those of the team where there are none. */
function sharedGlobs(own: string, team: string): string {
  const ofTeam = readGlobs(team);
  const shared = readGlobs(own).filter((glob) => ofTeam.includes(glob));
  return own === '' || shared.length > 0 ? shared.join(', ') : team;
}

function shorterLimit(own: string, team: string): string {
  return (readLimit(own) ?? 0) <= (readLimit(team) ?? 0) ? own : team;
}

/** Of two words the one that comes later among these, which is the stricter one. */
function laterOf(words: readonly string[]): (own: string, team: string) => string {
  return (own, team) => (words.indexOf(own) >= words.indexOf(team) ? own : team);
}
