import { codeGrant, findClient, grantsOf, invalidGrant, isRegisteredRedirect, oauthError } from './clients.ts';
import { assignmentsOf, type Client, type DeviceRequest, isElsewhere, type Portal, portalOf } from './directory.ts';
import { type AccessRequest, authorizePage, codePage, devicePage, resultPage, startPage } from './pages.ts';
import {
  type Context,
  html,
  invalidRequest,
  type Route,
  routedOperation,
  type Service,
  ServiceError,
  type ServiceRequest,
  type ServiceResponse,
} from './service.ts';

/** How long an authorization code is valid; the waiting program uses it at once. */
const codeSeconds = 60;

type Parameters = ReadonlyMap<string, string>;

const routes: readonly Route<(parameters: Parameters, request: ServiceRequest, context: Context) => ServiceResponse>[] =
  [
    { operation: 'ShowAuthorize', method: 'GET', path: '/authorize', run: showAuthorize },
    { operation: 'Authorize', method: 'POST', path: '/authorize', run: authorize },
    { operation: 'ShowDevice', method: 'GET', path: '/device', run: showDevice },
    { operation: 'AuthorizeDevice', method: 'POST', path: '/device', run: authorizeDevice },
    { operation: 'OpenPage', method: 'GET', path: '/open', run: openPage },
  ];

/**
 * The pages of a sign-in in the browser. The portal's user is signed in already, so the pages only ask to allow or deny.
 * - `/authorize`, at the address of the OIDC service, where the AWS CLI opens it: the authorization code grant with PKCE
 *   (RFC 6749, section 4.1; RFC 7636).
 * - `/device`: the verification page of a device authorization (RFC 8628).
 * - `/open`, which AWS does not have: see `EmulatorOptions.openPage`.
 * - `/start/<portal>`, and through the emulator's proxy a portal's start URL itself: the start page.
 *
 * A request from another region than the portal's ends in an `invalid_grant` page, and the program gets no response
 * (github.com/aws/aws-cli/issues/5058, github.com/fwdcloudsec/granted/issues/385; the page for the authorization code is
 * that of github.com/kirodotdev/Kiro/issues/330, and there is no public record of a redirect).
 */
export const signInPages: Service = {
  name: 'sign-in',

  operationOf({ method, path, origin }) {
    const operation = routedOperation(routes, { method, path });
    if (operation !== null) return operation;
    const isStart = path.startsWith('/start/') || (path === '/start' && /\.awsapps\.com$/.test(origin));
    return method === 'GET' && isStart ? 'ShowStart' : null;
  },

  handle(operation, request, context) {
    if (operation === 'ShowStart') return showStart(request, context);
    const route = routes.find((candidate) => candidate.operation === operation);
    const parameters = new Map(new URLSearchParams(request.method === 'GET' ? request.query : request.body));
    return route?.run(parameters, request, context) ?? html(404, resultPage(false, 'Not found', request.path));
  },

  renderError(error: ServiceError, _request: ServiceRequest) {
    return html(error.status, resultPage(false, oauthError(error.code), error.message));
  },
};

// --- internal ---

/** A valid authorization request (RFC 6749, section 4.1.1). */
interface AuthorizationRequest {
  readonly portal: Portal;
  readonly client: Client;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly codeChallenge: string;
}

function showAuthorize(parameters: Parameters, request: ServiceRequest, context: Context): ServiceResponse {
  const found = parseAuthorizationRequest(parameters, request, context);
  if ('status' in found) return found;
  // Older versions of the AWS CLI send `scopes` in place of `scope`.
  const scopes = (parameters.get('scope') ?? parameters.get('scopes') ?? '').split(/[ ,]+/).filter(Boolean);
  const requested = scopes.length > 0 ? scopes : undefined;
  const access = accessRequest(found.client, found.clientId, requested);
  return html(200, authorizePage(found.portal, access, parameters));
}

function authorize(parameters: Parameters, request: ServiceRequest, context: Context): ServiceResponse {
  const found = parseAuthorizationRequest(parameters, request, context);
  if ('status' in found) return found;
  const { portal, client, clientId, redirectUri, codeChallenge } = found;
  if (parameters.get('decision') !== 'allow') return redirect(parameters, 'error', 'access_denied');
  if (isElsewhere(context.directory, portal.startUrl, client.region)) throw invalidGrant();
  const code = context.newId(64);
  const expiresAt = context.now() + codeSeconds * 1000;
  context.directory.codes.set(code, { clientId, startUrl: portal.startUrl, redirectUri, codeChallenge, expiresAt });
  return redirect(parameters, 'code', code);
}

/**
 * Parses an authorization request. Returns a redirect with the error where the program can be told of it, and throws where
 * it cannot.
 */
function parseAuthorizationRequest(
  parameters: Parameters,
  request: ServiceRequest,
  context: Context,
): AuthorizationRequest | ServiceResponse {
  const clientId = parameters.get('client_id') ?? '';
  const client = findClient(clientId, request.region, context);
  if (client === undefined) throw invalidRequest('Invalid client provided');
  const redirectUri = parameters.get('redirect_uri') ?? '';
  // There is no redirect to an address that is not registered, not even with an error (RFC 6749, section 4.1.2.1).
  if (!isRegisteredRedirect(client, redirectUri)) throw invalidRequest('Invalid redirect uri provided');
  const portal = portalOf(context.directory, client.startUrl ?? '');
  if (portal === undefined) throw invalidRequest('Invalid issuer url provided');
  if (!grantsOf(client).includes(codeGrant)) return redirect(parameters, 'error', 'unauthorized_client');
  if (parameters.get('response_type') !== 'code') return redirect(parameters, 'error', 'unsupported_response_type');
  const codeChallenge = parameters.get('code_challenge') ?? '';
  const isValidChallenge = /^[\w-]{43}$/.test(codeChallenge) && parameters.get('code_challenge_method') === 'S256';
  if (!isValidChallenge) return redirect(parameters, 'error', 'invalid_request');
  return { portal, client, clientId, redirectUri, codeChallenge };
}

function showDevice(parameters: Parameters, request: ServiceRequest, context: Context): ServiceResponse {
  const typed = parameters.get('user_code');
  if (typed === undefined) return html(200, codePage(null));
  const found = findDevice(typed, request, context);
  if (found === null)
    return html(400, codePage('No program is waiting with this code. Is it complete, and new enough?'));
  const { device, client, portal } = found;
  return html(200, devicePage(portal, accessRequest(client, device.clientId), device.userCode));
}

function authorizeDevice(parameters: Parameters, request: ServiceRequest, context: Context): ServiceResponse {
  const found = findDevice(parameters.get('user_code') ?? '', request, context);
  if (found === null) throw new ServiceError(400, 'InvalidRequestException', 'Invalid user code provided');
  const { deviceCode, device, client } = found;
  const allow = parameters.get('decision') === 'allow';
  if (allow && isElsewhere(context.directory, device.startUrl, client.region)) throw invalidGrant();
  context.directory.deviceRequests.set(deviceCode, { ...device, state: allow ? 'allowed' : 'denied' });
  return allow
    ? html(200, resultPage(true, 'Request approved', 'You can close this page and go back to your terminal.'))
    : html(200, resultPage(false, 'Request denied', 'Nobody was let in. You can close this page.'));
}

/**
 * Opens the page at the emulator's own address, because the browser would reach the real AWS by AWS's host names. The
 * address is not that of the `Host` header, which any client can choose.
 */
function openPage(parameters: Parameters, request: ServiceRequest, context: Context): ServiceResponse {
  const page = parameters.get('page') ?? '';
  if (!URL.canParse(page, request.serverUrl)) throw invalidRequest('No page to open here');
  const { pathname, search } = new URL(page, request.serverUrl);
  if (context.openPage === null || !['/authorize', '/v1/authorize', '/device'].includes(pathname)) {
    throw invalidRequest('No page to open here');
  }
  context.openPage(`${request.serverUrl}${pathname}${search}`);
  return html(200, resultPage(true, 'Opened', 'The page is open in the browser.'));
}

interface FoundDevice {
  readonly deviceCode: string;
  readonly device: DeviceRequest;
  readonly client: Client;
  readonly portal: Portal;
}

/** The pending device authorization with a user code; case, spaces and hyphens do not matter. */
function findDevice(typed: string, request: ServiceRequest, context: Context): FoundDevice | null {
  const plain = (code: string) => code.toUpperCase().replace(/[^A-Z0-9]/g, '');
  for (const [deviceCode, device] of context.directory.deviceRequests) {
    const isWaiting = device.state === 'pending' && device.expiresAt > context.now();
    if (!isWaiting || plain(device.userCode) !== plain(typed)) continue;
    const client = findClient(device.clientId, request.region, context);
    const portal = portalOf(context.directory, device.startUrl);
    if (client !== undefined && portal !== undefined) return { deviceCode, device, client, portal };
  }
  return null;
}

function showStart(request: ServiceRequest, context: Context): ServiceResponse {
  const { directory } = context;
  const name = /^\/start\/([^/]+)\/?$/.exec(request.path)?.[1];
  const portal =
    directory.portals.find((candidate) => candidate.name === name) ??
    portalOf(directory, `${request.origin}${request.path}`);
  if (portal === undefined) return html(404, resultPage(false, 'No such portal', 'Is the start URL right?'));
  const accounts = new Map<string, string[]>();
  for (const { accountId, roleName } of assignmentsOf(portal, directory)) {
    const account = directory.accounts.get(accountId);
    const title = account === undefined ? accountId : `${account.name} (${accountId})`;
    accounts.set(title, [...(accounts.get(title) ?? []), roleName]);
  }
  const page = startPage(
    portal,
    [...accounts].map(([title, roles]) => ({ title, roles })),
  );
  const response = html(200, page);
  // The page has a script: a browser does not send what is behind the "#" of a shortcut link.
  const policy = response.headers?.['Content-Security-Policy'] ?? '';
  const headers = { ...response.headers, 'Content-Security-Policy': `${policy}; script-src 'unsafe-inline'` };
  return { ...response, headers };
}

function accessRequest(client: Client, clientId: string, scopes = client.scopes ?? []): AccessRequest {
  return { clientName: client.name ?? clientId, scopes: scopes.length > 0 ? scopes : ['sso:account:access'] };
}

function redirect(parameters: Parameters, name: 'code' | 'error', value: string): ServiceResponse {
  const target = new URL(parameters.get('redirect_uri') ?? '');
  target.searchParams.set(name, value);
  const state = parameters.get('state');
  if (state !== undefined) target.searchParams.set('state', state);
  const response = html(
    302,
    resultPage(name === 'code', 'Going back', 'The browser is on its way back to your program.'),
  );
  return { ...response, headers: { ...response.headers, Location: target.href } };
}
