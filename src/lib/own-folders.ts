import type { World } from '../world.ts';

const folders = {
  config: { variable: 'XDG_CONFIG_HOME', place: '.config' },
  state: { variable: 'XDG_STATE_HOME', place: '.local/state' },
  cache: { variable: 'XDG_CACHE_HOME', place: '.cache' },
} as const;

/**
 * awsp's own folder for its settings, its state or its cache; null when there is no home at all. A variable that holds no
 * absolute path is not obeyed (XDG Base Directory Specification).
 */
export function ownFolder({ env, home }: Pick<World, 'env' | 'home'>, kind: keyof typeof folders): string | null {
  const { variable, place } = folders[kind];
  if (env[variable]?.startsWith('/')) return `${env[variable]}/awsp`;
  return home === null ? null : `${home}/${place}/awsp`;
}
