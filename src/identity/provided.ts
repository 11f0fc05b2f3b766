import {
  fromContainerMetadata,
  fromHttp,
  fromInstanceMetadata,
  fromProcess,
  fromTokenFile,
  propertyProviderChain,
} from '@aws-sdk/credential-providers';
import { externalDataInterceptor } from '@smithy/core/config';
import type { Profile } from '../aws-config/types.ts';
import { readObject } from '../lib/json-fields.ts';
import { excerpt, listed } from '../lib/text.ts';
import { fromIsoTime, hasTimeZone } from '../lib/time.ts';
import { asAccountId } from '../network/fields.ts';
import type { LineDone, World } from '../world.ts';
import type { AwsClient } from './aws-client.ts';
import { sdkName } from './sdk-config.ts';
import type { IssuedRole } from './sts.ts';
import type { Credentials } from './types.ts';

// The kinds of profiles whose credentials the SDK's own providers get. Each rejects with the SDK's errors.

/** Where the SDK reads the profile that it gets credentials for. */
interface Source {
  readonly world: Pick<World, 'runLine'>;
  readonly client: AwsClient;
  /** The text of a config file with this profile alone (see `sdkConfig`). */
  readonly configText: string;
  readonly credentialsPath: string;
}

/** The credentials of a `credential_process`. */
export async function processCredentials(link: Profile, source: Source): Promise<Credentials> {
  let printed = '';
  const recording = (line: string, done: LineDone) => {
    source.world.runLine(line, (error, output) => {
      printed = output.stdout;
      done(error, output);
    });
  };
  // The SDK parses the time of the end, and drops what it looks like.
  externalDataInterceptor.interceptToken('exec', recording);
  const credentials = toCredentials(await fromProcess(sdkOptions(link, source))());
  const doubt = doubtAboutEnd(link.name, readObject(printed.trim())?.Expiration);
  return doubt === null ? credentials : { ...credentials, doubt };
}

/**
 * Which tools fail for the `Expiration` that a process has printed; null where none does. Tried with the AWS CLI 2.9,
 * botocore 1.43, aws-sdk-go-v2/config 1.33 and the SDK for Java 2.58: botocore needs a time zone, Go and Java RFC 3339.
 */
function doubtAboutEnd(name: string, end: unknown): string | null {
  const isForAll = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
  if (end === undefined || end === null || (typeof end === 'string' && isForAll.test(end))) return null;
  const isForBotocore = typeof end === 'string' && hasTimeZone(end) && !Number.isNaN(fromIsoTime(end));
  const failing = isForBotocore ? [] : ['AWS CLI v2', 'AWS CLI v1 and boto3'];
  const what =
    typeof end === 'string' && isForBotocore ? 'not in the form of RFC 3339' : 'without a time and a time zone';
  return `the credential_process of "${name}" prints "Expiration": ${excerpt(JSON.stringify(end), 40)}, ${what}: ${listed([...failing, 'SDK for Go', 'SDK for Java'])} fail`;
}

/** The role of a web identity; the token is read from its file. */
export async function webIdentityRole({ properties }: Profile, client: AwsClient): Promise<IssuedRole> {
  const value = (key: string) => properties.get(key)?.value || undefined;
  const [webIdentityTokenFile, roleArn] = [value('web_identity_token_file'), value('role_arn')];
  const roleSessionName = value('role_session_name');
  let issued: IssuedRole | null = null;
  const getToken = fromTokenFile({
    ...(webIdentityTokenFile === undefined ? {} : { webIdentityTokenFile }),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(roleSessionName === undefined ? {} : { roleSessionName }),
    roleAssumerWithWebIdentity: async (input) => {
      issued = await client.assumeRoleWithWebIdentity(input);
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
