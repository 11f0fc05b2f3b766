import type { Profile } from '../aws-config/types.ts';
import { fingerprint } from '../lib/fingerprint.ts';
import { loginTokenPath, parseLoginToken } from '../sso/aws-login.ts';
import type { World } from '../world.ts';

/** The token of a `login_session` profile, as the cache of `aws login` has it. */
export interface LoginToken {
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Changes when the token changes; no secret can be read from it. */
  readonly fingerprint: string;
}

/** The token with which a profile of `aws login` is used; null for another profile, or when there is none. */
export function loginTokenOf(world: World, profile: Profile): LoginToken | null {
  const path = profile.kind === 'login' ? loginTokenPath(world, profile) : null;
  return path === null ? null : readLoginToken(world, path);
}

/** The token in one file of that cache; null when there is none. */
export function readLoginToken(world: World, path: string): LoginToken | null {
  const read = world.files.read(path);
  if (read.kind !== 'text') return null;
  const token = parseLoginToken(read.text);
  return token === null ? null : { path, expiresAt: token.expiresAt, fingerprint: fingerprint(read.text) };
}
