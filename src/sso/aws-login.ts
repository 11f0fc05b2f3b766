import { expandPath } from '../aws-config/paths.ts';
import { chain } from '../aws-config/profiles.ts';
import type { Profile, ProfileSet } from '../aws-config/types.ts';
import { SignInNeeded } from '../errors.ts';
import { readFields, readObject } from '../lib/json-fields.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { fromIsoTime } from '../lib/time.ts';
import { defaultRegionOf } from '../network/default-region.ts';
import type { Environment, World } from '../world.ts';

/** A sign-in by `aws login`: the `login_session` that profiles have, and where it is made and kept. */
export interface AwsLogin {
  /** `login_session`: the ARN of the user or of the role session in the console. */
  readonly arn: string;
  /** The profile that is signed in for. */
  readonly profile: string;
  /** Its file in the cache; null without HOME. */
  readonly path: string | null;
  /** The region in which a person signs in. */
  readonly region: string;
  /** The endpoint in place of AWS's own, without a slash at its end; null for AWS's own. */
  readonly endpoint: string | null;
  /** The `ca_bundle` of the profile. */
  readonly caBundle: string | null;
}

/** A sign-in that is wanted: of a profile, or of whoever signs in for a new one (`arn` and `profile` are null). */
export interface LoginTarget extends Omit<AwsLogin, 'arn' | 'profile'> {
  readonly arn: string | null;
  readonly profile: string | null;
}

/** The sign-in for a new profile with that region. Until somebody has signed in, `path` is only in the right folder. */
export function newAwsLogin({ env, home }: World, profiles: ProfileSet, region: string): LoginTarget {
  const folder = loginCacheFolder(env, home);
  const none = { properties: new Map() };
  return {
    ...{ arn: null, profile: null, region, endpoint: endpointOf(env, profiles, none), caBundle: null },
    path: folder === null ? null : `${folder}/new.json`,
  };
}

/** The same sign-in once it is known who has signed in. */
export function asSignedIn({ env, home, digest }: World, login: LoginTarget, arn: string): LoginTarget {
  const folder = loginCacheFolder(env, home);
  return login.arn !== null || folder === null ? login : { ...login, path: loginFile(folder, arn, digest) };
}

/** What is signed in, in words: the profile in quotes, or a new one. */
export function loginInWords({ profile }: Pick<LoginTarget, 'profile'>): string {
  return profile === null ? 'a new profile' : `"${profile}"`;
}

/** The command line that signs in. */
export function loginCommand({ profile }: Pick<LoginTarget, 'profile'>): string {
  return profile === null ? 'awsp new --aws-login' : `awsp login ${quoteWord(profile)}`;
}

/** The sign-in by `aws login` that a profile with `login_session` uses; null for any other profile. */
export function awsLoginOf(world: World, profiles: ProfileSet, profile: Profile): AwsLogin | null {
  const arn = profile.properties.get('login_session')?.value.trim();
  if (profile.kind !== 'login' || !arn) return null;
  return {
    arn,
    profile: profile.name,
    path: loginTokenPath(world, profile),
    region: loginRegion(profile, world.env),
    endpoint: endpointOf(world.env, profiles, profile),
    caBundle: profile.properties.get('ca_bundle')?.value ?? null,
  };
}

/** The same for the profile at the end of a `source_profile` chain. */
export function awsLoginOfChain(world: World, profiles: ProfileSet, profile: Profile | null): AwsLogin | null {
  const root = profile === null ? undefined : chain(profiles, profile.name).profiles.at(-1);
  return root === undefined ? null : awsLoginOf(world, profiles, root);
}

/** All sign-ins by `aws login`, each once, with the names of the profiles that have it as their `login_session`. */
export function allAwsLogins(
  world: World,
  profiles: ProfileSet,
): readonly { readonly login: AwsLogin; readonly users: readonly string[] }[] {
  const found = new Map<string, { login: AwsLogin; users: string[] }>();
  for (const profile of profiles.all()) {
    const login = awsLoginOf(world, profiles, profile);
    if (login === null) continue;
    const known = found.get(login.arn);
    if (known === undefined) found.set(login.arn, { login, users: [profile.name] });
    else known.users.push(profile.name);
  }
  return [...found.values()];
}

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
  return session && folder !== null ? loginFile(folder, session.trim(), digest) : null;
}

/** What matters of such a file: when the access token ends, and whether it can be renewed. Null for any other text. */
export function parseLoginToken(text: string): { readonly expiresAt: number; readonly canRefresh: boolean } | null {
  const whole = readObject(text);
  const expiresAt = fromIsoTime(readFields(text, 'accessToken')('expiresAt'));
  if (whole === null || Number.isNaN(expiresAt)) return null;
  return { expiresAt, canRefresh: Boolean(whole.refreshToken && whole.dpopKey) };
}

/** Access tokens with no more than this left are renewed, as by the AWS CLI (botocore/credentials.py, `LoginCredentialFetcher`). */
export const loginRenewalMs = 5 * 60_000;

/** The error for a profile of `aws login` that a person has to sign in for; `reason` is AWS's, in plain words. */
export function awsLoginNeeded(
  name: string,
  state: 'none' | 'expired',
  { reason, cause }: { readonly reason?: string; readonly cause?: unknown } = {},
): SignInNeeded {
  const message = state === 'none' ? `you are not signed in for "${name}"` : `the sign-in of "${name}" has expired`;
  return new SignInNeeded(name, reason === undefined ? message : `${message}: ${reason}`, cause);
}

// --- internal ---

function loginFile(folder: string, arn: string, digest: World['digest']): string {
  return `${folder}/${digest('sha256', arn)}.json`;
}

/**
 * The region in which a person signs in. AWS's tools renew in the region that they use the profile with, whatever the
 * sign-in's was (github.com/aws/aws-cli/issues/10613): so the profile's own comes first, which all of them know.
 */
function loginRegion(profile: Profile, env: Environment): string {
  const partition = profile.properties.get('login_session')?.value.split(':')[1] ?? 'aws';
  return profile.region || env.AWS_REGION || env.AWS_DEFAULT_REGION || defaultRegionOf(partition);
}

/** As the AWS CLI finds it (botocore/configprovider.py, `ConfiguredEndpointProvider`), for the service `signin`. */
function endpointOf(env: Environment, profiles: ProfileSet, profile: Pick<Profile, 'properties'>): string | null {
  const property = (name: string) => profile.properties.get(name)?.value;
  const ignored = env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS || property('ignore_configured_endpoint_urls') || '';
  if (ignored.toLowerCase() === 'true') return null;
  const services = profiles.services(property('services') ?? '');
  const url =
    env.AWS_ENDPOINT_URL_SIGNIN ||
    env.AWS_ENDPOINT_URL ||
    services?.properties.get('signin.endpoint_url')?.value ||
    property('endpoint_url');
  return url && URL.canParse(url) ? url.replace(/\/+$/, '') : null;
}
