import { createHash } from 'node:crypto';
import { clientOf } from './credentials.ts';
import { type Client, type DeviceRequest, isElsewhere, portalOf, type SignIn } from './directory.ts';
import { type Answer, type Context, type Service, ServiceError, type ServiceRequest } from './service.ts';

/** How long an access token is good for, as for a portal with AWS's own settings. */
const accessTokenSeconds = 8 * 60 * 60;
const registrationSeconds = 90 * 24 * 60 * 60;
const deviceSeconds = 10 * 60;
/** What AWS names; the AWS CLI polls each second by it. */
const pollSeconds = 1;
/** A client that waits for the whole interval may be early by what its timer rounds away. */
const timerSlack = 50;

const codeGrant = 'authorization_code';
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const refreshGrant = 'refresh_token';

type Body = Readonly<Record<string, unknown>>;

interface Route {
  readonly operation: string;
  readonly path: string;
  readonly answer: (body: Body, request: ServiceRequest, context: Context) => unknown;
}

const routes: readonly Route[] = [
  { operation: 'RegisterClient', path: '/client/register', answer: registerClient },
  { operation: 'StartDeviceAuthorization', path: '/device_authorization', answer: startDeviceAuthorization },
  { operation: 'CreateToken', path: '/token', answer: createToken },
];

/**
 * The OIDC service of IAM Identity Center: JSON with camelCase names, errors as OAuth 2.0 has them (RFC 6749, section 5.2).
 * In a region that is not the portal's it behaves as AWS does: it takes the registration and starts the sign-in, and only
 * the person learns of it, from the browser's `invalid_grant`; the program hears nothing but `authorization_pending`
 * (github.com/aws/aws-cli/issues/5058, github.com/fwdcloudsec/granted/issues/385).
 * Source: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/
 */
export const ssoOidc: Service = {
  name: 'sso-oidc',

  operationOf(request) {
    return request.method === 'POST' ? (routes.find(({ path }) => path === request.path)?.operation ?? null) : null;
  },

  answer(operation, request, context) {
    const route = routes.find((candidate) => candidate.operation === operation);
    return json(200, route?.answer(readBody(request), request, context));
  },

  refuse(error: ServiceError, _request: ServiceRequest) {
    return {
      ...json(error.status, {
        error: oauthError(error.code),
        error_description: error.message,
        ...error.members,
      }),
      headers: { 'x-amzn-ErrorType': `${error.code}:http://internal.amazon.com/coral/com.amazonaws.sso.oidc/` },
    };
  },
};

/** An error's code as OAuth names it: `InvalidGrantException` is `invalid_grant`. */
export function oauthError(code: string): string {
  // the one whose OAuth name AWS's model sets apart
  if (code === 'InvalidRequestRegionException') return 'invalid_request';
  return code
    .replace(/Exception$/, '')
    .replace(/(?<!^)[A-Z]/g, '_$&')
    .toLowerCase();
}

/** The grants that a client may use. */
export function grantsOf(client: Client): readonly string[] {
  return client.grantTypes ?? [deviceGrant, refreshGrant];
}

/** Whether a redirect is one that the client registered; the port of the loopback is free (RFC 8252, section 7.3). */
export function isRegisteredRedirect(client: Client, redirectUri: string): boolean {
  return (
    loopback(redirectUri) !== null && (client.redirectUris ?? []).some((uri) => loopback(uri) === loopback(redirectUri))
  );
}

function registerClient(body: Body, request: ServiceRequest, context: Context): unknown {
  const { clientName, clientType, issuerUrl = null } = body;
  const [scopes, redirectUris] = [texts(body.scopes), texts(body.redirectUris)];
  const grantTypes = body.grantTypes === undefined ? [deviceGrant, refreshGrant] : texts(body.grantTypes);
  if (typeof clientName !== 'string' || typeof clientType !== 'string') throw invalidRequest();
  if (issuerUrl !== null && typeof issuerUrl !== 'string') throw invalidRequest();
  if (clientType !== 'public') {
    throw new ServiceError(400, 'InvalidClientMetadataException', 'Invalid client metadata provided');
  }
  if (grantTypes.some((type) => ![codeGrant, deviceGrant, refreshGrant].includes(type))) throw unsupportedGrant();
  if (scopes.some((scope) => !/^[\w-]+(?::[\w*-]+)+$/.test(scope))) {
    throw new ServiceError(400, 'InvalidScopeException', 'Invalid scope provided');
  }
  if (redirectUris.some((uri) => loopback(uri) === null)) {
    throw new ServiceError(400, 'InvalidRedirectUriException', 'Invalid redirect uri provided');
  }
  if (grantTypes.includes(codeGrant) && (redirectUris.length === 0 || issuerUrl === null)) throw invalidRequest();

  const clientId = context.newId(22);
  const clientSecret = context.newId(200);
  const issuedAt = Math.floor(context.now() / 1000);
  const expiresAt = issuedAt + registrationSeconds;
  context.directory.clients.set(clientId, {
    secret: clientSecret,
    expiresAt: expiresAt * 1000,
    name: clientName,
    region: request.region,
    scopes,
    grantTypes,
    redirectUris,
    startUrl: issuerUrl,
  });
  return { clientId, clientSecret, clientIdIssuedAt: issuedAt, clientSecretExpiresAt: expiresAt };
}

function startDeviceAuthorization(body: Body, request: ServiceRequest, context: Context): unknown {
  const { clientId, client } = authenticate(body, request, context);
  if (!grantsOf(client).includes(deviceGrant)) throw unauthorizedClient();
  const portal = typeof body.startUrl === 'string' ? portalOf(context.directory, body.startUrl) : undefined;
  // what AWS says to a start URL that it does not know: github.com/aws/aws-cli/issues/7129
  if (portal === undefined) throw invalidRequest();
  const deviceCode = context.newId(86);
  const userCode = `${context.newId(4)}-${context.newId(4)}`;
  context.directory.deviceRequests.set(deviceCode, {
    userCode,
    clientId,
    startUrl: portal.startUrl,
    expiresAt: context.now() + deviceSeconds * 1000,
    state: 'pending',
    polledAt: null,
  });
  const verificationUri = `${request.origin}/device`;
  return {
    deviceCode,
    userCode,
    verificationUri,
    verificationUriComplete: `${verificationUri}?user_code=${userCode}`,
    expiresIn: deviceSeconds,
    interval: pollSeconds,
  };
}

/** A token request whose client has proved itself. */
interface TokenRequest {
  readonly body: Body;
  readonly clientId: string;
  readonly client: Client;
  readonly region: string | null;
}

const grants: ReadonlyMap<string, (request: TokenRequest, context: Context) => unknown> = new Map([
  [codeGrant, redeemCode],
  [deviceGrant, redeemDeviceCode],
  [refreshGrant, redeemRefreshToken],
]);

function createToken(body: Body, request: ServiceRequest, context: Context): unknown {
  const { grantType } = body;
  if (typeof grantType !== 'string') throw invalidRequest();
  const { clientId, client } = authenticate(body, request, context);
  const redeem = grants.get(grantType);
  if (redeem === undefined) throw unsupportedGrant();
  if (!grantsOf(client).includes(grantType)) throw unauthorizedClient();
  return redeem({ body, clientId, client, region: request.region }, context);
}

function redeemCode({ body, clientId, client }: TokenRequest, context: Context): unknown {
  const { code, redirectUri, codeVerifier } = body;
  if (typeof code !== 'string' || typeof redirectUri !== 'string' || typeof codeVerifier !== 'string') {
    throw invalidRequest();
  }
  const { codes } = context.directory;
  const found = codes.get(code);
  const challenge = createHash('sha256').update(codeVerifier).digest('base64url');
  // used up even when it is refused: whoever sent it knows it
  codes.delete(code);
  const isProven = found?.redirectUri === redirectUri && found.codeChallenge === challenge;
  if (found?.clientId !== clientId || !isProven) throw invalidGrant('Invalid grant provided');
  if (found.expiresAt <= context.now()) throw expired();
  return signIn(found.startUrl, clientId, client, context);
}

function redeemDeviceCode({ body, clientId, client }: TokenRequest, context: Context): unknown {
  const { deviceCode } = body;
  if (typeof deviceCode !== 'string') throw invalidRequest();
  const { deviceRequests } = context.directory;
  const found = deviceRequests.get(deviceCode);
  if (found?.clientId !== clientId) throw invalidGrant('Invalid grant provided');
  if (found.expiresAt <= context.now()) throw expired();
  const isTooSoon = isPolledTooSoon(found, context.now());
  // The AWS CLI asks twice before it first waits, and AWS lets that pass.
  deviceRequests.set(deviceCode, { ...found, polledAt: found.polledAt === null ? 'first' : context.now() });
  if (isTooSoon) throw new ServiceError(400, 'SlowDownException', 'Slow down');
  if (found.state === 'pending') {
    throw new ServiceError(400, 'AuthorizationPendingException', 'Authorization is still pending');
  }
  deviceRequests.delete(deviceCode);
  if (found.state === 'denied') throw new ServiceError(400, 'AccessDeniedException', 'Access denied');
  return signIn(found.startUrl, clientId, client, context);
}

function isPolledTooSoon({ polledAt }: DeviceRequest, now: number): boolean {
  return typeof polledAt === 'number' && now - polledAt < pollSeconds * 1000 - timerSlack;
}

function redeemRefreshToken({ body, clientId, region }: TokenRequest, context: Context): unknown {
  const { refreshToken } = body;
  if (typeof refreshToken !== 'string') throw invalidRequest();
  const { directory } = context;
  const found = directory.refreshTokens.get(refreshToken);
  const isGood = found?.clientId === clientId && found.expiresAt > context.now();
  if (!isGood || isElsewhere(directory, found.startUrl, region)) throw invalidGrant('Invalid refresh token provided');
  directory.refreshTokens.delete(refreshToken);
  return issueTokens(found, true, context);
}

/** The first tokens of a sign-in. Without a scope AWS gives no refresh token: that is what a legacy profile gets. */
function signIn(startUrl: string, clientId: string, client: Client, context: Context): unknown {
  const user = portalOf(context.directory, startUrl)?.user;
  if (user === undefined) throw invalidGrant('Invalid grant provided');
  const session = context.newId(32);
  const refreshable = grantsOf(client).includes(refreshGrant) && (client.scopes ?? []).length > 0;
  return issueTokens({ startUrl, user, clientId, expiresAt: client.expiresAt, session }, refreshable, context);
}

/** A new access token, and a refresh token that ends when the sign-in does. */
function issueTokens(signIn: SignIn, refreshable: boolean, context: Context): unknown {
  const { accessTokens, refreshTokens } = context.directory;
  const accessToken = `aoa${context.newId(120)}`;
  accessTokens.set(accessToken, { ...signIn, expiresAt: context.now() + accessTokenSeconds * 1000 });
  const token = { accessToken, tokenType: 'Bearer', expiresIn: accessTokenSeconds };
  if (!refreshable) return token;
  const refreshToken = `aor${context.newId(120)}`;
  refreshTokens.set(refreshToken, signIn);
  return { ...token, refreshToken };
}

function authenticate(
  body: Body,
  request: ServiceRequest,
  context: Context,
): { readonly clientId: string; readonly client: Client } {
  const { clientId, clientSecret } = body;
  if (typeof clientId !== 'string' || typeof clientSecret !== 'string') throw invalidRequest();
  const client = clientOf(clientId, request.region, context);
  if (client?.secret !== clientSecret) {
    throw new ServiceError(401, 'InvalidClientException', 'Invalid client provided');
  }
  return { clientId, client };
}

/** A redirect to the loopback without its port; null for any other address. */
function loopback(uri: string): string | null {
  const url = URL.canParse(uri) ? new URL(uri) : null;
  const isLoopback = url?.protocol === 'http:' && (url.hostname === '127.0.0.1' || url.hostname === '[::1]');
  return isLoopback ? `${url.hostname}${url.pathname}${url.search}` : null;
}

function readBody(request: ServiceRequest): Body {
  try {
    const body: unknown = JSON.parse(request.body);
    if (typeof body === 'object' && body !== null) return { ...body };
  } catch {
    // told below
  }
  throw invalidRequest();
}

/** A list of texts; a missing one is empty. */
function texts(value: unknown): readonly string[] {
  const list: unknown = value ?? [];
  if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) throw invalidRequest();
  return list;
}

function invalidRequest(): ServiceError {
  return new ServiceError(400, 'InvalidRequestException', 'Invalid request');
}

function invalidGrant(message: string): ServiceError {
  return new ServiceError(400, 'InvalidGrantException', message);
}

function unauthorizedClient(): ServiceError {
  return new ServiceError(400, 'UnauthorizedClientException', 'Unauthorized client provided');
}

function unsupportedGrant(): ServiceError {
  return new ServiceError(400, 'UnsupportedGrantTypeException', 'Unsupported grant type provided');
}

function expired(): ServiceError {
  return new ServiceError(400, 'ExpiredTokenException', 'Expired token');
}

function json(status: number, value: unknown): Answer {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}
