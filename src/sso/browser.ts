import type { World } from '../world.ts';

/** A program that opens a page, with what comes before the address. */
export interface BrowserCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * How a page is opened here: by the command of the settings, by the program that BROWSER names (its first that exists;
 * in either `%s` stands for the address), else by the desktop's own. Null where there is none, over SSH, and without a
 * display: the person has a browser elsewhere.
 */
export function browserCommand(world: BrowserWorld, url: string, setting: string | null = null): BrowserCommand | null {
  const { env, platform } = world;
  // The choice of the settings holds, also where there is no such program: the person hears of it.
  if (setting !== null) return toCommand(world, setting, url);
  const chosen = (env.BROWSER ?? '')
    .split(':')
    .map((command) => toCommand(world, command, url))
    .find(({ program }) => program.includes('/'));
  if (chosen !== undefined) return chosen;
  if (env.SSH_CONNECTION || env.SSH_TTY) return null;
  if (platform === 'darwin') return { program: '/usr/bin/open', args: [url] };
  if (env.WSL_DISTRO_NAME) return firstOf(world, ['wslview', 'xdg-open'], url);
  return env.DISPLAY || env.WAYLAND_DISPLAY ? firstOf(world, ['xdg-open', 'sensible-browser'], url) : null;
}

// --- internal ---

type BrowserWorld = Pick<World, 'env' | 'platform' | 'files'>;

/** The program by its path where PATH has it. */
function toCommand({ env, files }: BrowserWorld, command: string, url: string): BrowserCommand {
  const [name = '', ...args] = command.trim().split(/\s+/);
  const program = name === '' || name.includes('/') ? name : (files.findProgram(name, env.PATH) ?? name);
  const isPlaced = args.some((arg) => arg.includes('%s'));
  return { program, args: isPlaced ? args.map((arg) => arg.replaceAll('%s', () => url)) : [...args, url] };
}

function firstOf({ env, files }: BrowserWorld, names: readonly string[], url: string): BrowserCommand | null {
  const program = names.map((name) => files.findProgram(name, env.PATH)).find((path) => path !== null);
  return program === undefined ? null : { program, args: [url] };
}
