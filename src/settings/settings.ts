import { defaultNameTemplate, templateFault } from '../aws-config/profile-name.ts';
import type { Problem } from '../aws-config/types.ts';
import { readLimit } from '../guard/limit.ts';
import type { Pin } from '../guard/pins.ts';
import { ownFolder } from '../lib/own-folders.ts';
import { readDuration } from '../lib/time.ts';
import type { World } from '../world.ts';

/** How a person agrees to production: not at all, by a yes, or by typing the account's name. */
export type Confirm = (typeof confirms)[number];
const confirms = ['off', 'yes', 'typed'] as const;

export interface Settings {
  /** How long AWS may take to answer a verification, in milliseconds. */
  readonly verifyTimeout: number;
  /** How long a verification is remembered, in milliseconds; 0 is not at all. */
  readonly verifyRemember: number;
  /** Globs on profile names, account ids and role names; null stands for the built-in rule. */
  readonly production: readonly string[] | null;
  /** How long a shell keeps a production profile, in milliseconds; null is without end. */
  readonly productionLimit: number | null;
  /** What is asked before a switch to production. */
  readonly confirm: Confirm;
  /** Globs on the names of roles that only read, the preferred ones first. */
  readonly readOnlyRoles: readonly string[];
  /** The accounts that profiles are held to, besides what they promise themselves. */
  readonly pins: readonly Pin[];
  /** Whether a switch signs in where that is needed: after a question on a terminal, without one, or not. */
  readonly signInOffer: 'ask' | 'always' | 'never';
  /** The command that opens the page of a sign-in; null stands for BROWSER, and then for the desktop's own. */
  readonly signInBrowser: string | null;
  /** How new profiles are named; see `nameBy`. */
  readonly nameTemplate: string;
  /** The program in which a person chooses from a list. */
  readonly picker: 'awsp' | 'fzf';
  /** Short names for profiles. */
  readonly aliases: ReadonlyMap<string, string>;
  /** What is wrong in the file; for each such key the default holds. */
  readonly problems: readonly Problem[];
}

interface SettingKey {
  readonly section: string;
  readonly key: string;
  readonly example: string;
  readonly meaning: string;
  /** What holds without it: a value of the key in backticks, or words. */
  readonly fallback: string;
  /** The settings that a value makes, or null when the value is bad. */
  readonly read: (value: string) => Partial<Settings> | null;
  /** What a bad value makes, where its default would undo what somebody meant to guard. */
  readonly whenBad?: Partial<Settings>;
}

/** A guard that cannot be read is one that is there. */
const guarded = { confirm: 'yes' } as const;

/** A timer of Node that is to last longer ends at once. */
const maxTimer = 2 ** 31 - 1;

/** The keys of the settings file, once, beside `[alias]` and `[pin]`: docs/settings.md and the man page are made from this. */
export const settingKeys: readonly SettingKey[] = [
  {
    section: 'verify',
    key: 'timeout',
    example: '5s',
    meaning: 'how long AWS may take to answer before the switch goes on unverified',
    fallback: '`5s`',
    read: (value) => {
      const milliseconds = readDuration(value);
      return milliseconds === null || milliseconds === 0 || milliseconds > maxTimer
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
    read: (value) => {
      const signInOffer = (['ask', 'always', 'never'] as const).find((offer) => offer === value.trim());
      return signInOffer === undefined ? null : { signInOffer };
    },
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
    meaning: 'which profiles are production: globs on the name, the account id or the role',
    fallback: 'a part of the name is prod, production, prd or live, not after non, not or pre',
    read: (value) => ({ production: readGlobs(value) }),
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
  },
  {
    section: 'guard',
    key: 'confirm',
    example: 'typed',
    meaning: "what is asked before a switch to production: `off`, `yes` (y or n), `typed` (the account's name)",
    fallback: '`off`',
    read: (value) => {
      const confirm = confirms.find((known) => known === value);
      return confirm === undefined ? null : { confirm };
    },
    whenBad: guarded,
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
    section: 'picker',
    key: 'program',
    example: 'fzf',
    meaning: 'what a list is chosen from with: `awsp` itself or `fzf`',
    fallback: '`awsp`',
    read: (value) => (value === 'awsp' || value === 'fzf' ? { picker: value } : null),
  },
];

const defaults: Settings = {
  verifyTimeout: 5_000,
  verifyRemember: 15 * 60_000,
  signInOffer: 'ask',
  signInBrowser: null,
  production: null,
  productionLimit: null,
  confirm: 'off',
  readOnlyRoles: ['*ReadOnly*', '*ViewOnly*', '*Audit*'],
  pins: [],
  nameTemplate: defaultNameTemplate,
  picker: 'awsp',
  aliases: new Map(),
  problems: [],
};

/** Where the settings are: `$XDG_CONFIG_HOME/awsp/config`; null when there is no home at all. */
export function settingsPath(world: Pick<World, 'env' | 'home'>): string | null {
  const folder = ownFolder(world, 'config');
  return folder === null ? null : `${folder}/config`;
}

/** The settings, or their defaults (`guard.confirm` excepted); a file that cannot be read, or a bad value in it, becomes a problem. */
export async function loadSettings(world: World): Promise<Settings> {
  const path = settingsPath(world);
  if (path === null) return defaults;
  const read = world.files.read(path);
  if (read.kind === 'missing') return defaults;
  if (read.kind === 'unreadable') {
    return unreadable(path, read.reason);
  }
  const { parse } = await import('ini');
  const text = read.text.replace(/^\uFEFF/, '');
  try {
    return settingsFrom(parse(text), text, path);
  } catch {
    // `ini` throws for names such as 'null' in quotes.
    return unreadable(path, 'it is not INI');
  }
}

// --- internal ---

function unreadable(file: string, reason: string): Settings {
  return { ...defaults, ...guarded, problems: [{ file, line: null, message: `cannot be read: ${reason}` }] };
}

function settingsFrom(sections: Record<string, unknown>, text: string, file: string): Settings {
  const problems: Problem[] = [];
  let lines: ReadonlyMap<string, number> | undefined;
  const reportIn = (section: string): Report => {
    return (key, message) => {
      lines ??= linesByPlace(text);
      problems.push({ file, line: lines.get(key === null ? section : `${section}.${key}`) ?? null, message });
    };
  };
  let settings: Settings = { ...defaults, problems };
  for (const [section, content] of Object.entries(sections)) {
    if (typeof content !== 'object' || content === null || Array.isArray(content)) {
      reportIn('')(section, `"${section}" is not in a section`);
    } else if (section === 'alias') {
      settings = { ...settings, aliases: readAliases(content, reportIn(section)) };
    } else if (section === 'pin') {
      settings = { ...settings, pins: readPins(content, reportIn(section)) };
    } else if (settingKeys.some((known) => known.section === section)) {
      settings = { ...settings, ...readSection(section, content, reportIn(section)) };
    } else {
      reportIn(section)(null, `unknown section "${section}"`);
    }
  }
  return settings;
}

/** Without a key it is about the section. */
type Report = (key: string | null, message: string) => void;

function readSection(section: string, content: object, report: Report): Partial<Settings> {
  let found: Partial<Settings> = {};
  for (const [key, value] of Object.entries(content)) {
    const setting = settingKeys.find((known) => known.section === section && known.key === key);
    // `ini` makes something else of a key without a value, and of a section within a section.
    const read = typeof value === 'string' ? setting?.read(value) : null;
    const written = typeof value === 'string' ? `${key} = ${value}` : key;
    if (setting === undefined) {
      report(key, `unknown setting "${section}.${key}"`);
    } else {
      if (!read) report(key, `"${written}" is not a value such as ${setting.example}`);
      found = { ...found, ...(read ?? setting.whenBad) };
    }
  }
  return found;
}

function readAliases(content: object, report: Report): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  for (const [alias, name] of Object.entries(content)) {
    if (typeof name === 'string' && name !== '') aliases.set(alias, name);
    else report(alias, `alias "${alias}" names no profile`);
  }
  return aliases;
}

function readPins(content: object, report: Report): readonly Pin[] {
  const pins: Pin[] = [];
  for (const [glob, accountId] of Object.entries(content)) {
    if (typeof accountId === 'string' && /^\d{12}$/.test(accountId)) pins.push({ glob, accountId });
    else report(glob, `"${glob}" is pinned to no account id: twelve digits`);
  }
  return pins;
}

function readGlobs(text: string): readonly string[] {
  return text
    .split(',')
    .map((glob) => glob.trim())
    .filter((glob) => glob !== '');
}

/** `ini` keeps no lines: of each `section` and each `section.key` the last that begins or sets it, which is the one that counts. */
function linesByPlace(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  let current = '';
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const header = /^\[([^\]]*)\]\s*$/.exec(line)?.[1]?.trim();
    if (header === undefined) {
      lines.set(`${current}.${keyOn(line)}`, index + 1);
      continue;
    }
    current = header;
    // `ini` makes `[a.b.c]` the key "b" of the section "a".
    const [section = '', ...key] = header.split('.', 2);
    for (const place of [header, section, [section, ...key].join('.')]) lines.set(place, index + 1);
  }
  return lines;
}

function keyOn(line: string): string {
  const key = line.split('=')[0]?.trim() ?? '';
  return key.replace(/\[\]$/, '').replace(/^(["'])(.*)\1$/, '$2');
}
