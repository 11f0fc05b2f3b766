import { createHash } from 'node:crypto';
import { readObject } from '../lib/json-fields.ts';
import {
  codeGrant,
  deviceGrant,
  findClient,
  grantsOf,
  invalidGrant,
  loopbackWithoutPort,
  oauthError,
  refreshGrant,
} from './clients.ts';
import { type Client, type DeviceRequest, isElsewhere, portalOf, type SignIn } from './directory.ts';
import { type Context, invalidRequest, json, type Service, ServiceError, type ServiceRequest } from './service.ts';

/** The default session duration of IAM Identity Center. */
const accessTokenSeconds = 8 * 60 * 60;
const registrationSeconds = 90 * 24 * 60 * 60;
const deviceSeconds = 10 * 60;
/** The interval that AWS returns; the AWS CLI waits so long between two token requests. */
const pollSeconds = 1;
/** Milliseconds by which a request may be early: the timers of clients round. */
const pollTolerance = 50;

type Body = Readonly<Record<string, unknown>>;

interface Route {
  readonly operation: string;
  readonly path: string;
  readonly run: (body: Body, request: ServiceRequest, context: Context) => unknown;
}

const routes: readonly Route[] = [
  { operation: 'RegisterClient', path: '/client/register', run: registerClient },
  { operation: 'StartDeviceAuthorization', path: '/device_authorization', run: startDeviceAuthorization },
  { operation: 'CreateToken', path: '/token', run: createToken },
];

/**
 * The OIDC service of IAM Identity Center: JSON with camelCase names and OAuth 2.0 errors (RFC 6749, section 5.2). In
 * another region than the portal's it behaves as AWS does: it registers the client and starts the device authorization.
 * Only the browser shows `invalid_grant`; the program gets `authorization_pending` until the code expires
 * (github.com/aws/aws-cli/issues/5058, github.com/fwdcloudsec/granted/issues/385).
 * Source: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/
 */
export const ssoOidc: Service = {
  name: 'sso-oidc',

  operationOf(request) {
    return request.method === 'POST' ? (routes.find(({ path }) => path === request.path)?.operation ?? null) : null;
  },

  handle(operation, request, context) {
    const route = routes.find((candidate) => candidate.operation === operation);
    return json(200, route?.run(parseBody(request), request, context));
  },

  renderError(error: ServiceError, _request: ServiceRequest) {
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

// --- internal ---

function registerClient(body: Body, request: ServiceRequest, context: Context): unknown {
  const { clientName, clientType, issuerUrl = null } = body;
  const [scopes, redirectUris] = [stringList(body.scopes), stringList(body.redirectUris)];
  const grantTypes = body.grantTypes === undefined ? [deviceGrant, refreshGrant] : stringList(body.grantTypes);
  if (typeof clientName !== 'string' || typeof clientType !== 'string') throw invalidRequest();
  if (issuerUrl !== null && typeof issuerUrl !== 'string') throw invalidRequest();
  if (clientType !== 'public') {
    throw new ServiceError(400, 'InvalidClientMetadataException', 'Invalid client metadata provided');
  }
  if (grantTypes.some((type) => ![codeGrant, deviceGrant, refreshGrant].includes(type))) throw unsupportedGrant();
  if (scopes.some((scope) => !/^[\w-]+(?::[\w*-]+)+$/.test(scope))) {
    throw new ServiceError(400, 'InvalidScopeException', 'Invalid scope provided');
  }
  if (redirectUris.some((uri) => loopbackWithoutPort(uri) === null)) {
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
  // The error of AWS for an unknown start URL: github.com/aws/aws-cli/issues/7129
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

/** A token request whose client secret was checked. */
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
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  // Also when the request is refused: a code that was sent once is not valid any more (RFC 6749, section 4.1.2).
  codes.delete(code);
  const isProven = found?.redirectUri === redirectUri && found.codeChallenge === codeChallenge;
  if (found?.clientId !== clientId || !isProven) throw invalidGrant();
  if (found.expiresAt <= context.now()) throw expired();
  return signIn(found.startUrl, clientId, client, context);
}

function redeemDeviceCode({ body, clientId, client }: TokenRequest, context: Context): unknown {
  const { deviceCode } = body;
  if (typeof deviceCode !== 'string') throw invalidRequest();
  const { deviceRequests } = context.directory;
  const found = deviceRequests.get(deviceCode);
  if (found?.clientId !== clientId) throw invalidGrant();
  if (found.expiresAt <= context.now()) throw expired();
  const isTooSoon = isPolledTooSoon(found, context.now());
  // The AWS CLI sends two requests before it waits for the first time, and AWS accepts that.
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
  return typeof polledAt === 'number' && now - polledAt < pollSeconds * 1000 - pollTolerance;
}

function redeemRefreshToken({ body, clientId, region }: TokenRequest, context: Context): unknown {
  const { refreshToken } = body;
  if (typeof refreshToken !== 'string') throw invalidRequest();
  const { directory } = context;
  const found = directory.refreshTokens.get(refreshToken);
  const isValid = found?.clientId === clientId && found.expiresAt > context.now();
  if (!isValid || isElsewhere(directory, found.startUrl, region)) throw invalidGrant('Invalid refresh token provided');
  directory.refreshTokens.delete(refreshToken);
  return issueTokens(found, true, context);
}

/** The first tokens of a sign-in. As at AWS, a client without scopes (that of a legacy profile) gets no refresh token. */
function signIn(startUrl: string, clientId: string, client: Client, context: Context): unknown {
  const user = portalOf(context.directory, startUrl)?.user;
  if (user === undefined) throw invalidGrant();
  const session = context.newId(32);
  const refreshable = grantsOf(client).includes(refreshGrant) && (client.scopes ?? []).length > 0;
  return issueTokens({ startUrl, user, clientId, expiresAt: client.expiresAt, session }, refreshable, context);
}

/** A new access token and, if `refreshable`, a refresh token that expires with the sign-in. */
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
  const client = findClient(clientId, request.region, context);
  if (client?.secret !== clientSecret) {
    throw new ServiceError(401, 'InvalidClientException', 'Invalid client provided');
  }
  return { clientId, client };
}

function parseBody(request: ServiceRequest): Body {
  const body = readObject(request.body);
  if (body === null) throw invalidRequest();
  return body;
}

/** A list of strings; empty when it is missing. */
function stringList(value: unknown): readonly string[] {
  const list: unknown = value ?? [];
  if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) throw invalidRequest();
  return list;
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
