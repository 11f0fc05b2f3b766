import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromIni } from '@aws-sdk/credential-providers';
import { externalDataInterceptor } from '@smithy/core/config';
import { PausableTimeout } from '../lib/timeout.ts';
import type { Transport } from '../network/errors.ts';
import { type NetworkOptions, requestHandler } from '../network/request-handler.ts';
import type { Identity } from './types.ts';

export interface StsRequest {
  /** The profile's name in `config` (see `sdkName`). */
  readonly profile: string;
  /** What the SDK reads in place of the files at these paths. */
  readonly config: { readonly path: string; readonly text: string };
  readonly credentialsPath: string;
  /** The sign-in that the SDK finds in place of the token cache, which it would write in its own way; null for none. */
  readonly token: { readonly name: string; readonly accessToken: string } | null;
  readonly region: string;
  /** Milliseconds until AWS must have answered; the time in which a person is asked does not count. */
  readonly timeout: number;
  /** The same for getting credentials: a credential process may have to ask somebody. */
  readonly credentialsTimeout: number;
  readonly network: NetworkOptions;
  /** Asks a person for the code of an MFA device. */
  readonly mfaCode: (serial: string) => Promise<string>;
}

export type StsResult =
  | { readonly kind: 'identity'; readonly identity: Identity }
  | { readonly kind: 'error'; readonly error: unknown; readonly transport: Transport }
  | { readonly kind: 'timeout' };

/** Who the profile is, by STS GetCallerIdentity with the profile's own credentials; never throws for what AWS says. */
export async function getCallerIdentity(request: StsRequest): Promise<StsResult> {
  externalDataInterceptor.interceptFile(request.credentialsPath, '');
  // The last counts: both may be one file, whose profiles are all in the text.
  externalDataInterceptor.interceptFile(request.config.path, request.config.text);
  if (request.token !== null) {
    const { name, accessToken } = request.token;
    // AWS decides whether it is good; one that seems to end soon the SDK would want to renew.
    externalDataInterceptor.interceptToken(name, { accessToken, expiresAt: '9999-12-31T00:00:00Z' });
  }
  const transport: Transport = { status: null, errorType: null, error: null };
  const clientConfig = { requestHandler: requestHandler(request.network, transport), maxAttempts: 3, logger: silent };
  const timeout = new PausableTimeout();
  const provider = fromIni({
    profile: request.profile,
    configFilepath: request.config.path,
    filepath: request.credentialsPath,
    clientConfig,
    parentClientConfig: { region: request.region, logger: silent },
    logger: silent,
    mfaCodeProvider: (serial) => timeout.pausedFor(() => request.mfaCode(serial)),
  });
  try {
    const credentials = await timeout.limit(provider(), request.credentialsTimeout);
    if (credentials.kind === 'timeout') return credentials;
    const { profile, region } = request;
    const sts = new STSClient({ ...clientConfig, profile, region, credentials: credentials.value });
    const caller = await timeout.limit(sts.send(new GetCallerIdentityCommand({})), request.timeout);
    return caller.kind === 'timeout' ? caller : { kind: 'identity', identity: toIdentity(caller.value) };
  } catch (error) {
    return { kind: 'error', error, transport };
  }
}

// --- internal ---

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

function toIdentity(caller: {
  Account?: string | undefined;
  Arn?: string | undefined;
  UserId?: string | undefined;
}): Identity {
  const { Account, Arn, UserId } = caller;
  if (Account === undefined || !/^\d{12}$/.test(Account) || !Arn || !UserId) {
    throw new SyntaxError('the answer of AWS STS is not one of GetCallerIdentity');
  }
  return { accountId: Account, arn: Arn, userId: UserId };
}
