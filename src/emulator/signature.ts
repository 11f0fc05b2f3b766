import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Principal } from './directory.ts';
import { type Context, ServiceError, type ServiceRequest } from './service.ts';

const algorithm = 'AWS4-HMAC-SHA256';
/** Milliseconds between the clocks of client and AWS. */
const maxSkew = 15 * 60 * 1000;

interface Authorization {
  readonly accessKeyId: string;
  /** `<yyyymmdd>/<region>/<service>/aws4_request` */
  readonly scope: readonly [string, string, string, string];
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/**
 * The principal that signed a request with Signature Version 4 in its headers. Paths are not encoded in the canonical
 * request, because the Query protocol of STS only uses `/`. Throws AWS's own errors: MissingAuthenticationToken, IncompleteSignature, InvalidClientTokenId, SignatureDoesNotMatch
 * (also for a clock that is more than 15 minutes off), ExpiredToken.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signerOf(service: string, request: ServiceRequest, context: Context): Principal {
  const authorization = parseAuthorization(request.headers.authorization);
  const key = context.directory.accessKeys.get(authorization.accessKeyId);
  if (key === undefined || (request.headers['x-amz-security-token'] ?? null) !== key.sessionToken) {
    throw new ServiceError(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.');
  }
  const now = context.now();
  if (key.expiresAt !== null && key.expiresAt <= now) {
    throw new ServiceError(403, 'ExpiredToken', 'The security token included in the request is expired');
  }
  const date = request.headers['x-amz-date'] ?? '';
  checkDate(date, now);
  if (authorization.scope[2] !== service) {
    throw new ServiceError(
      403,
      'SignatureDoesNotMatch',
      `Credential should be scoped to correct service: '${service}'.`,
    );
  }
  const expected = signatureOf(request, date, authorization, key.secret);
  const actual = Buffer.from(authorization.signature, 'hex');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
    throw new ServiceError(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
  }
  return key.principal;
}

// --- internal ---

function parseAuthorization(header: string | undefined): Authorization {
  if (header === undefined) {
    throw new ServiceError(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token');
  }
  const match =
    /^(\S+) Credential=([^/,]+)\/(\d{8})\/([^/,]+)\/([^/,]+)\/(aws4_request), *SignedHeaders=([^,]+), *Signature=([0-9a-f]+)$/.exec(
      header,
    );
  if (match === null || match[1] !== algorithm) {
    throw new ServiceError(
      400,
      'IncompleteSignature',
      "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters, signed with AWS4-HMAC-SHA256.",
    );
  }
  const [, , accessKeyId = '', day = '', region = '', service = '', end = '', headers = '', signature = ''] = match;
  return { accessKeyId, scope: [day, region, service, end], signedHeaders: headers.split(';'), signature };
}

function checkDate(date: string, now: number): void {
  const time = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Number.isNaN(time)) {
    throw new ServiceError(
      400,
      'IncompleteSignature',
      `Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  }
  if (time < now - maxSkew) {
    const limit = `${basicDate(now - maxSkew)} (${basicDate(now)} - 15 min.)`;
    throw new ServiceError(403, 'SignatureDoesNotMatch', `Signature expired: ${date} is now earlier than ${limit}`);
  }
  if (time > now + maxSkew) {
    const limit = `${basicDate(now + maxSkew)} (${basicDate(now)} + 15 min.)`;
    throw new ServiceError(
      403,
      'SignatureDoesNotMatch',
      `Signature not yet current: ${date} is still later than ${limit}`,
    );
  }
}

/** ISO 8601 basic format: `20260101T000000Z`. */
function basicDate(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
}

function signatureOf(request: ServiceRequest, date: string, authorization: Authorization, secret: string): Buffer {
  const { scope, signedHeaders } = authorization;
  const canonicalRequest = [
    request.method,
    request.path,
    request.query.split('&').sort().join('&'),
    ...signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
  const toSign = [algorithm, date, scope.join('/'), sha256(canonicalRequest)].join('\n');
  const key = scope.reduce<string | Buffer>((signingKey, part) => hmac(signingKey, part), `AWS4${secret}`);
  return hmac(key, toSign);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
