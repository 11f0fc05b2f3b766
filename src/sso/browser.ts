import { agentOf } from '../guard/agent.ts';
import type { World } from '../world.ts';

/** A program that opens a page, with its arguments. */
export interface BrowserCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * The command that opens a page on this machine: the one of the settings, else the first of BROWSER whose program exists,
 * else the desktop's own. In the first two `%s` stands for the address. Null when there is no browser, over SSH, without a
 * display, and where an AI agent runs the shell: then the person opens the page.
 */
export function browserCommand(world: BrowserWorld, url: string, setting: string | null = null): BrowserCommand | null {
  const { env, platform } = world;
  if (agentOf(env) !== null) return null;
  // Also when there is no such program: then starting it fails with a message.
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

/** A command line with the address in it; the program is given by its path when it is in PATH. */
function toCommand({ env, files }: BrowserWorld, command: string, url: string): BrowserCommand {
  const [name = '', ...args] = command.trim().split(/\s+/);
  const program = name === '' || name.includes('/') ? name : (files.findProgram(name, env.PATH) ?? name);
  const hasPlaceholder = args.some((arg) => arg.includes('%s'));
  return { program, args: hasPlaceholder ? args.map((arg) => arg.replaceAll('%s', () => url)) : [...args, url] };
}

function firstOf({ env, files }: BrowserWorld, names: readonly string[], url: string): BrowserCommand | null {
  const program = names.map((name) => files.findProgram(name, env.PATH)).find((path) => path !== null);
  return program === undefined ? null : { program, args: [url] };
}
