import { createHash } from 'node:crypto';
import { issueKeys } from './credentials.ts';
import { type Directory, isElsewhere, type SignIn, sessionPrincipal } from './directory.ts';
import { type Answer, type Context, type Service, ServiceError, type ServiceRequest } from './service.ts';

const maxResults = 100;

interface Route {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  /** Null where there is nothing to answer. */
  readonly answer: (query: URLSearchParams, signIn: SignIn, context: Context) => unknown;
}

const routes: readonly Route[] = [
  { operation: 'ListAccounts', method: 'GET', path: '/assignment/accounts', answer: listAccounts },
  { operation: 'ListAccountRoles', method: 'GET', path: '/assignment/roles', answer: listAccountRoles },
  { operation: 'GetRoleCredentials', method: 'GET', path: '/federation/credentials', answer: getRoleCredentials },
  { operation: 'Logout', method: 'POST', path: '/logout', answer: logout },
];

/**
 * The portal of IAM Identity Center: JSON, the access token in a header of its own. In another region than the portal's
 * no token is known (github.com/Noovolari/leapp/issues/360).
 * Source: https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/
 */
export const ssoPortal: Service = {
  name: 'sso',

  operationOf(request) {
    const route = routes.find(({ method, path }) => method === request.method && path === request.path);
    return route?.operation ?? null;
  },

  answer(operation, request, context) {
    const { directory } = context;
    const signIn = directory.accessTokens.get(request.headers['x-amz-sso_bearer_token'] ?? '');
    const isGood = signIn !== undefined && signIn.expiresAt > context.now();
    if (!isGood || isElsewhere(directory, signIn.startUrl, request.region)) {
      throw new ServiceError(401, 'UnauthorizedException', 'Session token not found or invalid');
    }
    const route = routes.find((candidate) => candidate.operation === operation);
    const value = route?.answer(new URLSearchParams(request.query), signIn, context) ?? null;
    return value === null ? { status: 200, contentType: 'application/json', body: '' } : json(200, value);
  },

  refuse(error: ServiceError, _request: ServiceRequest) {
    return {
      ...json(error.status, {
        message: error.message,
        __type: `com.amazonaws.switchboard.portal#${error.code}`,
        ...error.members,
      }),
      headers: { 'x-amzn-ErrorType': error.code },
    };
  },
};

function listAccounts(query: URLSearchParams, signIn: SignIn, context: Context): unknown {
  const { directory } = context;
  const ids = [...new Set(assignmentsOf(signIn, directory).map(({ accountId }) => accountId))];
  const { items, nextToken } = page(ids, query);
  const accountList = items.map((accountId) => {
    const account = directory.accounts.get(accountId);
    return { accountId, accountName: account?.name, emailAddress: account?.emailAddress };
  });
  return { nextToken, accountList };
}

function listAccountRoles(query: URLSearchParams, signIn: SignIn, context: Context): unknown {
  const accountId = query.get('account_id');
  if (!accountId) throw invalidRequest('Invalid request');
  const assigned = assignmentsOf(signIn, context.directory).filter((candidate) => candidate.accountId === accountId);
  if (assigned.length === 0) throw new ServiceError(403, 'ForbiddenException', 'No access');
  const { items, nextToken } = page(assigned, query);
  return { nextToken, roleList: items.map(({ roleName }) => ({ roleName, accountId })) };
}

/** Ends the sign-in, not only the token; the credentials that came of it live on. */
function logout(_query: URLSearchParams, signIn: SignIn, context: Context): null {
  for (const tokens of [context.directory.accessTokens, context.directory.refreshTokens]) {
    for (const [token, other] of tokens) {
      if (other === signIn || (signIn.session !== undefined && other.session === signIn.session)) tokens.delete(token);
    }
  }
  return null;
}

function getRoleCredentials(query: URLSearchParams, signIn: SignIn, context: Context): unknown {
  const accountId = query.get('account_id');
  const roleName = query.get('role_name');
  if (!accountId || !roleName) throw invalidRequest('Invalid request');
  const assignment = assignmentsOf(signIn, context.directory).find(
    (candidate) => candidate.accountId === accountId && candidate.roleName === roleName,
  );
  if (assignment === undefined) throw new ServiceError(403, 'ForbiddenException', 'No access');
  const seconds = assignment.sessionSeconds ?? 3600;
  const role = permissionSetRole(assignment.answersAccountId ?? accountId, roleName);
  const keys = issueKeys(sessionPrincipal(role.arn, role.id, signIn.user), seconds, context);
  return {
    roleCredentials: {
      accessKeyId: keys.accessKeyId,
      secretAccessKey: keys.secretAccessKey,
      sessionToken: keys.sessionToken,
      expiration: keys.expiresAt,
    },
  };
}

/** What the person who signed in may use at the portal, in the directory's order. */
export function assignmentsOf(
  signIn: Pick<SignIn, 'startUrl' | 'user'>,
  directory: Directory,
): Directory['assignments'] {
  return directory.assignments.filter(({ startUrl, user }) => startUrl === signIn.startUrl && user === signIn.user);
}

/** One page of a list. Its `nextToken` says where the next one begins, and is null on the last, as AWS writes it. */
function page<T>(all: readonly T[], query: URLSearchParams): { items: readonly T[]; nextToken: string | null } {
  const size = Number(query.get('max_result') ?? maxResults);
  if (!Number.isInteger(size) || size < 1 || size > maxResults) {
    throw invalidRequest(`ResultSize parameter must be within the valid limits of: 1-${maxResults}`);
  }
  const token = query.get('next_token');
  const start = token === null ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0 || start > all.length) throw invalidRequest('Invalid pagination token');
  const end = start + size;
  return {
    items: all.slice(start, end),
    nextToken: end < all.length ? Buffer.from(String(end)).toString('base64url') : null,
  };
}

function invalidRequest(message: string): ServiceError {
  return new ServiceError(400, 'InvalidRequestException', message);
}

/** The role that Identity Center keeps in an account for a permission set; its suffix and id are the same at each call. */
function permissionSetRole(accountId: string, permissionSet: string): { readonly arn: string; readonly id: string } {
  const hash = createHash('sha256').update(`${accountId}/${permissionSet}`).digest('hex');
  return {
    arn: `arn:aws:iam::${accountId}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_${permissionSet}_${hash.slice(0, 16)}`,
    id: `AROA${hash.slice(16, 33).toUpperCase()}`,
  };
}

function json(status: number, value: unknown): Answer {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}
