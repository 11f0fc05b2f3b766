import { readObject } from '../lib/json-fields.ts';
import { assignmentsOf, type Principal, sessionPrincipal } from './directory.ts';
import { resultPage, signedInPage } from './pages.ts';
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
import { permissionSetRole } from './sso-portal.ts';

/** The address with such a token is valid for so long. */
const tokenSeconds = 15 * 60;

const routes: readonly Route<(request: ServiceRequest, context: Context) => ServiceResponse>[] = [
  { operation: 'GetSigninToken', method: 'POST', path: '/federation', run: getSigninToken },
  { operation: 'FederationLogin', method: 'GET', path: '/federation', run: login },
  { operation: 'PortalConsole', method: 'GET', path: '/portal/console', run: portalConsole },
];

/**
 * The AWS console: the federation endpoint, which signs in by temporary keys, and the way there from an access portal's
 * shortcut link. Keys in the query of a request are refused, which AWS accepts, because they end in logs.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
 */
export const awsConsole: Service = {
  name: 'console',

  operationOf(request) {
    return routedOperation(routes, request);
  },

  handle(operation, request, context) {
    const route = routes.find((candidate) => candidate.operation === operation);
    return route?.run(request, context) ?? html(404, resultPage(false, 'Not found', request.path));
  },

  renderError(error: ServiceError, _request: ServiceRequest) {
    return html(error.status, resultPage(false, error.code, error.message));
  },
};

// --- internal ---

function getSigninToken(request: ServiceRequest, context: Context): ServiceResponse {
  const parameters = new URLSearchParams(request.body);
  if (parameters.get('Action') !== 'getSigninToken') throw badRequest('no such action');
  const principal = holderOf(parameters.get('Session') ?? '', context);
  const duration = parameters.get('SessionDuration');
  if (duration !== null && (principal.isChained || !(Number(duration) >= 900 && Number(duration) <= 43_200))) {
    throw badRequest('SessionDuration');
  }
  const token = context.newId(300);
  context.directory.signinTokens.set(token, {
    principal,
    duration: duration === null ? null : Number(duration),
    expiresAt: context.now() + tokenSeconds * 1000,
  });
  return json(200, { SigninToken: token });
}

/** Who holds the keys: a role, or a federated user. */
function holderOf(session: string, { directory, now }: Context): Principal {
  const { sessionId, sessionKey, sessionToken } = readObject(session) ?? {};
  const key = directory.accessKeys.get(String(sessionId));
  const isValid = key !== undefined && key.secret === sessionKey && key.sessionToken === sessionToken;
  if (!isValid || key.expiresAt === null || key.expiresAt <= now()) throw badRequest('Session');
  if (key.principal.arn.includes(':user/')) throw badRequest('the keys of a user');
  return key.principal;
}

function login(request: ServiceRequest, { directory, now }: Context): ServiceResponse {
  const parameters = new URLSearchParams(request.query);
  const found = directory.signinTokens.get(parameters.get('SigninToken') ?? '');
  if (parameters.get('Action') !== 'login' || found === undefined || found.expiresAt <= now())
    throw badRequest('token');
  return html(200, signedInPage(found.principal.arn, destinationIn(parameters)));
}

function portalConsole(request: ServiceRequest, { directory }: Context): ServiceResponse {
  const parameters = new URLSearchParams(request.query);
  const portal = directory.portals.find(({ name }) => name === parameters.get('portal'));
  const assignment =
    portal &&
    assignmentsOf(portal, directory).find(
      ({ accountId, roleName }) =>
        accountId === parameters.get('account_id') && roleName === parameters.get('role_name'),
    );
  if (portal === undefined || assignment === undefined) throw new ServiceError(403, 'Forbidden', 'No access');
  const role = permissionSetRole(assignment.accountId, assignment.roleName);
  return html(200, signedInPage(sessionPrincipal(role.arn, role.id, portal.user).arn, destinationIn(parameters)));
}

/** Only a page of the console is a destination. */
function destinationIn(parameters: URLSearchParams): string {
  const address = parameters.get('Destination') ?? parameters.get('destination') ?? '';
  const host = URL.canParse(address) ? new URL(address).host : '';
  if (!/(?:^|\.)console\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com|amazonaws-eusc\.eu)$/.test(host)) {
    throw badRequest('Destination');
  }
  return address;
}

function badRequest(message: string): ServiceError {
  return new ServiceError(400, 'Bad Request', message);
}
