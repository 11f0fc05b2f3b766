import { expandPath } from '../aws-config/paths.ts';
import type { Profile } from '../aws-config/types.ts';
import { SignInNeeded } from '../errors.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { fromIsoTime } from '../lib/time.ts';
import type { Environment, World } from '../world.ts';

/** The folder of the cache of `aws login` (botocore/utils.py, `get_login_token_cache_directory`); null if HOME is not set. */
export function loginCacheFolder(env: Environment, home: string | null): string | null {
  return expandPath(env.AWS_LOGIN_CACHE_DIRECTORY || '~/.aws/login/cache', env, home);
}

/**
 * The file in which `aws login` keeps the sign-in of a profile with `login_session`: awscli, botocore/credentials.py,
 * `LoginProvider`, and customizations/login. Null without HOME, and for a profile without a session.
 */
export function loginTokenPath({ env, home, digest }: World, { properties }: Profile): string | null {
  const session = properties.get('login_session')?.value;
  const folder = loginCacheFolder(env, home);
  return session && folder !== null ? `${folder}/${digest('sha256', session.trim())}.json` : null;
}

/** What matters of such a file: when the access token ends, and whether it can be renewed. Null for any other text. */
export function parseLoginToken(text: string): { readonly expiresAt: number; readonly canRefresh: boolean } | null {
  try {
    const { accessToken, refreshToken, dpopKey } = JSON.parse(text);
    const expiresAt = fromIsoTime(accessToken.expiresAt);
    return Number.isNaN(expiresAt) ? null : { expiresAt, canRefresh: Boolean(refreshToken && dpopKey) };
  } catch {
    return null;
  }
}

/** The error for a profile of `aws login` that nobody is signed in for. awsp does not sign in for these itself. */
export function awsLoginNeeded({ name }: Profile, state: 'none' | 'expired', cause?: unknown): SignInNeeded {
  const message = state === 'none' ? `you are not signed in for "${name}"` : `the sign-in of "${name}" has expired`;
  return new SignInNeeded(name, message, cause, `aws login --profile ${quoteWord(name)}`);
}
