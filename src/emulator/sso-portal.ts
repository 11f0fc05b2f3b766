import { createHash } from 'node:crypto';
import { issueKeys, type SignIn, sessionPrincipal } from './directory.ts';
import { type Answer, type Context, type Service, ServiceError, type ServiceRequest } from './service.ts';

interface Route {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly answer: (query: URLSearchParams, signIn: SignIn, context: Context) => unknown;
}

const routes: readonly Route[] = [
  { operation: 'GetRoleCredentials', method: 'GET', path: '/federation/credentials', answer: getRoleCredentials },
];

/**
 * The portal of IAM Identity Center: JSON, the access token in a header of its own.
 * Source: https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/
 */
export const ssoPortal: Service = {
  name: 'sso',

  operationOf(request) {
    const route = routes.find(({ method, path }) => method === request.method && path === request.path);
    return route?.operation ?? null;
  },

  answer(operation, request, context) {
    const signIn = context.directory.accessTokens.get(request.headers['x-amz-sso_bearer_token'] ?? '');
    if (signIn === undefined || signIn.expiresAt <= context.now()) {
      throw new ServiceError(401, 'UnauthorizedException', 'Session token not found or invalid');
    }
    const route = routes.find((candidate) => candidate.operation === operation);
    return json(200, route?.answer(new URLSearchParams(request.query), signIn, context));
  },

  refuse(error: ServiceError, _request: ServiceRequest) {
    return {
      ...json(error.status, {
        message: error.message,
        __type: `com.amazonaws.switchboard.portal#${error.code}`,
      }),
      headers: { 'x-amzn-ErrorType': error.code },
    };
  },
};

function getRoleCredentials(query: URLSearchParams, signIn: SignIn, context: Context): unknown {
  const accountId = query.get('account_id');
  const roleName = query.get('role_name');
  if (!accountId || !roleName) throw new ServiceError(400, 'InvalidRequestException', 'Invalid request');
  const assignment = context.directory.assignments.find(
    (candidate) =>
      candidate.startUrl === signIn.startUrl &&
      candidate.user === signIn.user &&
      candidate.accountId === accountId &&
      candidate.roleName === roleName,
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
