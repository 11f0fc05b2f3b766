import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LoopbackClient } from './loopback-client.ts';
import { resultPage } from './page.ts';

/** The parameters of the redirect: an authorization code, or the error in its place (RFC 6749, section 4.1.2). */
type Redirect = { readonly kind: 'code'; readonly code: string } | { readonly kind: 'error'; readonly error: string };

export interface Loopback {
  /** The address that the browser is redirected to. */
  readonly redirectUri: string;
  /** Resolves with the first redirect that carries the right `state`; all other requests get status 400. */
  readonly redirect: Promise<Redirect>;
  /**
   * An address on this server that redirects to `target`, once. A browser is started with it, because every user of the
   * machine can read the arguments of a program, and `target` has the `state` and the code challenge in it.
   */
  redirectOnce(secret: string, target: string): string;
  /** Resolves when the browser has been sent from there to its target. */
  readonly entered: Promise<void>;
  /** Sends the result page to the browser and stops listening; does nothing when called again. */
  finish(success: boolean, text: string): Promise<void>;
}

/**
 * Listens on 127.0.0.1, on a port that the system chooses, for the browser's redirect (RFC 8252, section 7.3). The browser
 * gets its page only when `finish` is called, so that the page shows the real result. `isAllowed` decides by its address whether
 * a client may take part; one that may not gets a page that says so. Rejects when it cannot listen.
 */
export async function listenForRedirect(
  state: string,
  isAllowed: (client: LoopbackClient) => boolean = () => true,
): Promise<Loopback> {
  let resolveRedirect: (redirect: Redirect) => void = () => {};
  let pending: ServerResponse | null = null;
  const redirect = new Promise<Redirect>((resolve) => {
    resolveRedirect = resolve;
  });
  let resolveEntered: () => void = () => {};
  const entered = new Promise<void>((resolve) => {
    resolveEntered = resolve;
  });
  const entrance: { path: string | null; target: string | null } = { path: null, target: null };
  const server = createServer((request, response) => {
    const { remotePort = 0, localPort = 0 } = request.socket;
    if (!isAllowed({ clientPort: remotePort, serverPort: localPort })) {
      sendPage(response, 403, resultPage(false, 'This browser belongs to another user of this machine.'));
      return;
    }
    if (request.method === 'GET' && request.url === entrance.path) {
      const { target } = entrance;
      entrance.target = null;
      if (target === null)
        sendPage(response, 400, resultPage(false, 'This address works once. Open the one in the terminal.'));
      else sendPage(response, 302, '', { location: target }).then(resolveEntered);
      return;
    }
    const found = parseRedirect(request, state);
    if (found === null || pending !== null) {
      sendPage(response, 400, resultPage(false, 'This is not the sign-in that awsp is waiting for.'));
      return;
    }
    pending = response;
    resolveRedirect(found);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    redirectUri: `http://127.0.0.1:${port}${callbackPath}`,
    redirect,
    entered,
    redirectOnce: (secret, target) => {
      entrance.path = `/${secret}`;
      entrance.target = target;
      return `http://127.0.0.1:${port}${entrance.path}`;
    },
    finish: async (success, text) => {
      if (!server.listening) return;
      server.close();
      if (pending !== null) await sendPage(pending, success ? 200 : 400, resultPage(success, text));
      server.closeAllConnections();
    },
  };
}

// --- internal ---

const callbackPath = '/oauth/callback';

/** Null for a request that is not the redirect of this sign-in. */
function parseRedirect({ method, url }: IncomingMessage, state: string): Redirect | null {
  const [path, query = ''] = (url ?? '').split('?');
  const parameters = new URLSearchParams(query);
  if (method !== 'GET' || path !== callbackPath || parameters.get('state') !== state) return null;
  const code = parameters.get('code');
  if (code !== null && code !== '') return { kind: 'code', code };
  return { kind: 'error', error: parameters.get('error') ?? 'no code' };
}

/** Resolves when the page is sent, or the browser has closed the connection. */
function sendPage(
  response: ServerResponse,
  status: number,
  html: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  response.writeHead(status, {
    ...headers,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  return new Promise((resolve) => {
    // For a connection that was closed before, neither event comes.
    if (response.destroyed) resolve();
    response.once('close', () => resolve());
    response.end(html, () => resolve());
  });
}
