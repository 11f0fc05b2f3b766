import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resultPage } from './page.ts';

/** What the browser brought back. */
type Redirect = { readonly kind: 'code'; readonly code: string } | { readonly kind: 'denied'; readonly reason: string };

export interface Loopback {
  /** Where the browser is to come back to. */
  readonly redirectUri: string;
  /** Resolves with the one redirect that carries the state; anything else that comes is answered and forgotten. */
  readonly redirect: Promise<Redirect>;
  /** Tells the browser what became of the sign-in, and stops listening; only the first time. */
  finish(success: boolean, reason: string): Promise<void>;
}

/**
 * Waits for a browser on 127.0.0.1, on a port of the system's choice (RFC 8252, section 7.3). The browser's answer is
 * held back until the token is there, so that its page says what really happened. Rejects when it cannot listen.
 */
export async function listenForRedirect(state: string): Promise<Loopback> {
  let settle: (redirect: Redirect) => void = () => {};
  let waiting: ServerResponse | null = null;
  const redirect = new Promise<Redirect>((resolve) => {
    settle = resolve;
  });
  const server = createServer((request, response) => {
    const found = readRedirect(request, state);
    if (found === null || waiting !== null) {
      answer(response, 400, resultPage(false, 'This is not the sign-in that awsp is waiting for.'));
      return;
    }
    waiting = response;
    settle(found);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    redirectUri: `http://127.0.0.1:${port}/oauth/callback`,
    redirect,
    finish: async (success, reason) => {
      if (!server.listening) return;
      server.close();
      if (waiting !== null) await answer(waiting, success ? 200 : 400, resultPage(success, reason));
      server.closeAllConnections();
    },
  };
}

// --- internal ---

function readRedirect({ method, url }: IncomingMessage, state: string): Redirect | null {
  const [path, query = ''] = (url ?? '').split('?');
  const searchParams = new URLSearchParams(query);
  if (method !== 'GET' || path !== '/oauth/callback' || searchParams.get('state') !== state) return null;
  const code = searchParams.get('code');
  if (code !== null && code !== '') return { kind: 'code', code };
  return { kind: 'denied', reason: searchParams.get('error') ?? 'no code' };
}

function answer(response: ServerResponse, status: number, html: string): Promise<void> {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  return new Promise((resolve) => {
    // The browser may have gone: there is nobody to wait for.
    if (response.destroyed) resolve();
    response.once('close', () => resolve());
    response.end(html, () => resolve());
  });
}
