import type { AssumeRoleCommandInput, AssumeRoleWithWebIdentityCommandInput } from '@aws-sdk/client-sts';
import { emptyTransport, type Transport } from '../network/errors.ts';
import { type PlainService, plainEndpoint, plainServices } from '../network/plain-endpoint.ts';
import { type NetworkOptions, type RequestHandler, requestHandler } from '../network/request-handler.ts';
import { type Direct, directIdentity, directRole } from './direct-requests.ts';
import type { SsoRole } from './sso-role.ts';
import type { IssuedRole, SdkFiles, Sts } from './sts.ts';
import type { Credentials, Identity } from './types.ts';

export interface ClientOptions {
  readonly files: SdkFiles;
  /**
   * The region of the profile that is used: as the AWS CLI does, each role of a chain is assumed in that
   * (botocore/credentials.py, `_get_client_creator`).
   */
  readonly region: string;
  readonly network: NetworkOptions;
}

/**
 * The requests to AWS for one profile, by one set of connections. They reject with the SDK's errors. The SDK is loaded when a
 * request has to go by it.
 */
export class AwsClient {
  /** The last HTTP exchange. */
  readonly transport: Transport = emptyTransport();
  readonly #options: ClientOptions;
  readonly #handler: RequestHandler;
  #sts: Promise<Sts> | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#handler = requestHandler(options.network, this.transport);
  }

  /** Opens the connection for the next request to STS, so that it is there when the credentials are. */
  async connect(): Promise<void> {
    const endpoint = this.#endpoint(plainServices.sts, this.#options.region);
    await this.#handler.connect(endpoint ?? (await (await this.#bySdk()).endpoint()));
  }

  /** The identity of credentials (GetCallerIdentity). */
  async identity(credentials: Credentials): Promise<Identity> {
    const { region } = this.#options;
    const send = (direct: Direct) => directIdentity(direct, region, credentials);
    return (await this.#directly(plainServices.sts, region, send)) ?? (await this.#bySdk()).identity(credentials);
  }

  /** The credentials of a role, from the portal (GetRoleCredentials). */
  async ssoRole(role: SsoRole, accessToken: string): Promise<Credentials> {
    const send = (direct: Direct) => directRole(direct, role, accessToken);
    const credentials = await this.#directly(plainServices.portal, role.region, send);
    if (credentials !== null) return credentials;
    const [{ clientConfig }, { requestSsoRole }] = await Promise.all([import('./sts.ts'), import('./sso-role.ts')]);
    return requestSsoRole(clientConfig(this.#options.files, this.#handler), role, accessToken);
  }

  async assumeRole(source: Credentials, input: AssumeRoleCommandInput): Promise<IssuedRole> {
    return (await this.#bySdk()).assumeRole(source, input);
  }

  async assumeRoleWithWebIdentity(input: AssumeRoleWithWebIdentityCommandInput): Promise<IssuedRole> {
    return (await this.#bySdk()).assumeRoleWithWebIdentity(input);
  }

  /** Temporary credentials for a user's own access keys, with all that the user may do (GetFederationToken). */
  async federationToken(user: Credentials, name: string, seconds: number | undefined): Promise<Credentials> {
    return (await this.#bySdk()).federationToken(user, name, seconds);
  }

  #endpoint(service: PlainService, region: string): URL | null {
    const { files, network } = this.#options;
    return plainEndpoint(service, region, { config: files.config.text, env: network.env });
  }

  /** Sends a direct request; null where there can be none, or where the SDK has to send it again. */
  async #directly<T>(
    service: PlainService,
    region: string,
    send: (direct: Direct) => Promise<T | null>,
  ): Promise<T | null> {
    const endpoint = this.#endpoint(service, region);
    return endpoint === null ? null : send({ endpoint, handler: this.#handler }).catch(() => null);
  }

  #bySdk(): Promise<Sts> {
    this.#sts ??= import('./sts.ts').then(
      ({ clientConfig, Sts }) => new Sts(clientConfig(this.#options.files, this.#handler), this.#options.region),
    );
    return this.#sts;
  }
}
