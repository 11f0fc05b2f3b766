import {
  GetCallerIdentityCommand,
  getDefaultRoleAssumer,
  getDefaultRoleAssumerWithWebIdentity,
  STSClient,
} from '@aws-sdk/client-sts';
import { fromIni } from '@aws-sdk/credential-providers';
import { externalDataInterceptor } from '@smithy/core/config';
import { PausableTimeout } from '../lib/timeout.ts';
import { emptyTransport, type Transport } from '../network/errors.ts';
import { type NetworkOptions, requestHandler } from '../network/request-handler.ts';
import type { Identity } from './types.ts';

export interface StsRequest {
  /** The profile's name in `config` (see `sdkName`). */
  readonly profile: string;
  /** The path of the config file, and the text that the SDK reads in its place. */
  readonly config: { readonly path: string; readonly text: string };
  /** The path of the credentials file; the SDK reads it as empty. */
  readonly credentialsPath: string;
  /** The SSO token that the SDK gets in place of the token cache, so that it never writes there; null for none. */
  readonly token: { readonly name: string; readonly accessToken: string } | null;
  readonly region: string;
  /** Milliseconds for the GetCallerIdentity request; see `credentialsTimeout`. */
  readonly timeout: number;
  /** Milliseconds for resolving the credentials. The time in which a person is asked for an MFA code does not count. */
  readonly credentialsTimeout: number;
  readonly network: NetworkOptions;
  /** Asks a person for the code of an MFA device. */
  readonly mfaCode: (serial: string) => Promise<string>;
}

export type StsResult =
  | { readonly kind: 'identity'; readonly identity: Identity }
  | { readonly kind: 'error'; readonly error: unknown; readonly transport: Transport }
  | { readonly kind: 'timeout' };

/** Calls STS GetCallerIdentity with the profile's own credentials. An error of AWS or the network is a result, not a throw. */
export async function getCallerIdentity(request: StsRequest): Promise<StsResult> {
  externalDataInterceptor.interceptFile(request.credentialsPath, '');
  // Both paths may be the same file. The later interception wins, and its text has all profiles.
  externalDataInterceptor.interceptFile(request.config.path, request.config.text);
  if (request.token !== null) {
    const { name, accessToken } = request.token;
    // AWS decides whether the token is valid. The SDK would try to refresh one that expires soon, so it is given a late date.
    externalDataInterceptor.interceptToken(name, { accessToken, expiresAt: '9999-12-31T00:00:00Z' });
  }
  const transport = emptyTransport();
  const { profile, region } = request;
  const handler = requestHandler(request.network, transport);
  const clientConfig = { requestHandler: handler, maxAttempts: 3, logger: silent, profile };
  // As the AWS CLI does, roles are assumed in the region of the profile that is used, not of that at each link of the chain
  // (botocore/credentials.py, `_get_client_creator`). The SDK's own clients would not use the proxy for a web identity.
  const stsConfig = { ...clientConfig, region, credentialProviderLogger: silent };
  const timeout = new PausableTimeout();
  const provider = fromIni({
    profile,
    configFilepath: request.config.path,
    filepath: request.credentialsPath,
    clientConfig,
    parentClientConfig: { region, logger: silent },
    roleAssumer: getDefaultRoleAssumer(stsConfig),
    roleAssumerWithWebIdentity: getDefaultRoleAssumerWithWebIdentity(stsConfig),
    logger: silent,
    mfaCodeProvider: (serial) => timeout.pausedFor(() => request.mfaCode(serial)),
  });
  try {
    const credentials = await timeout.limit(provider(), request.credentialsTimeout);
    if (credentials.kind === 'timeout') return credentials;
    const sts = new STSClient({ ...clientConfig, region, credentials: credentials.value });
    const response = await timeout.limit(sts.send(new GetCallerIdentityCommand({})), request.timeout);
    return response.kind === 'timeout' ? response : { kind: 'identity', identity: toIdentity(response.value) };
  } catch (error) {
    return { kind: 'error', error, transport };
  }
}

// --- internal ---

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** Parses the response of GetCallerIdentity. */
function toIdentity(response: {
  Account?: string | undefined;
  Arn?: string | undefined;
  UserId?: string | undefined;
}): Identity {
  const { Account, Arn, UserId } = response;
  if (Account === undefined || !/^\d{12}$/.test(Account) || !Arn || !UserId) {
    throw new SyntaxError('the response of AWS STS is not one of GetCallerIdentity');
  }
  return { accountId: Account, arn: Arn, userId: UserId };
}
