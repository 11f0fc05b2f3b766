import { agentOf } from '../guard/agent.ts';
import { xdgDirectory } from '../lib/xdg-directory.ts';
import type { World } from '../world.ts';
import { defaults, unreadable } from './defaults.ts';
import type { Settings } from './types.ts';

/** The path of the settings file: `$XDG_CONFIG_HOME/awsp/config`; null without a home directory. */
export function settingsPath(world: Pick<World, 'env' | 'home'>): string | null {
  const directory = xdgDirectory(world, 'config');
  return directory === null ? null : `${directory}/config`;
}

/**
 * The settings file that an AI agent is held to, in the home folder of the user's account: HOME and XDG_CONFIG_HOME are
 * the agent's to set. Null where a person runs the shell, where the account is not known, and where it is the file of
 * `settingsPath`.
 */
export function ownSettingsPath(world: World): string | null {
  if (agentOf(world.env) === null) return null;
  const home = world.userHome();
  const own = home === null ? null : settingsPath({ env: {}, home });
  const path = settingsPath(world);
  const isOther = own !== null && own !== path && (path === null || !world.files.isSame(own, path));
  return isOther ? own : null;
}

/**
 * Reads the settings; for an AI agent held to those of `ownSettingsPath`. Whatever is wrong with the file becomes a problem,
 * the default is used for a bad value, and a switch to production is confirmed at least by a yes (see `strictestReading`):
 * nothing that spoils the file ends a protection.
 */
export async function loadSettings(world: World): Promise<Settings> {
  const settings = await loadFrom(world, settingsPath(world));
  const own = ownSettingsPath(world);
  if (own === null) return settings;
  const { heldTo } = await import('./strictest.ts');
  return heldTo(await loadFrom(world, own), settings);
}

// --- internal ---

async function loadFrom(world: World, path: string | null): Promise<Settings> {
  if (path === null) return unreadable('~/.config/awsp/config', 'HOME is not set');
  const read = world.files.read(path);
  if (read.kind === 'unreadable') return unreadable(path, read.reason);
  if (read.kind === 'missing') {
    const reason = reasonMissing(world, path);
    return reason === null ? defaults : unreadable(path, reason);
  }
  // Loaded late: most people have no settings.
  const { readSettings } = await import('./read-settings.ts');
  const file = await readSettings(read.text, read.clean, path);
  if (file.problems.length === 0) return file;
  const { strictestReading } = await import('./strictest.ts');
  return { ...file, ...strictestReading(read.text, file) };
}

/** Why a file that cannot be opened may exist all the same; null if there is none. */
function reasonMissing({ files }: World, path: string): string | null {
  for (let at = path; ; ) {
    const directory = at.slice(0, at.lastIndexOf('/'));
    if (files.isFile(directory)) return 'a part of its path is not a folder';
    if (directory === '' || files.mode(directory) !== null) {
      // It is in its folder, and cannot be opened: a symbolic link to nothing.
      return files.list(directory || '/').includes(at.slice(directory.length + 1)) ? 'is a link to nothing' : null;
    }
    at = directory;
  }
}
