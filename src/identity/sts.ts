import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  type AssumeRoleCommandOutput,
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  type AssumeRoleWithWebIdentityCommandOutput,
  GetCallerIdentityCommand,
  type GetCallerIdentityCommandOutput,
  GetFederationTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { externalDataInterceptor } from '@smithy/core/config';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import { asAccountId, asIdentity, asIdentityArn, asToken, asUserId } from '../network/fields.ts';
import type { RequestHandler } from '../network/request-handler.ts';
import type { AssumedRole } from './role-cache.ts';
import type { Credentials, Identity } from './types.ts';

/** What the SDK reads of one profile, in place of AWS's files. */
export interface SdkFiles {
  /** The profile's name in `config` (see `sdkName`). */
  readonly profile: string;
  /** The path of the config file, and the text that the SDK reads in its place. */
  readonly config: { readonly path: string; readonly text: string };
  /** The path of the credentials file; the SDK reads it as empty. */
  readonly credentialsPath: string;
}

/** What the SDK's clients of one profile have in common: the profile, for its endpoints, and the connections. */
export interface ClientConfig {
  readonly profile: string;
  readonly requestHandler: RequestHandler;
  readonly maxAttempts: number;
  readonly logger: typeof silent;
}

/** Has the SDK read these files, and returns what its clients need. */
export function clientConfig({ profile, config, credentialsPath }: SdkFiles, handler: RequestHandler): ClientConfig {
  externalDataInterceptor.interceptFile(credentialsPath, '');
  // Both paths may be the same file. The later interception wins, and its text has all profiles.
  externalDataInterceptor.interceptFile(config.path, config.text);
  return { profile, requestHandler: handler, maxAttempts: 3, logger: silent };
}

/** A role that was assumed. */
export interface IssuedRole {
  readonly credentials: Credentials;
  readonly role: AssumedRole;
}

/** The requests to STS in one region, by the SDK. They reject with the SDK's errors. */
export class Sts {
  readonly #config: ClientConfig;
  readonly #region: string;

  constructor(config: ClientConfig, region: string) {
    this.#config = config;
    this.#region = region;
  }

  async endpoint(): Promise<URL> {
    const { config } = this.#client(null);
    return (await getEndpointFromInstructions({}, GetCallerIdentityCommand, { ...config })).url;
  }

  /** The identity of credentials (GetCallerIdentity). */
  async identity(credentials: Credentials): Promise<Identity> {
    return toIdentity(await this.#client(credentials).send(new GetCallerIdentityCommand({})));
  }

  async assumeRole(source: Credentials, input: AssumeRoleCommandInput): Promise<IssuedRole> {
    return toIssuedRole(await this.#client(source).send(new AssumeRoleCommand(input)));
  }

  /** Temporary credentials for a user's own access keys, with all that the user may do (GetFederationToken). */
  async federationToken(user: Credentials, name: string, seconds: number | undefined): Promise<Credentials> {
    const input = { Name: name, Policy: allOfUser, DurationSeconds: seconds };
    const { Credentials: keys, FederatedUser } = await this.#client(user).send(new GetFederationTokenCommand(input));
    return { ...toKeys(keys), accountId: asAccountId(FederatedUser?.Arn?.split(':')[4]) };
  }

  async assumeRoleWithWebIdentity(input: AssumeRoleWithWebIdentityCommandInput): Promise<IssuedRole> {
    return toIssuedRole(await this.#client(null).send(new AssumeRoleWithWebIdentityCommand(input)));
  }

  /**
   * As the AWS CLI does, roles are assumed in the region of the profile that is used, not of that at each link of the chain
   * (botocore/credentials.py, `_get_client_creator`).
   */
  #client(credentials: Credentials | null): STSClient {
    const { accessKeyId = '', secretAccessKey = '', sessionToken = null } = credentials ?? {};
    const keys = { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) };
    return new STSClient({ ...this.#config, region: this.#region, credentials: keys });
  }
}

// --- internal ---

/** The SDK's own warnings are not for the person. */
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

function toIdentity({ Account, Arn, UserId }: GetCallerIdentityCommandOutput): Identity {
  const identity = asIdentity({ accountId: Account, arn: Arn, userId: UserId });
  if (identity === null) throw new SyntaxError('the response of AWS STS is not one of GetCallerIdentity');
  return identity;
}

/** Parses the response of AssumeRole and AssumeRoleWithWebIdentity. */
function toIssuedRole({
  Credentials: keys,
  AssumedRoleUser: user,
  $metadata,
}: AssumeRoleCommandOutput | AssumeRoleWithWebIdentityCommandOutput): IssuedRole {
  const accountId = asAccountId(user?.Arn?.split(':')[4]);
  const arn = accountId === null ? null : asIdentityArn(user?.Arn, accountId);
  const assumedRoleId = asUserId(user?.AssumedRoleId);
  const issued = toKeys(keys);
  if (arn === null || assumedRoleId === null) throw new SyntaxError('the response of AWS STS names no role');
  return {
    credentials: { ...issued, accountId },
    role: { assumedRoleId, arn, requestId: asUserId($metadata.requestId) ?? '' },
  };
}

/** The keys in a response of AssumeRole, AssumeRoleWithWebIdentity and GetFederationToken. */
function toKeys(keys: AssumeRoleCommandOutput['Credentials']): Omit<Credentials, 'accountId'> {
  const [accessKeyId, secretAccessKey] = [asToken(keys?.AccessKeyId), asToken(keys?.SecretAccessKey)];
  const sessionToken = asToken(keys?.SessionToken);
  const expiresAt = keys?.Expiration?.getTime() ?? Number.NaN;
  if (accessKeyId === null || secretAccessKey === null || sessionToken === null || Number.isNaN(expiresAt)) {
    throw new SyntaxError('the response of AWS STS has no credentials');
  }
  return { accessKeyId, secretAccessKey, sessionToken, expiresAt };
}

/** A federated user may do what both this and the policies of the user allow (STS API reference, GetFederationToken). */
const allOfUser = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});
