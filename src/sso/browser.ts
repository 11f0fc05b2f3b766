import type { World } from '../world.ts';

/** A program that opens a page, with what comes before the address. */
export interface BrowserCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * How a page is opened here: by the program that BROWSER names (its first that exists; `%s` stands for the address), else
 * by the desktop's own. Null where there is none, over SSH, and without a display: the person has a browser elsewhere.
 */
export function browserCommand(world: BrowserWorld, url: string): BrowserCommand | null {
  const { env, platform } = world;
  const chosen = chosenBrowser(world, url);
  if (chosen !== null) return chosen;
  if (env.SSH_CONNECTION || env.SSH_TTY) return null;
  if (platform === 'darwin') return { program: '/usr/bin/open', args: [url] };
  if (env.WSL_DISTRO_NAME) return firstOf(world, ['wslview', 'xdg-open'], url);
  return env.DISPLAY || env.WAYLAND_DISPLAY ? firstOf(world, ['xdg-open', 'sensible-browser'], url) : null;
}

// --- internal ---

type BrowserWorld = Pick<World, 'env' | 'platform' | 'files'>;

function chosenBrowser({ env, files }: BrowserWorld, url: string): BrowserCommand | null {
  for (const command of (env.BROWSER ?? '').split(':')) {
    const [name = '', ...args] = command.trim().split(/\s+/);
    const program = name.includes('/') ? name : files.findProgram(name, env.PATH);
    if (name === '' || program === null) continue;
    return { program, args: args.includes('%s') ? args.map((arg) => (arg === '%s' ? url : arg)) : [...args, url] };
  }
  return null;
}

function firstOf({ env, files }: BrowserWorld, names: readonly string[], url: string): BrowserCommand | null {
  const program = names.map((name) => files.findProgram(name, env.PATH)).find((path) => path !== null);
  return program === undefined ? null : { program, args: [url] };
}
