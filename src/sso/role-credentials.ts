import type { Profile } from '../aws-config/types.ts';
import { pythonString } from '../lib/python-json.ts';
import type { World } from '../world.ts';
import type { SsoSession } from './session.ts';

/**
 * Deletes the role credentials that version 2 of the AWS CLI has cached for a profile: they stay valid for hours after the
 * sign-in has ended. `aws sso logout` deletes them too.
 */
export function deleteRoleCredentials(world: World, session: SsoSession, { accountId, roleName }: Profile): void {
  if (world.home === null || accountId === null || roleName === null) return;
  const [key, value] = session.name === null ? ['startUrl', session.startUrl] : ['sessionName', session.name];
  // The text whose SHA-1 names the file (awscli/botocore/credentials.py, `SSOCredentialFetcher._create_cache_key`).
  const name = `{"accountId":"${accountId}","roleName":${pythonString(roleName)},"${key}":${pythonString(value)}}`;
  world.files.remove(`${world.home}/.aws/cli/cache/${world.digest('sha1', name)}.json`);
}
