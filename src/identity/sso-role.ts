import { GetRoleCredentialsCommand, SSOClient } from '@aws-sdk/client-sso';
import { asRoleCredentials } from './direct-requests.ts';
import type { ClientConfig } from './sts.ts';
import type { Credentials } from './types.ts';

export interface SsoRole {
  readonly region: string;
  readonly accountId: string;
  readonly roleName: string;
}

/** Requests the credentials of a role from the portal (GetRoleCredentials). Rejects with the SDK's errors. */
export async function requestSsoRole(
  config: ClientConfig,
  { region, accountId, roleName }: SsoRole,
  accessToken: string,
): Promise<Credentials> {
  const client = new SSOClient({ ...config, region });
  const { roleCredentials } = await client.send(new GetRoleCredentialsCommand({ accountId, roleName, accessToken }));
  const credentials = asRoleCredentials(roleCredentials, accountId);
  if (credentials === null)
    throw new SyntaxError('the response of IAM Identity Center is not one of GetRoleCredentials');
  return credentials;
}
