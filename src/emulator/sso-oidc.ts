import type { SignIn } from './directory.ts';
import { type Answer, type Context, type Service, ServiceError, type ServiceRequest } from './service.ts';

/** How long an access token is good for, as for a portal with AWS's own settings. */
const accessTokenSeconds = 8 * 60 * 60;

type Body = Readonly<Record<string, unknown>>;

interface Route {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly answer: (body: Body, context: Context) => unknown;
}

const routes: readonly Route[] = [{ operation: 'CreateToken', method: 'POST', path: '/token', answer: createToken }];

/**
 * The OIDC service of IAM Identity Center: JSON with camelCase names, errors as OAuth 2.0 has them (RFC 6749, section 5.2).
 * Source: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/
 */
export const ssoOidc: Service = {
  name: 'sso-oidc',

  operationOf(request) {
    const route = routes.find(({ method, path }) => method === request.method && path === request.path);
    return route?.operation ?? null;
  },

  answer(operation, request, context) {
    const route = routes.find((candidate) => candidate.operation === operation);
    return json(200, route?.answer(readBody(request), context));
  },

  refuse(error: ServiceError, _request: ServiceRequest) {
    return {
      ...json(error.status, { error: oauthError(error.code), error_description: error.message }),
      headers: { 'x-amzn-ErrorType': `${error.code}:http://internal.amazon.com/coral/com.amazonaws.sso.oidc/` },
    };
  },
};

function createToken(body: Body, context: Context): unknown {
  const { clientId, clientSecret, grantType } = body;
  if (typeof clientId !== 'string' || typeof clientSecret !== 'string' || typeof grantType !== 'string') {
    throw invalidRequest();
  }
  const client = context.directory.clients.get(clientId);
  if (client === undefined || client.secret !== clientSecret || client.expiresAt <= context.now()) {
    throw new ServiceError(401, 'InvalidClientException', 'Invalid client provided');
  }
  const grant = grants.get(grantType);
  if (grant === undefined) {
    throw new ServiceError(400, 'UnsupportedGrantTypeException', 'Unsupported grant type provided');
  }
  return grant(body, clientId, context);
}

const grants: ReadonlyMap<string, (body: Body, clientId: string, context: Context) => unknown> = new Map([
  ['refresh_token', refreshGrant],
]);

function refreshGrant(body: Body, clientId: string, context: Context): unknown {
  const { refreshToken } = body;
  if (typeof refreshToken !== 'string') throw invalidRequest();
  const { refreshTokens } = context.directory;
  const signIn = refreshTokens.get(refreshToken);
  if (signIn === undefined || signIn.clientId !== clientId || signIn.expiresAt <= context.now()) {
    throw new ServiceError(400, 'InvalidGrantException', 'Invalid refresh token provided');
  }
  refreshTokens.delete(refreshToken);
  return issueTokens(signIn, context);
}

/** A new access token, and a refresh token that ends when the sign-in does. */
function issueTokens(signIn: SignIn, context: Context): unknown {
  const { accessTokens, refreshTokens } = context.directory;
  const accessToken = `aoa${context.newId(120)}`;
  const refreshToken = `aor${context.newId(120)}`;
  accessTokens.set(accessToken, { ...signIn, expiresAt: context.now() + accessTokenSeconds * 1000 });
  refreshTokens.set(refreshToken, signIn);
  return { accessToken, tokenType: 'Bearer', expiresIn: accessTokenSeconds, refreshToken };
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

function invalidRequest(): ServiceError {
  return new ServiceError(400, 'InvalidRequestException', 'Invalid request');
}

/** `InvalidGrantException` as OAuth names it: `invalid_grant`. */
function oauthError(code: string): string {
  return code
    .replace(/Exception$/, '')
    .replace(/(?<!^)[A-Z]/g, '_$&')
    .toLowerCase();
}

function json(status: number, value: unknown): Answer {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}
