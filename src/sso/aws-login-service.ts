import { excerpt } from '../lib/text.ts';
import { certificatesFor } from '../network/certificates.ts';
import { emptyTransport, type Transport } from '../network/errors.ts';
import { asErrorCode, asNumber, asToken } from '../network/fields.ts';
import { hostsOf, partitionOf } from '../network/partitions.ts';
import { postText } from '../network/send.ts';
import type { World } from '../world.ts';
import type { LoginTarget } from './aws-login.ts';
import type { IssuedLogin } from './aws-login-cache.ts';
import { dpopProof } from './dpop.ts';

/** What is exchanged for keys (CreateOAuth2Token: botocore/data/signin). */
export type LoginGrant =
  | { readonly kind: 'code'; readonly code: string; readonly codeVerifier: string; readonly redirectUri: string }
  | { readonly kind: 'refresh'; readonly refreshToken: string };

/** An error of the sign-in service. `reason` is its own code in the error: `TOKEN_EXPIRED`; null when it has none. */
export class SignInServiceError extends Error {
  readonly reason: string | null;

  /** `name` is AWS's name for the error: `AccessDeniedException`. */
  constructor(name: string, reason: string | null, message: string) {
    super(message);
    this.name = name;
    this.reason = reason;
  }
}

/** The sign-in service of AWS in one region, which `aws login` uses. */
export class SignInService {
  readonly #world: World;
  readonly #timeout: number;
  readonly #certificates: string | null;
  /** The address of the service, which is also that of its page. */
  readonly baseUrl: string;
  readonly region: string;
  readonly transport: Transport = emptyTransport();

  constructor(world: World, login: Pick<LoginTarget, 'endpoint' | 'caBundle'>, region: string, timeout: number) {
    this.#world = world;
    this.#timeout = timeout;
    this.#certificates = certificatesFor(world, world.env, login.caBundle);
    this.region = region;
    this.baseUrl = login.endpoint ?? `https://${region}.${hostsOf(partitionOf(region))?.signIn}`;
  }

  /**
   * CreateOAuth2Token, with a proof of the client's key (`dpopKey`, PEM). Rejects with a `SignInServiceError` when AWS
   * refuses, with a `SyntaxError` when something else than AWS answers, and with the error of the network.
   */
  async createToken(clientId: string, dpopKey: string, grant: LoginGrant): Promise<IssuedLogin> {
    const url = new URL(`${this.baseUrl}/v1/token`);
    const body = JSON.stringify({ clientId, ...inputOf(grant) });
    const network = { env: this.#world.env, certificates: this.#certificates, timeout: this.#timeout };
    const headers = { dpop: dpopProof(dpopKey, url.href, this.#world.now()) };
    const text = await postText({ url, contentType: 'application/json', headers, body }, network, this.transport);
    const content: unknown = JSON.parse(text);
    if (this.transport.status !== 200) throw errorIn(content, this.transport);
    return toIssued(content);
  }
}

// --- internal ---

function inputOf(grant: LoginGrant) {
  if (grant.kind === 'refresh') return { grantType: 'refresh_token', refreshToken: grant.refreshToken };
  const { code, codeVerifier, redirectUri } = grant;
  return { grantType: 'authorization_code', code, codeVerifier, redirectUri };
}

function errorIn(content: unknown, { errorType }: Transport): Error {
  const member = (name: string): unknown =>
    typeof content === 'object' && content !== null ? Reflect.get(content, name) : undefined;
  const reason = asErrorCode(member('error'));
  const name = errorType ?? asErrorCode(member('__type'));
  if (name === null && reason === null) return new SyntaxError('an error that is none of AWS');
  const message = member('message');
  return new SignInServiceError(name ?? 'unknown error', reason, typeof message === 'string' ? excerpt(message) : '');
}

/** Throws a SyntaxError for a response of something that is not AWS: see `unreachableReason`. */
function toIssued(content: unknown): IssuedLogin {
  const member = (owner: unknown, name: string): unknown =>
    typeof owner === 'object' && owner !== null ? Reflect.get(owner, name) : undefined;
  const access = member(content, 'accessToken');
  const accessKeyId = asToken(member(access, 'accessKeyId'));
  const secretAccessKey = asToken(member(access, 'secretAccessKey'));
  const sessionToken = asToken(member(access, 'sessionToken'));
  const refreshToken = asToken(member(content, 'refreshToken'));
  const expiresIn = asNumber(member(content, 'expiresIn'), 1, maxSeconds);
  if (accessKeyId === null || secretAccessKey === null || sessionToken === null) throw noToken();
  if (refreshToken === null || expiresIn === null) throw noToken();
  const tokenType = asToken(member(content, 'tokenType')) ?? 'aws_sigv4';
  const idToken = asToken(member(content, 'idToken'));
  return { accessKeyId, secretAccessKey, sessionToken, expiresIn, refreshToken, tokenType, idToken };
}

/** More than any such keys are valid for: AWS's are for 15 minutes. */
const maxSeconds = 12 * 3_600;

function noToken(): SyntaxError {
  return new SyntaxError('the response of CreateOAuth2Token has no token');
}
