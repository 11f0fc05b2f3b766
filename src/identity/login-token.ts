import { expandPath } from '../aws-config/paths.ts';
import type { Profile } from '../aws-config/types.ts';
import { fingerprint } from '../lib/fingerprint.ts';
import { fromIsoTime } from '../lib/time.ts';
import type { Environment, World } from '../world.ts';

/** The token of a `login_session` profile, as the cache of `aws login` has it. */
export interface LoginToken {
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Changes when the token changes; no secret can be read from it. */
  readonly fingerprint: string;
}

/** The folder of that cache (botocore/utils.py, `get_login_token_cache_directory`); null if HOME is not set. */
export function loginCacheFolder(env: Environment, home: string | null): string | null {
  return expandPath(env.AWS_LOGIN_CACHE_DIRECTORY || '~/.aws/login/cache', env, home);
}

/** The token with which a profile of `aws login` is used; null for another profile, or when there is none. */
export function loginTokenOf(world: World, { kind, properties }: Profile): LoginToken | null {
  const session = properties.get('login_session')?.value;
  const folder = loginCacheFolder(world.env, world.home);
  if (kind !== 'login' || session === undefined || folder === null) return null;
  return readLoginToken(world, `${folder}/${world.digest('sha256', session.trim())}.json`);
}

/** The token in one file of that cache; null when there is none. */
export function readLoginToken(world: World, path: string): LoginToken | null {
  const read = world.files.read(path);
  if (read.kind !== 'text') return null;
  try {
    const expiresAt = fromIsoTime(JSON.parse(read.text).accessToken.expiresAt);
    return Number.isNaN(expiresAt) ? null : { path, expiresAt, fingerprint: fingerprint(read.text) };
  } catch {
    return null;
  }
}
