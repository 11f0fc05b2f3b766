import { createHash, createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { readObject } from '../lib/json-fields.ts';
import { issueKeys } from './credentials.ts';
import type { ConsoleSignIn, Principal } from './directory.ts';
import { consolePage, remoteCodePage, resultPage } from './pages.ts';
import {
  type Context,
  html,
  json,
  type Route,
  routedOperation,
  type Service,
  ServiceError,
  type ServiceRequest,
  type ServiceResponse,
} from './service.ts';

/** The clients that the service has: nobody registers one (botocore/data/signin, `ClientId`). */
const sameDevice = 'arn:aws:signin:::devtools/same-device';
const crossDevice = 'arn:aws:signin:::devtools/cross-device';

const codeSeconds = 60;
/** At AWS at most 15 minutes. */
const keySeconds = 900;
/** A console session lasts at most 12 hours. */
const sessionSeconds = 12 * 3600;
const maxProofAgeMs = 5 * 60_000;

const routes: readonly Route<(request: ServiceRequest, context: Context) => ServiceResponse>[] = [
  { operation: 'ShowConsoleAuthorize', method: 'GET', path: '/v1/authorize', run: showAuthorize },
  { operation: 'ConsoleAuthorize', method: 'POST', path: '/v1/authorize', run: authorize },
  { operation: 'ShowConfirmation', method: 'GET', path: '/v1/sessions/confirmation', run: showConfirmation },
  { operation: 'CreateOAuth2Token', method: 'POST', path: '/v1/token', run: createToken },
];

/**
 * The sign-in service of AWS that `aws login` uses: the authorization code grant with PKCE, bound to a key of the client
 * (DPoP, RFC 9449), with a redirect to the person's machine or, for a browser on another one, a page that shows the code.
 * Keys are for 15 minutes. A refresh token works once, with the key and in the region of the sign-in.
 * Source: botocore/data/signin/2023-01-01; awscli, customizations/login; github.com/aws/aws-cli/issues/10613 (the region)
 */
export const consoleSignIn: Service = {
  name: 'signin',

  operationOf(request) {
    return routedOperation(routes, request);
  },

  handle(operation, request, context) {
    const route = routes.find((candidate) => candidate.operation === operation);
    return route?.run(request, context) ?? html(404, resultPage(false, 'Not found', request.path));
  },

  renderError(error: ServiceError, request: ServiceRequest) {
    if (request.path !== '/v1/token') return html(error.status, resultPage(false, error.code, error.message));
    return {
      ...json(error.status, { message: error.message, ...error.members }),
      headers: { 'x-amzn-ErrorType': error.code },
    };
  },
};

// --- internal ---

interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly state: string;
  readonly principal: Principal;
}

function showAuthorize(request: ServiceRequest, context: Context): ServiceResponse {
  const parameters = new Map(new URLSearchParams(request.query));
  const { principal, clientId } = parseAuthorization(parameters, request, context);
  return html(200, consolePage(principal.arn, clientId === crossDevice, parameters));
}

function authorize(request: ServiceRequest, context: Context): ServiceResponse {
  const parameters = new Map(new URLSearchParams(request.body));
  const found = parseAuthorization(parameters, request, context);
  const { clientId, redirectUri, codeChallenge, state, principal } = found;
  const target = new URL(redirectUri);
  target.searchParams.set('state', state);
  if (parameters.get('decision') === 'allow') {
    const code = context.newId(64);
    const expiresAt = context.now() + codeSeconds * 1000;
    const { region } = request;
    context.directory.consoleCodes.set(code, { clientId, redirectUri, codeChallenge, expiresAt, principal, region });
    target.searchParams.set('code', code);
  } else target.searchParams.set('error', 'access_denied');
  const response = html(302, resultPage(true, 'Redirected', target.host));
  return { ...response, headers: { ...response.headers, Location: target.href } };
}

function parseAuthorization(
  parameters: ReadonlyMap<string, string>,
  request: ServiceRequest,
  { directory }: Context,
): AuthorizationRequest {
  const [clientId = '', redirectUri = ''] = [parameters.get('client_id'), parameters.get('redirect_uri')];
  const isLocal = /^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback$/.test(redirectUri);
  const isOwn = redirectUri === `${request.origin}/v1/sessions/confirmation`;
  if (!(clientId === sameDevice && isLocal) && !(clientId === crossDevice && isOwn)) {
    throw invalid('the client and its redirect do not fit');
  }
  const [codeChallenge = '', state = ''] = [parameters.get('code_challenge'), parameters.get('state')];
  if (!/^[\w-]{43}$/.test(codeChallenge) || parameters.get('code_challenge_method') !== 'SHA-256') {
    throw invalid('no challenge of SHA-256');
  }
  if (state === '' || parameters.get('scope') !== 'openid' || parameters.get('response_type') !== 'code') {
    throw invalid('not an authorization request');
  }
  const [principal] = directory.consoleSessions;
  if (principal === undefined) throw invalid('nobody is signed in to the console in this browser');
  return { clientId, redirectUri, codeChallenge, state, principal };
}

/** What the person pastes: the base64 of the parameters of the redirect. */
function showConfirmation({ query }: ServiceRequest): ServiceResponse {
  const parameters = new URLSearchParams(query);
  const [state, code] = [parameters.get('state'), parameters.get('code')];
  if (state === null || code === null) return html(200, resultPage(false, 'Denied', 'You can close this page.'));
  const text = new URLSearchParams({ state, code }).toString();
  return html(200, remoteCodePage(Buffer.from(text).toString('base64')));
}

function createToken(request: ServiceRequest, context: Context): ServiceResponse {
  const body = parseBody(request);
  if (body.clientId !== sameDevice && body.clientId !== crossDevice) throw invalid('Invalid client');
  const thumbprint = checkProof(request, context);
  if (body.grantType === 'authorization_code') return redeemCode(body, request, context, thumbprint);
  if (body.grantType === 'refresh_token') return redeemRefreshToken(body, request, context, thumbprint);
  throw invalid('Invalid grant type');
}

type Body = Readonly<Record<string, unknown>>;

function redeemCode(body: Body, request: ServiceRequest, context: Context, thumbprint: string): ServiceResponse {
  const { consoleCodes } = context.directory;
  const found = consoleCodes.get(String(body.code));
  // A code works once, also when the request is refused (RFC 6749, section 4.1.2).
  consoleCodes.delete(String(body.code));
  const codeChallenge = createHash('sha256').update(String(body.codeVerifier)).digest('base64url');
  if (found === undefined || found.expiresAt <= context.now()) {
    throw accessDenied('AUTHCODE_EXPIRED', 'The authorization code has expired');
  }
  const isProven = found.codeChallenge === codeChallenge && found.redirectUri === body.redirectUri;
  if (!isProven || found.clientId !== body.clientId || isOtherRegion(found.region, request)) {
    throw invalid('The authorization code is of another request');
  }
  const { principal, clientId, region } = found;
  const expiresAt = context.now() + sessionSeconds * 1000;
  const claims = { iss: request.origin, sub: principal.arn, aud: clientId, iat: Math.floor(context.now() / 1000) };
  const idToken = [{ alg: 'ES384', typ: 'JWT' }, claims].map(encode).concat('c2lnbmF0dXJl').join('.');
  return json(200, { ...issue({ clientId, thumbprint, principal, region, expiresAt }, context), idToken });
}

function redeemRefreshToken(
  body: Body,
  request: ServiceRequest,
  context: Context,
  thumbprint: string,
): ServiceResponse {
  const { consoleSignIns } = context.directory;
  const token = String(body.refreshToken);
  const found = consoleSignIns.get(token);
  if (found !== undefined && isOtherRegion(found.region, request)) throw invalid('Invalid refresh token');
  if (found === undefined || found.expiresAt <= context.now()) {
    throw accessDenied('TOKEN_EXPIRED', 'The refresh token has expired');
  }
  if (found.thumbprint !== thumbprint || found.clientId !== body.clientId) throw invalid('Invalid DPoP proof');
  consoleSignIns.delete(token);
  return json(200, issue(found, context));
}

function issue(signIn: ConsoleSignIn, context: Context): Body {
  const { accessKeyId, secretAccessKey, sessionToken } = issueKeys(signIn.principal, keySeconds, context);
  const refreshToken = `cor${context.newId(120)}`;
  context.directory.consoleSignIns.set(refreshToken, signIn);
  return {
    accessToken: { accessKeyId, secretAccessKey, sessionToken },
    tokenType: 'aws_sigv4',
    expiresIn: keySeconds,
    refreshToken,
  };
}

/** Checks the proof in the header `DPoP`, and returns the thumbprint of its key (RFC 9449, section 4.3; RFC 7638). */
function checkProof(request: ServiceRequest, { directory, now }: Context): string {
  const [header = '', payload = '', signature = '', ...rest] = (request.headers.dpop ?? '').split('.');
  const { typ, alg, jwk } = decode(header);
  const { htm, htu, iat, jti } = decode(payload);
  const isOfRequest = htm === 'POST' && htu === `${request.origin}${request.path}`;
  const isNew = typeof iat === 'number' && Math.abs(now() - iat * 1000) < maxProofAgeMs;
  const key = typ === 'dpop+jwt' && alg === 'ES256' && rest.length === 0 ? asKey(jwk) : null;
  if (key === null || !isOfRequest || !isNew || typeof jti !== 'string' || directory.usedProofs.has(jti)) {
    throw invalid('Invalid DPoP proof');
  }
  const signed = Buffer.from(`${header}.${payload}`);
  const raw = Buffer.from(signature, 'base64url');
  const options = { key: createPublicKey({ key, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const;
  if (!verify('sha256', signed, options, raw)) throw invalid('Invalid DPoP proof');
  directory.usedProofs.add(jti);
  const { crv, kty, x, y } = key;
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

function asKey(value: unknown): JsonWebKey | null {
  if (typeof value !== 'object' || value === null) return null;
  const key: JsonWebKey = { ...value };
  // The private number must not be in it.
  return key.kty === 'EC' && key.crv === 'P-256' && key.d === undefined ? key : null;
}

function isOtherRegion(region: string | null, request: ServiceRequest): boolean {
  return region !== null && request.region !== null && region !== request.region;
}

function invalid(message: string): ServiceError {
  return new ServiceError(400, 'ValidationException', message, { error: 'INVALID_REQUEST' });
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(part: string): Body {
  const object = readObject(Buffer.from(part, 'base64url').toString('utf8'));
  if (object === null) throw invalid('Invalid DPoP proof');
  return object;
}

function parseBody(request: ServiceRequest): Body {
  const object = readObject(request.body);
  if (object === null) throw invalid('the request is no JSON');
  return object;
}

/** The error of the service with one of its own codes: `TOKEN_EXPIRED`. */
function accessDenied(error: string, message: string): ServiceError {
  const isUnauthorized = error === 'TOKEN_EXPIRED' || error === 'AUTHCODE_EXPIRED';
  return new ServiceError(isUnauthorized ? 401 : 403, 'AccessDeniedException', message, { error });
}
