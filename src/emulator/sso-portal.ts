import { createHash } from 'node:crypto';
import { issueKeys } from './credentials.ts';
import { assignmentsOf, isElsewhere, type SignIn, sessionPrincipal } from './directory.ts';
import {
  type Context,
  invalidRequest,
  json,
  type Route,
  routedOperation,
  type Service,
  ServiceError,
  type ServiceRequest,
} from './service.ts';

/** The portal's own limit (ListAccounts and ListAccountRoles, `maxResults`). */
const maxResults = 100;

/** Each returns the body of the response, or null for an empty one. */
const routes: readonly Route<(query: URLSearchParams, signIn: SignIn, context: Context) => unknown>[] = [
  { operation: 'ListAccounts', method: 'GET', path: '/assignment/accounts', run: listAccounts },
  { operation: 'ListAccountRoles', method: 'GET', path: '/assignment/roles', run: listAccountRoles },
  { operation: 'GetRoleCredentials', method: 'GET', path: '/federation/credentials', run: getRoleCredentials },
  { operation: 'Logout', method: 'POST', path: '/logout', run: logout },
];

/**
 * The access portal of IAM Identity Center: JSON, with the access token in the header `x-amz-sso_bearer_token`. In another
 * region than the portal's every token is refused (github.com/Noovolari/leapp/issues/360).
 * Source: https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/
 */
export const ssoPortal: Service = {
  name: 'sso',

  operationOf(request) {
    return routedOperation(routes, request);
  },

  handle(operation, request, context) {
    const { directory } = context;
    const signIn = directory.accessTokens.get(request.headers['x-amz-sso_bearer_token'] ?? '');
    const isValid = signIn !== undefined && signIn.expiresAt > context.now();
    if (!isValid || isElsewhere(directory, signIn.startUrl, request.region)) {
      throw new ServiceError(401, 'UnauthorizedException', 'Session token not found or invalid');
    }
    const route = routes.find((candidate) => candidate.operation === operation);
    const body = route?.run(new URLSearchParams(request.query), signIn, context) ?? null;
    return body === null ? { status: 200, contentType: 'application/json', body: '' } : json(200, body);
  },

  renderError(error: ServiceError, _request: ServiceRequest) {
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

/** The role that IAM Identity Center creates in an account for a permission set. Its suffix and id are derived from both. */
export function permissionSetRole(
  accountId: string,
  permissionSet: string,
): { readonly arn: string; readonly id: string } {
  const hash = createHash('sha256').update(`${accountId}/${permissionSet}`).digest('hex');
  return {
    arn: `arn:aws:iam::${accountId}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_${permissionSet}_${hash.slice(0, 16)}`,
    id: `AROA${hash.slice(16, 33).toUpperCase()}`,
  };
}

// --- internal ---

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
  if (!accountId) throw invalidRequest();
  const assigned = assignmentsOf(signIn, context.directory).filter((candidate) => candidate.accountId === accountId);
  if (assigned.length === 0) throw new ServiceError(403, 'ForbiddenException', 'No access');
  const { items, nextToken } = page(assigned, query);
  return { nextToken, roleList: items.map(({ roleName }) => ({ roleName, accountId })) };
}

/** Deletes all tokens of the sign-in. As at AWS, role credentials that were issued with them stay valid. */
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
  if (!accountId || !roleName) throw invalidRequest();
  const assignment = assignmentsOf(signIn, context.directory).find(
    (candidate) => candidate.accountId === accountId && candidate.roleName === roleName,
  );
  if (assignment === undefined) throw new ServiceError(403, 'ForbiddenException', 'No access');
  const seconds = assignment.sessionSeconds ?? 3600;
  const role = permissionSetRole(assignment.returnsAccountId ?? accountId, roleName);
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

/** One page of a list. `nextToken` is where the next page starts; null on the last page, as AWS writes it. */
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
