import {
  CreateTokenCommand,
  type CreateTokenCommandOutput,
  RegisterClientCommand,
  type RegisterClientCommandOutput,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
  type StartDeviceAuthorizationCommandOutput,
} from '@aws-sdk/client-sso-oidc';
import type { Transport } from '../network/errors.ts';
import { timeouts } from '../network/timeouts.ts';
import type { World } from '../world.ts';
import { setUpClient } from './client.ts';
import type { SsoSession } from './session.ts';

/** awsp's client registration at IAM Identity Center (RegisterClient). */
export interface Registration {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The tokens of a sign-in (CreateToken). */
export interface IssuedToken {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly refreshToken: string | null;
}

/** A device authorization that waits for the person's confirmation (StartDeviceAuthorization). */
export interface DeviceAuthorization {
  readonly deviceCode: string;
  readonly userCode: string;
  /** The page on which the person confirms the code: `verificationUriComplete`, which contains it, where AWS sends that. */
  readonly verificationUrl: string;
  /** Seconds. */
  readonly expiresIn: number;
  /** Seconds between two token requests. */
  readonly interval: number;
}

/** What is exchanged for tokens (RFC 6749, sections 4.1 and 6; RFC 8628). */
export type Grant =
  | { readonly kind: 'code'; readonly code: string; readonly redirectUri: string; readonly codeVerifier: string }
  | { readonly kind: 'device'; readonly deviceCode: string }
  | { readonly kind: 'refresh'; readonly refreshToken: string };

/** The client of the OIDC service in a session's region. */
export function openOidc(world: World, session: SsoSession): OidcService {
  const { config, transport } = setUpClient(world, session, { timeout: timeouts.signIn, maxAttempts: 3 });
  return new OidcService(session, new SSOOIDCClient(config), transport);
}

/** The OIDC service of IAM Identity Center in one region (AWS's API reference "IAM Identity Center OIDC"). */
export class OidcService {
  readonly #session: SsoSession;
  readonly #client: SSOOIDCClient;
  readonly transport: Transport;

  constructor(session: SsoSession, client: SSOOIDCClient, transport: Transport) {
    this.#session = session;
    this.#client = client;
    this.transport = transport;
  }

  /** Registers awsp as a client: for the authorization code grant, or else for the device code grant. */
  async register(withCode: boolean): Promise<Registration> {
    const { name, startUrl, scopes } = this.#session;
    const output = await this.#client.send(
      new RegisterClientCommand({
        clientName: `awsp-${name ?? 'legacy'}`,
        clientType: 'public',
        scopes: [...scopes],
        ...(withCode ? { grantTypes: codeGrantTypes, redirectUris: [registeredRedirect], issuerUrl: startUrl } : {}),
      }),
    );
    return toRegistration(output);
  }

  async startDevice({ clientId, clientSecret }: Registration): Promise<DeviceAuthorization> {
    const { startUrl } = this.#session;
    const command = new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl });
    return toDeviceAuthorization(await this.#client.send(command));
  }

  async createToken({ clientId, clientSecret }: Registration, grant: Grant): Promise<IssuedToken> {
    return toToken(await this.#client.send(new CreateTokenCommand({ clientId, clientSecret, ...grantInput(grant) })));
  }

  /**
   * The address of the service, `https://oidc.<region>.…`, to open in a browser. It is read from a request that the SDK
   * builds and does not send, because only the SDK knows the domains of all partitions and the custom endpoints.
   */
  async baseUrl(): Promise<string> {
    const { protocol, hostname, port } = await new Promise<Address>((resolve, reject) => {
      const client = new SSOOIDCClient({
        region: this.#session.region,
        maxAttempts: 1,
        requestHandler: {
          handle: async (request: Address) => {
            resolve(request);
            throw new Error('only the address was wanted');
          },
        },
      });
      client.send(new RegisterClientCommand({ clientName: 'awsp', clientType: 'public' })).catch(reject);
    });
    return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
  }
}

// --- internal ---

interface Address {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
}

const codeGrantTypes = ['authorization_code', 'refresh_token'];
/** Without a port: for a loopback redirect the server ignores the port (RFC 8252, section 7.3). */
const registeredRedirect = 'http://127.0.0.1/oauth/callback';

function grantInput(grant: Grant) {
  switch (grant.kind) {
    case 'code': {
      const { code, redirectUri, codeVerifier } = grant;
      return { grantType: 'authorization_code', code, redirectUri, codeVerifier };
    }
    case 'device':
      return { grantType: 'urn:ietf:params:oauth:grant-type:device_code', deviceCode: grant.deviceCode };
    case 'refresh':
      return { grantType: 'refresh_token', refreshToken: grant.refreshToken };
  }
}

// The parsers throw SyntaxError for a response of something that is not AWS: see `unreachableReason`.

function toRegistration(output: RegisterClientCommandOutput): Registration {
  const { clientId, clientSecret, clientSecretExpiresAt } = output;
  if (!clientId || !clientSecret) throw new SyntaxError('the response of RegisterClient has no client');
  return { clientId, clientSecret, expiresAt: (clientSecretExpiresAt ?? 0) * 1_000 };
}

function toDeviceAuthorization(output: StartDeviceAuthorizationCommandOutput): DeviceAuthorization {
  const { deviceCode, userCode, verificationUri, verificationUriComplete, expiresIn, interval } = output;
  if (!deviceCode || !userCode || !verificationUri) {
    throw new SyntaxError('the response of StartDeviceAuthorization has no code');
  }
  return {
    deviceCode,
    userCode,
    verificationUrl: verificationUriComplete ?? verificationUri,
    expiresIn: within(expiresIn ?? 600, 1, timeouts.person / 1_000),
    // RFC 8628, section 3.5: five seconds when the server names no interval.
    interval: within(interval || 5, 1, 60),
  };
}

/** A number of the server within bounds, so that no answer makes a command wait without an end. */
function within(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

function toToken({ accessToken, expiresIn, refreshToken }: CreateTokenCommandOutput): IssuedToken {
  if (!accessToken || !expiresIn) throw new SyntaxError('the response of CreateToken has no token');
  return { accessToken, expiresIn, refreshToken: refreshToken ?? null };
}
