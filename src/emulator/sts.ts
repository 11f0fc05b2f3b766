import { readObject } from '../lib/json-fields.ts';
import { issueKeys } from './credentials.ts';
import { type Principal, type Role, sessionPrincipal } from './directory.ts';
import { type Context, type Service, ServiceError, type ServiceRequest, type ServiceResponse } from './service.ts';
import { signerOf } from './signature.ts';

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
const defaultSeconds = 3600;
/** How many codes an MFA device has. */
const mfaCodes = 1000;

/** XML elements by name: text or nested elements; undefined ones are left out. */
interface Elements {
  readonly [name: string]: string | Elements | undefined;
}

type Operation = (parameters: URLSearchParams, request: ServiceRequest, context: Context) => Elements;

/**
 * AWS Security Token Service: the AWS Query protocol, with form parameters in the request and XML in the response.
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/
 */
export const sts: Service = {
  name: 'sts',

  operationOf(request) {
    return request.method === 'POST' && request.path === '/'
      ? (new URLSearchParams(request.body).get('Action') ?? 'MissingAction')
      : null;
  },

  handle(operation, request, context) {
    const run = operations.get(operation);
    if (run === undefined) {
      throw new ServiceError(400, 'InvalidAction', `Could not find operation ${operation} for version 2011-06-15`);
    }
    const result = run(new URLSearchParams(request.body), request, context);
    return xml(200, `${operation}Response`, {
      [`${operation}Result`]: result,
      ResponseMetadata: { RequestId: request.id },
    });
  },

  renderError(error, request) {
    return xml(error.status, 'ErrorResponse', {
      Error: { Type: error.status < 500 ? 'Sender' : 'Receiver', Code: error.code, Message: error.message },
      RequestId: request.id,
    });
  },
};

const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['GetCallerIdentity', getCallerIdentity],
  ['AssumeRole', assumeRole],
  ['AssumeRoleWithWebIdentity', assumeRoleWithWebIdentity],
  ['GetFederationToken', getFederationToken],
]);

// --- internal ---

function getCallerIdentity(_parameters: URLSearchParams, request: ServiceRequest, context: Context): Elements {
  const caller = signerOf('sts', request, context);
  return { Arn: caller.arn, UserId: caller.userId, Account: caller.accountId };
}

function assumeRole(parameters: URLSearchParams, request: ServiceRequest, context: Context): Elements {
  const caller = signerOf('sts', request, context);
  checkParameters(parameters);
  const hasMfa = checkMfa(parameters, caller, context);
  const arn = parameters.get('RoleArn') ?? '';
  const role = context.directory.roles.find((candidate) => candidate.arn === arn);
  const externalIdFits =
    role?.externalId === undefined || role.externalId === (parameters.get('ExternalId') ?? undefined);
  if (role === undefined || !isTrusted(caller, role) || !externalIdFits || (role.mfaRequired && !hasMfa)) {
    throw new ServiceError(
      403,
      'AccessDenied',
      `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
    );
  }
  const seconds = sessionSeconds(parameters, role);
  if (caller.roleArn !== null && seconds > 3600) {
    throw new ServiceError(
      400,
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  return roleSession(role, parameters.get('RoleSessionName') ?? '', seconds, context, caller.roleArn !== null);
}

/** Only for the access keys of a user. */
function getFederationToken(parameters: URLSearchParams, request: ServiceRequest, context: Context): Elements {
  const caller = signerOf('sts', request, context);
  if (request.headers['x-amz-security-token'] !== undefined || caller.roleArn !== null) {
    throw new ServiceError(403, 'AccessDenied', 'Cannot call GetFederationToken with session credentials');
  }
  const [name, seconds] = [parameters.get('Name') ?? '', Number(parameters.get('DurationSeconds') ?? 43_200)];
  if (!/^[\w+=,.@-]{2,32}$/.test(name) || !(seconds >= 900 && seconds <= 129_600)) {
    throw new ServiceError(400, 'ValidationError', 'The name or the duration is out of bounds');
  }
  const arn = `arn:aws:sts::${caller.accountId}:federated-user/${name}`;
  const userId = `${caller.accountId}:${name}`;
  // As in the console, such a session lasts as long as its keys.
  const principal = { accountId: caller.accountId, arn, userId, roleArn: null, isChained: true };
  return {
    Credentials: issuedCredentials(principal, seconds, context),
    FederatedUser: { FederatedUserId: userId, Arn: arn },
  };
}

/** The token's signature is not verified: its claims are enough for tests. */
function assumeRoleWithWebIdentity(parameters: URLSearchParams, _request: ServiceRequest, context: Context): Elements {
  checkParameters(parameters, ['webIdentityToken']);
  const claims = parseClaims(parameters.get('WebIdentityToken') ?? '');
  const seconds = Math.floor(context.now() / 1000);
  if (typeof claims.exp === 'number' && claims.exp <= seconds) {
    throw new ServiceError(
      400,
      'ExpiredTokenException',
      `Token expired: current date/time ${seconds} must be before the expiration date/time ${claims.exp}`,
    );
  }
  if (!context.directory.roles.some((role) => role.webIdentity?.issuer === claims.iss)) {
    throw new ServiceError(
      400,
      'InvalidIdentityToken',
      `No OpenIDConnect provider found in your account for ${claims.iss}`,
    );
  }
  const role = context.directory.roles.find((candidate) => candidate.arn === parameters.get('RoleArn'));
  const trust = role?.webIdentity;
  const isTrustedToken =
    trust !== undefined && trust.issuer === claims.iss && trust.subject === claims.sub && trust.audience === claims.aud;
  if (role === undefined || !isTrustedToken) {
    throw new ServiceError(403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
  }
  const session = roleSession(role, parameters.get('RoleSessionName') ?? '', sessionSeconds(parameters, role), context);
  return { ...session, SubjectFromWebIdentityToken: trust.subject, Audience: trust.audience, Provider: trust.issuer };
}

function isTrusted(caller: Principal, role: Role): boolean {
  const names = [caller.arn, caller.roleArn, caller.accountId, `arn:aws:iam::${caller.accountId}:root`];
  return role.trusts.some((trusted) => names.includes(trusted));
}

/**
 * Whether the request has a valid MFA code, which is then used up. As at AWS, a wrong code is an error even when the role
 * requires no MFA.
 */
function checkMfa(parameters: URLSearchParams, caller: Principal, context: Context): boolean {
  const serial = parameters.get('SerialNumber');
  const code = parameters.get('TokenCode');
  if (serial === null && code === null) return false;
  const failed = (reason: string) => new ServiceError(403, 'AccessDenied', `MultiFactorAuthentication failed${reason}`);
  if (serial === null || code === null) {
    throw failed(', must provide both MFA serial number and one time pass code.');
  }
  const device = context.directory.mfaDevices.get(serial);
  if (device?.userArn !== caller.arn) {
    throw failed(
      ', unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
    );
  }
  const count = Number(code) - Number(device.code);
  if (!/^\d{6}$/.test(code) || count < 0 || count >= mfaCodes || device.usedCodes.has(code)) {
    throw failed(' with invalid MFA one time pass code. ');
  }
  device.usedCodes.add(code);
  return true;
}

function sessionSeconds(parameters: URLSearchParams, role: Role): number {
  const seconds = Number(parameters.get('DurationSeconds') ?? defaultSeconds);
  if (seconds > (role.maxSessionSeconds ?? defaultSeconds)) {
    throw new ServiceError(
      400,
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  return seconds;
}

function roleSession(role: Role, name: string, seconds: number, context: Context, isChained = false): Elements {
  const principal = { ...sessionPrincipal(role.arn, role.id, name), isChained };
  return {
    Credentials: issuedCredentials(principal, seconds, context),
    AssumedRoleUser: { AssumedRoleId: principal.userId, Arn: principal.arn },
  };
}

/** Keys that are issued to somebody, as STS writes them. */
function issuedCredentials(principal: Principal, seconds: number, context: Context): Elements {
  const keys = issueKeys(principal, seconds, context);
  return {
    AccessKeyId: keys.accessKeyId,
    SecretAccessKey: keys.secretAccessKey,
    SessionToken: keys.sessionToken,
    Expiration: new Date(keys.expiresAt).toISOString().replace('.000', ''),
  };
}

function parseClaims(token: string): Readonly<Record<string, unknown>> {
  const claims = readObject(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  if (claims !== null) return claims;
  throw new ServiceError(
    400,
    'InvalidIdentityToken',
    'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
  );
}

interface Constraint {
  readonly isBroken: (value: string) => boolean;
  readonly message: string;
}

/** The constraints of the STS service model, by parameter name as in the error message; the first broken one is reported. */
const constraints: Readonly<Record<string, readonly Constraint[]>> = {
  roleArn: [{ isBroken: (value) => value.length < 20, message: 'Member must have length greater than or equal to 20' }],
  roleSessionName: [
    { isBroken: (value) => value.length > 64, message: 'Member must have length less than or equal to 64' },
    { isBroken: (value) => value.length < 2, message: 'Member must have length greater than or equal to 2' },
    {
      isBroken: (value) => !/^[\w+=,.@-]*$/.test(value),
      message: 'Member must satisfy regular expression pattern: [\\w+=,.@-]*',
    },
  ],
  durationSeconds: [
    { isBroken: (value) => Number(value) > 43200, message: 'Member must have value less than or equal to 43200' },
    { isBroken: (value) => Number(value) < 900, message: 'Member must have value greater than or equal to 900' },
  ],
  tokenCode: [{ isBroken: (value) => value.length < 6, message: 'Member must have length greater than or equal to 6' }],
};

function checkParameters(parameters: URLSearchParams, furtherRequired: readonly string[] = []): void {
  const required = ['roleArn', 'roleSessionName', ...furtherRequired];
  for (const name of new Set([...required, ...Object.keys(constraints)])) {
    const value = parameters.get(name.charAt(0).toUpperCase() + name.slice(1));
    const problem =
      value === null
        ? required.includes(name) && 'Member must not be null'
        : constraints[name]?.find((constraint) => constraint.isBroken(value))?.message;
    if (problem) {
      const shown = value === null ? 'null' : `'${value}'`;
      throw new ServiceError(
        400,
        'ValidationError',
        `1 validation error detected: Value ${shown} at '${name}' failed to satisfy constraint: ${problem}`,
      );
    }
  }
}

function xml(status: number, root: string, elements: Elements): ServiceResponse {
  const body = `<${root} xmlns="${namespace}">\n${render(elements, '  ')}</${root}>\n`;
  return { status, contentType: 'text/xml', body };
}

function render(elements: Elements, indent: string): string {
  return Object.entries(elements)
    .map(([name, value]) => {
      if (value === undefined) return '';
      if (typeof value === 'string') return `${indent}<${name}>${escapeXml(value)}</${name}>\n`;
      return `${indent}<${name}>\n${render(value, `${indent}  `)}${indent}</${name}>\n`;
    })
    .join('');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
