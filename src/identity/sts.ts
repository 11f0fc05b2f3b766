import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromIni } from '@aws-sdk/credential-providers';
import { externalDataInterceptor } from '@smithy/core/config';
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
  const clientConfig = { requestHandler: requestHandler(request.network, transport), maxAttempts: 3, logger: silent };
  const deadline = new Deadline();
  const provider = fromIni({
    profile: request.profile,
    configFilepath: request.config.path,
    filepath: request.credentialsPath,
    clientConfig,
    parentClientConfig: { region: request.region, logger: silent },
    logger: silent,
    mfaCodeProvider: (serial) => deadline.pausedFor(() => request.mfaCode(serial)),
  });
  try {
    const credentials = await deadline.within(request.credentialsTimeout, provider());
    const sts = new STSClient({ ...clientConfig, profile: request.profile, region: request.region, credentials });
    const response = await deadline.within(request.timeout, sts.send(new GetCallerIdentityCommand({})));
    return { kind: 'identity', identity: toIdentity(response) };
  } catch (error) {
    return error === Deadline.passed ? { kind: 'timeout' } : { kind: 'error', error, transport };
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

/** A time limit that is suspended while a person is asked for input. */
class Deadline {
  static readonly passed = new Error('no response in time');
  #restart: (() => void) | null = null;
  #timer: NodeJS.Timeout | undefined;

  async within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
    const timeout = new Promise<never>((_, reject) => {
      this.#restart = () => {
        this.#timer = setTimeout(() => reject(Deadline.passed), milliseconds);
      };
      this.#restart();
    });
    try {
      return await Promise.race([work, timeout]);
    } finally {
      clearTimeout(this.#timer);
      this.#restart = null;
    }
  }

  async pausedFor<T>(ask: () => Promise<T>): Promise<T> {
    clearTimeout(this.#timer);
    const typed = await ask();
    this.#restart?.();
    return typed;
  }
}
