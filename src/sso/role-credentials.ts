import type { Profile } from '../aws-config/types.ts';
import { readFields } from '../lib/json-fields.ts';
import { pythonString } from '../lib/python-json.ts';
import type { World } from '../world.ts';
import type { SsoSession } from './session.ts';

/**
 * The file in which version 2 of the AWS CLI caches the role credentials of a profile, which stay valid for hours after the
 * sign-in has ended; `aws sso logout` deletes them too. Null when the profile has none.
 */
export function roleCredentialsPath(
  world: World,
  session: SsoSession,
  { accountId, roleName }: Profile,
): string | null {
  const folder = roleCredentialsFolder(world);
  if (folder === null || accountId === null || roleName === null) return null;
  const [key, value] = session.name === null ? ['startUrl', session.startUrl] : ['sessionName', session.name];
  // The text whose SHA-1 names the file (awscli/botocore/credentials.py, `SSOCredentialFetcher._create_cache_key`).
  const name = `{"accountId":"${accountId}","roleName":${pythonString(roleName)},"${key}":${pythonString(value)}}`;
  return `${folder}/${world.digest('sha1', name)}.json`;
}

/**
 * All files with role credentials of sign-ins in that cache, by what the AWS CLI writes into them. Files of the cache that
 * cannot be read are included, because they may be such.
 */
export function allRoleCredentials(world: World): readonly string[] {
  const folder = roleCredentialsFolder(world);
  if (folder === null) return [];
  return world.files.list(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    const read = world.files.read(path);
    const isOfCache = read.kind === 'unreadable' && /^[0-9a-f]{40}\.json$/.test(name);
    return isOfCache || (read.kind === 'text' && readFields(read.text)('ProviderType') === 'sso') ? [path] : [];
  });
}

/** The AWS CLI's folder for role credentials; null without HOME. */
export function roleCredentialsFolder({ home }: Pick<World, 'home'>): string | null {
  return home === null ? null : `${home}/.aws/cli/cache`;
}
