import type { World } from '../world.ts';

const directories = {
  config: { variable: 'XDG_CONFIG_HOME', place: '.config' },
  state: { variable: 'XDG_STATE_HOME', place: '.local/state' },
  cache: { variable: 'XDG_CACHE_HOME', place: '.cache' },
} as const;

/**
 * awsp's directory for settings, state or cache; null without a home directory. A variable without an absolute path is
 * ignored (XDG Base Directory Specification).
 */
export function xdgDirectory(
  { env, home }: Pick<World, 'env' | 'home'>,
  kind: keyof typeof directories,
): string | null {
  const { variable, place } = directories[kind];
  if (env[variable]?.startsWith('/')) return `${env[variable]}/awsp`;
  return home === null ? null : `${home}/${place}/awsp`;
}

/** awsp's directories for settings of all users of a machine, the one that counts most first, by the same specification. */
export function xdgSharedDirectories({ env, sharedConfig }: Pick<World, 'env' | 'sharedConfig'>): readonly string[] {
  const given = (env.XDG_CONFIG_DIRS ?? '').split(':').filter((path) => path.startsWith('/'));
  const paths = (given.length === 0 ? [sharedConfig] : given).map((path) => path.replace(/\/+$/, ''));
  return [...new Set(paths)].map((path) => `${path}/awsp`);
}
