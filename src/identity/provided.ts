import {
  fromContainerMetadata,
  fromHttp,
  fromInstanceMetadata,
  fromLoginCredentials,
  fromProcess,
  fromTokenFile,
  propertyProviderChain,
} from '@aws-sdk/credential-providers';
import { externalDataInterceptor } from '@smithy/core/config';
import type { Profile } from '../aws-config/types.ts';
import { asAccountId } from '../network/fields.ts';
import { sdkName } from './sdk-config.ts';
import type { IssuedRole, Sts } from './sts.ts';
import type { Credentials } from './types.ts';

// The kinds of profiles whose credentials the SDK's own providers get. Each rejects with the SDK's errors.

/** Where the SDK reads the profile that it gets credentials for. */
interface Source {
  readonly sts: Sts;
  /** The text of a config file with this profile alone (see `sdkConfig`). */
  readonly configText: string;
  readonly credentialsPath: string;
}

/** The credentials of a `credential_process`. */
export async function processCredentials(link: Profile, source: Source): Promise<Credentials> {
  return toCredentials(await fromProcess(sdkOptions(link, source))());
}

/** The credentials of `aws login`, renewed where they must be. */
export async function loginCredentials(link: Profile, source: Source): Promise<Credentials> {
  const { clientConfig } = source.sts;
  return toCredentials(await fromLoginCredentials({ ...sdkOptions(link, source), clientConfig })());
}

/** The role of a web identity; the token is read from its file. */
export async function webIdentityRole({ properties }: Profile, sts: Sts): Promise<IssuedRole> {
  const value = (key: string) => properties.get(key)?.value || undefined;
  const [webIdentityTokenFile, roleArn] = [value('web_identity_token_file'), value('role_arn')];
  const roleSessionName = value('role_session_name');
  let issued: IssuedRole | null = null;
  const getToken = fromTokenFile({
    ...(webIdentityTokenFile === undefined ? {} : { webIdentityTokenFile }),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(roleSessionName === undefined ? {} : { roleSessionName }),
    roleAssumerWithWebIdentity: async (input) => {
      issued = await sts.assumeRoleWithWebIdentity(input);
      const { accessKeyId, secretAccessKey } = issued.credentials;
      return { accessKeyId, secretAccessKey };
    },
  });
  await getToken();
  if (issued === null) throw new TypeError('the provider requested no role');
  return issued;
}

/** The credentials of the machine: `credential_source` of a role. The environment is refused before (see `profileFault`). */
export async function machineCredentials(source: string): Promise<Credentials> {
  const provider =
    source === 'EcsContainer' ? propertyProviderChain(fromHttp(), fromContainerMetadata()) : fromInstanceMetadata();
  return toCredentials(await provider());
}

// --- internal ---

/** A path that no file has. */
const configPath = '/awsp/source';

function sdkOptions({ name }: Profile, { configText, credentialsPath }: Source) {
  externalDataInterceptor.interceptFile(configPath, configText);
  return { profile: sdkName(name), configFilepath: configPath, filepath: credentialsPath };
}

interface SdkCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Readonly<{ getTime(): number }>;
  readonly accountId?: string;
}

function toCredentials({ expiration, ...keys }: SdkCredentials): Credentials {
  const end = expiration?.getTime() ?? Number.NaN;
  return {
    accessKeyId: keys.accessKeyId,
    secretAccessKey: keys.secretAccessKey,
    sessionToken: keys.sessionToken ?? null,
    expiresAt: Number.isNaN(end) ? null : end,
    accountId: asAccountId(keys.accountId),
  };
}
