import { clientOf } from './credentials.ts';
import { type Client, type DeviceRequest, isElsewhere, type Portal, portalOf } from './directory.ts';
import { type Asking, authorizePage, codePage, devicePage, resultPage, startPage } from './pages.ts';
import { type Answer, type Context, type Service, ServiceError, type ServiceRequest } from './service.ts';
import { grantsOf, isRegisteredRedirect, oauthError } from './sso-oidc.ts';
import { assignmentsOf } from './sso-portal.ts';

/** From the click to the token request: the program is there and waits for it. */
const codeSeconds = 60;

type Parameters = ReadonlyMap<string, string>;

interface Route {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly answer: (parameters: Parameters, request: ServiceRequest, context: Context) => Answer;
}

const routes: readonly Route[] = [
  { operation: 'ShowAuthorize', method: 'GET', path: '/authorize', answer: showAuthorize },
  { operation: 'Authorize', method: 'POST', path: '/authorize', answer: authorize },
  { operation: 'ShowDevice', method: 'GET', path: '/device', answer: showDevice },
  { operation: 'AuthorizeDevice', method: 'POST', path: '/device', answer: authorizeDevice },
  { operation: 'OpenPage', method: 'GET', path: '/open', answer: openPage },
];

/**
 * What a person sees in the browser; somebody is signed in already, so there is only yes and no.
 * - `/authorize`, beneath the OIDC service's own address as the AWS CLI has it: the authorization code with PKCE (RFC
 *   6749, section 4.1; RFC 7636).
 * - `/device`: the code of RFC 8628.
 * - `/open`, which is none of AWS's: see `EmulatorOptions.openPage`.
 * - `/start/<portal>`, and a portal's start URL itself where a client comes through the emulator's proxy: the portal.
 *
 * A portal knows no request that was made in another region: the click ends in `invalid_grant`, and the program is told
 * nothing (github.com/aws/aws-cli/issues/5058, github.com/fwdcloudsec/granted/issues/385; for the authorization code
 * the error page is that of github.com/kirodotdev/Kiro/issues/330, and no public record shows a redirect).
 */
export const signInPages: Service = {
  name: 'sign-in',

  operationOf({ method, path, origin }) {
    const route = routes.find((candidate) => candidate.method === method && candidate.path === path);
    if (route !== undefined) return route.operation;
    const isStart = path.startsWith('/start/') || (path === '/start' && /\.awsapps\.com$/.test(origin));
    return method === 'GET' && isStart ? 'ShowStart' : null;
  },

  answer(operation, request, context) {
    if (operation === 'ShowStart') return showStart(request, context);
    const route = routes.find((candidate) => candidate.operation === operation);
    const parameters = new Map(new URLSearchParams(request.method === 'GET' ? request.query : request.body));
    return route?.answer(parameters, request, context) ?? html(404, resultPage(false, 'Not found', request.path));
  },

  refuse(error: ServiceError, _request: ServiceRequest) {
    return html(error.status, resultPage(false, oauthError(error.code), error.message));
  },
};

interface Authorization {
  readonly portal: Portal;
  readonly client: Client;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly codeChallenge: string;
}

function showAuthorize(parameters: Parameters, request: ServiceRequest, context: Context): Answer {
  const found = readAuthorization(parameters, request, context);
  if ('status' in found) return found;
  // the AWS CLI wrote `scopes` before it wrote `scope`
  const scopes = (parameters.get('scope') ?? parameters.get('scopes') ?? '').split(/[ ,]+/).filter(Boolean);
  const asked = scopes.length > 0 ? scopes : undefined;
  return html(200, authorizePage(found.portal, asking(found.client, found.clientId, asked), parameters));
}

function authorize(parameters: Parameters, request: ServiceRequest, context: Context): Answer {
  const found = readAuthorization(parameters, request, context);
  if ('status' in found) return found;
  const { portal, client, clientId, redirectUri, codeChallenge } = found;
  if (parameters.get('decision') !== 'allow') return redirect(parameters, 'error', 'access_denied');
  if (isElsewhere(context.directory, portal.startUrl, client.region)) throw invalidGrant();
  const code = context.newId(64);
  const expiresAt = context.now() + codeSeconds * 1000;
  context.directory.codes.set(code, { clientId, startUrl: portal.startUrl, redirectUri, codeChallenge, expiresAt });
  return redirect(parameters, 'code', code);
}

/** What is asked for; or a redirect, where the program can be told what is wrong with it. */
function readAuthorization(parameters: Parameters, request: ServiceRequest, context: Context): Authorization | Answer {
  const clientId = parameters.get('client_id') ?? '';
  const client = clientOf(clientId, request.region, context);
  if (client === undefined) throw invalidRequest('Invalid client provided');
  const redirectUri = parameters.get('redirect_uri') ?? '';
  // to an address that nobody registered nothing is sent, not even an error (RFC 6749, section 4.1.2.1)
  if (!isRegisteredRedirect(client, redirectUri)) throw invalidRequest('Invalid redirect uri provided');
  const portal = portalOf(context.directory, client.startUrl ?? '');
  if (portal === undefined) throw invalidRequest('Invalid issuer url provided');
  if (!grantsOf(client).includes('authorization_code')) return redirect(parameters, 'error', 'unauthorized_client');
  if (parameters.get('response_type') !== 'code') return redirect(parameters, 'error', 'unsupported_response_type');
  const codeChallenge = parameters.get('code_challenge') ?? '';
  const isChallenge = /^[\w-]{43}$/.test(codeChallenge) && parameters.get('code_challenge_method') === 'S256';
  if (!isChallenge) return redirect(parameters, 'error', 'invalid_request');
  return { portal, client, clientId, redirectUri, codeChallenge };
}

function showDevice(parameters: Parameters, request: ServiceRequest, context: Context): Answer {
  const typed = parameters.get('user_code');
  if (typed === undefined) return html(200, codePage(null));
  const found = findDevice(typed, request, context);
  if (found === null)
    return html(400, codePage('No program is waiting with this code. Is it complete, and new enough?'));
  const { device, client, portal } = found;
  return html(200, devicePage(portal, asking(client, device.clientId), device.userCode));
}

function authorizeDevice(parameters: Parameters, request: ServiceRequest, context: Context): Answer {
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

/** At the address that was called: a program that went by AWS's own names would lead the browser to the real AWS. */
function openPage(parameters: Parameters, request: ServiceRequest, context: Context): Answer {
  const page = parameters.get('page') ?? '';
  const { pathname, search } = new URL(page, request.origin);
  if (context.openPage === null || !['/authorize', '/device'].includes(pathname)) {
    throw invalidRequest('No page to open here');
  }
  context.openPage(`${request.origin}${pathname}${search}`);
  return html(200, resultPage(true, 'Opened', 'The page is open in the browser.'));
}

interface FoundDevice {
  readonly deviceCode: string;
  readonly device: DeviceRequest;
  readonly client: Client;
  readonly portal: Portal;
}

/** The sign-in that waits with a code, however the code is typed. */
function findDevice(typed: string, request: ServiceRequest, context: Context): FoundDevice | null {
  const plain = (code: string) => code.toUpperCase().replace(/[^A-Z0-9]/g, '');
  for (const [deviceCode, device] of context.directory.deviceRequests) {
    const isWaiting = device.state === 'pending' && device.expiresAt > context.now();
    if (!isWaiting || plain(device.userCode) !== plain(typed)) continue;
    const client = clientOf(device.clientId, request.region, context);
    const portal = portalOf(context.directory, device.startUrl);
    if (client !== undefined && portal !== undefined) return { deviceCode, device, client, portal };
  }
  return null;
}

function showStart(request: ServiceRequest, context: Context): Answer {
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
  return html(
    200,
    startPage(
      portal,
      [...accounts].map(([title, roles]) => ({ title, roles })),
    ),
  );
}

function asking(client: Client, clientId: string, scopes = client.scopes ?? []): Asking {
  return { clientName: client.name ?? clientId, scopes: scopes.length > 0 ? scopes : ['sso:account:access'] };
}

function redirect(parameters: Parameters, name: 'code' | 'error', value: string): Answer {
  const target = new URL(parameters.get('redirect_uri') ?? '');
  target.searchParams.set(name, value);
  const state = parameters.get('state');
  if (state !== undefined) target.searchParams.set('state', state);
  const answer = html(
    302,
    resultPage(name === 'code', 'Going back', 'The browser is on its way back to your program.'),
  );
  return { ...answer, headers: { ...answer.headers, Location: target.href } };
}

function html(status: number, body: string): Answer {
  return {
    status,
    contentType: 'text/html; charset=utf-8',
    headers: {
      'Cache-Control': 'no-store',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
      'Referrer-Policy': 'no-referrer',
    },
    body,
  };
}

function invalidRequest(message: string): ServiceError {
  return new ServiceError(400, 'InvalidRequestException', message);
}

function invalidGrant(): ServiceError {
  return new ServiceError(400, 'InvalidGrantException', 'Invalid grant provided');
}
