import { toIsoTime } from '../lib/time.ts';
import type { Environment } from '../world.ts';
import type { Facts } from './delta.ts';
import { regionVariables } from './variables.ts';

/** Temporary keys: those of `Credentials`, of which only these are handed out. */
interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
  /** In milliseconds since 1970; null for keys that do not expire. */
  readonly expiresAt: number | null;
}

/**
 * Returns the environment of a command that gets keys in place of the profile. AWS_PROFILE is not in it, because the SDK for
 * JavaScript prefers that to keys; so the profile's region is, unless there is one already.
 */
export function keysEnvironment(env: Environment, { profileRegion }: Facts, keys: Keys): Environment {
  const { AWS_PROFILE: _profile, ...rest } = env;
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || profileRegion;
  const regions = regionVariables.filter((name) => !env[name] && region).map((name) => [name, region ?? '']);
  return {
    ...rest,
    ...Object.fromEntries(regions),
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    ...(keys.sessionToken === null ? {} : { AWS_SESSION_TOKEN: keys.sessionToken }),
    ...(keys.expiresAt === null ? {} : { AWS_CREDENTIAL_EXPIRATION: toIsoTime(keys.expiresAt) ?? '' }),
  };
}

/**
 * Returns the environment without any other way to credentials than the keys in it: no profiles, no role of a container, a
 * pod or a machine.
 */
export function withoutOtherCredentials(env: Environment): Environment {
  const kept = Object.entries(env).filter(([name]) => !otherSources.includes(name));
  return {
    ...Object.fromEntries(kept),
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

// --- internal ---

const otherSources: readonly string[] = [
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_LOGIN_CACHE_DIRECTORY',
];
