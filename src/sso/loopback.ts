import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resultPage } from './page.ts';

/** The parameters of the redirect: an authorization code, or the error in its place (RFC 6749, section 4.1.2). */
type Redirect = { readonly kind: 'code'; readonly code: string } | { readonly kind: 'error'; readonly error: string };

export interface Loopback {
  /** The address that the browser is redirected to. */
  readonly redirectUri: string;
  /** Resolves with the first redirect that carries the right `state`; all other requests get status 400. */
  readonly redirect: Promise<Redirect>;
  /** Sends the result page to the browser and stops listening; does nothing when called again. */
  finish(success: boolean, text: string): Promise<void>;
}

/**
 * Listens on 127.0.0.1, on a port that the system chooses, for the browser's redirect (RFC 8252, section 7.3). The browser
 * gets its page only when `finish` is called, so that the page shows the real result. Rejects when it cannot listen.
 */
export async function listenForRedirect(state: string): Promise<Loopback> {
  let resolveRedirect: (redirect: Redirect) => void = () => {};
  let pending: ServerResponse | null = null;
  const redirect = new Promise<Redirect>((resolve) => {
    resolveRedirect = resolve;
  });
  const server = createServer((request, response) => {
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
function sendPage(response: ServerResponse, status: number, html: string): Promise<void> {
  response.writeHead(status, {
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
