import { agentOf } from '../guard/agent.ts';
import { xdgDirectory, xdgSharedDirectories } from '../lib/xdg-directory.ts';
import type { World } from '../world.ts';
import { defaults, emptyFile, unreadable } from './defaults.ts';
import type { Settings, SettingsFile } from './types.ts';

/** The path of the person's settings file: `$XDG_CONFIG_HOME/awsp/config`; null without a home directory. */
export function settingsPath(world: Pick<World, 'env' | 'home'>): string | null {
  const directory = xdgDirectory(world, 'config');
  return directory === null ? null : `${directory}/config`;
}

/**
 * Reads the settings: those of a team, and the person's own beside them (see `withTeam`); for an AI agent held to those of
 * `pathsOfAccount`. Whatever is wrong with a file becomes a problem, the default is used for a bad value, and a switch to
 * production is confirmed at least by a yes (see `strictestReading`): nothing that spoils a file ends a protection.
 */
export async function loadSettings(world: World): Promise<Settings> {
  const paths = settingsPaths(world);
  const settings = await settingsIn(await readFiles(world, paths));
  const own = agentOf(world.env) === null ? paths : pathsOfAccount(world);
  if (isSame(own, paths)) return settings;
  const { heldTo } = await import('./strictest.ts');
  return heldTo(await settingsIn(await readFiles(world, own)), settings);
}

/** The settings files that there are, the person's last; before it those of a team, from the one that counts least. */
export function readSettingsFiles(world: World): Promise<readonly SettingsFile[]> {
  return readFiles(world, settingsPaths(world));
}

/** What the person's own settings file says. */
export async function readOwnFile(world: World): Promise<SettingsFile> {
  return readPersonsFile(world, settingsPath(world));
}

// --- internal ---

/** Where settings are looked for: in the person's file, and in those of a team, the one that counts least first. */
interface SettingsPaths {
  /** Null without a home directory. */
  readonly person: string | null;
  readonly team: readonly string[];
}

function settingsPaths(world: Pick<World, 'env' | 'home' | 'sharedConfig'>): SettingsPaths {
  const person = settingsPath(world);
  const shared = xdgSharedDirectories(world).map((directory) => `${directory}/config`);
  return { person, team: shared.filter((path) => path !== person).reverse() };
}

/**
 * The settings files that an AI agent is held to: in the home folder of the user's account, and in the usual folder of a team.
 * HOME, XDG_CONFIG_HOME and XDG_CONFIG_DIRS are the agent's to set. Where the account is not known, the person's file is that of
 * `settingsPath`.
 */
function pathsOfAccount(world: World): SettingsPaths {
  const home = world.userHome();
  const person = settingsPath(world);
  const paths = settingsPaths({ env: {}, home, sharedConfig: world.sharedConfig });
  const isOther = paths.person !== null && (person === null || !world.files.isSame(paths.person, person));
  return isOther ? paths : { ...paths, person };
}

function isSame(one: SettingsPaths, other: SettingsPaths): boolean {
  return one.person === other.person && one.team.join(':') === other.team.join(':');
}

async function settingsIn(files: readonly SettingsFile[]): Promise<Settings> {
  const [first, ...others] = files;
  // Loaded late: most people have no settings.
  if (first === undefined || (others.length === 0 && isEmpty(first)))
    return { ...defaults, loosenedIn: first?.loosenedIn ?? [] };
  const { settingsOf, withTeam } = await import('./with-team.ts');
  return settingsOf(others.reduce((team, own) => withTeam(own, team), first));
}

async function readFiles(world: World, { person, team }: SettingsPaths): Promise<readonly SettingsFile[]> {
  const files = await Promise.all(team.map((path) => readFile(world, path)));
  return [...files.filter((file) => !isEmpty(file)), await readPersonsFile(world, person)];
}

function readPersonsFile(world: World, path: string | null): Promise<SettingsFile> | SettingsFile {
  return path === null ? unreadable('~/.config/awsp/config', 'HOME is not set') : readFile(world, path);
}

async function readFile(world: World, path: string): Promise<SettingsFile> {
  const read = world.files.read(path);
  if (read.kind === 'unreadable') return unreadable(path, read.reason);
  if (read.kind === 'missing') {
    const reason = reasonMissing(world, path);
    return reason === null ? emptyFile(path) : unreadable(path, reason);
  }
  const { readSettings } = await import('./read-settings.ts');
  const file = await readSettings(read.text, read.clean, path);
  if (file.problems.length === 0) return file;
  const { strictestReading } = await import('./strictest.ts');
  return strictestReading(read.text, file);
}

function isEmpty({ values, aliases, accounts, pins, problems }: SettingsFile): boolean {
  return [values, aliases, accounts].every(({ size }) => size === 0) && pins.length === 0 && problems.length === 0;
}

/** Why a file that cannot be opened may exist all the same; null if there is none. */
function reasonMissing({ files }: World, path: string): string | null {
  for (let at = path; at.includes('/'); at = at.slice(0, at.lastIndexOf('/'))) {
    if (!files.isThere(at)) continue;
    if (at !== path && files.isFile(at)) return 'a part of its path is not a folder';
    return at !== path && files.mode(at) !== null ? null : 'is a link to nothing';
  }
  return null;
}
