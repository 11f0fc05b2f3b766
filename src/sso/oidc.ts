import {
  CreateTokenCommand,
  type CreateTokenCommandOutput,
  RegisterClientCommand,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
} from '@aws-sdk/client-sso-oidc';
import { certificatesFor } from '../network/certificates.ts';
import type { Transport } from '../network/errors.ts';
import { requestHandler } from '../network/request-handler.ts';
import type { Environment, World } from '../world.ts';
import type { SsoSession } from './session.ts';

/** How awsp is known to IAM Identity Center while a sign-in lasts. */
export interface Registration {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What IAM Identity Center gave for a sign-in. */
export interface IssuedToken {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly refreshToken: string | null;
}

export interface DeviceAuthorization {
  readonly deviceCode: string;
  readonly userCode: string;
  /** Where it is confirmed, with the code in the address. */
  readonly urlWithCode: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly interval: number;
}

/** What the token endpoint may be asked for. */
export type Grant =
  | { readonly kind: 'code'; readonly code: string; readonly redirectUri: string; readonly codeVerifier: string }
  | { readonly kind: 'device'; readonly deviceCode: string }
  | { readonly kind: 'refresh'; readonly refreshToken: string };

/** The way of the authorization code takes these, and redirects to the loopback without its port (RFC 8252, 7.3). */
const codeGrants = ['authorization_code', 'refresh_token'];
const registeredRedirect = 'http://127.0.0.1/oauth/callback';

/** The OIDC service that a session signs in with. */
export function openOidc(world: World, session: SsoSession): OidcService {
  // The session says all that there is to know: the SDK need not read AWS's files, which may be large.
  world.adoptEnvironment({ ...world.env, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' });
  return new OidcService(session, world.env, certificatesFor(world, world.env, session.caBundle ?? null));
}

/** The OIDC service of IAM Identity Center in one region (AWS's API reference "IAM Identity Center OIDC"). */
export class OidcService {
  readonly #client: SSOOIDCClient;
  readonly #session: SsoSession;
  readonly transport: Transport = { status: null, errorType: null, error: null };

  constructor(session: SsoSession, env: Environment, certificates: string | null) {
    this.#session = session;
    const handler = requestHandler({ env, certificates, connectionTimeout: 10_000 }, this.transport);
    this.#client = new SSOOIDCClient({ region: session.region, requestHandler: handler, maxAttempts: 3 });
  }

  /** Registers awsp; for the authorization code with its redirect, for a device code without. */
  async register(withCode: boolean): Promise<Registration> {
    const { name, startUrl, scopes } = this.#session;
    const answer = await this.#client.send(
      new RegisterClientCommand({
        clientName: `awsp-${name ?? 'legacy'}`,
        clientType: 'public',
        scopes: [...scopes],
        ...(withCode ? { grantTypes: codeGrants, redirectUris: [registeredRedirect], issuerUrl: startUrl } : {}),
      }),
    );
    const { clientId, clientSecret, clientSecretExpiresAt } = answer;
    if (!clientId || !clientSecret) throw new SyntaxError('the answer of RegisterClient has no client');
    return { clientId, clientSecret, expiresAt: (clientSecretExpiresAt ?? 0) * 1_000 };
  }

  async startDevice({ clientId, clientSecret }: Registration): Promise<DeviceAuthorization> {
    const { startUrl } = this.#session;
    const answer = await this.#client.send(new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl }));
    const { deviceCode, userCode, verificationUri, verificationUriComplete, expiresIn, interval } = answer;
    if (!deviceCode || !userCode || !verificationUri)
      throw new SyntaxError('the answer of StartDeviceAuthorization has no code');
    return {
      deviceCode,
      userCode,
      urlWithCode: verificationUriComplete ?? verificationUri,
      expiresIn: expiresIn ?? 600,
      // RFC 8628, section 3.5: five seconds where the server names no interval.
      interval: interval || 5,
    };
  }

  async createToken({ clientId, clientSecret }: Registration, grant: Grant): Promise<IssuedToken> {
    return toToken(await this.#client.send(new CreateTokenCommand({ clientId, clientSecret, ...grantInput(grant) })));
  }

  /** `https://oidc.<region>.…`: where a browser is sent to; the SDK knows it, and what redirects it. */
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

function toToken({ accessToken, expiresIn, refreshToken }: CreateTokenCommandOutput): IssuedToken {
  if (!accessToken || !expiresIn) throw new SyntaxError('the answer of CreateToken has no token');
  return { accessToken, expiresIn, refreshToken: refreshToken ?? null };
}
