import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A response on its way to the client. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A server between a client and the emulator that may change each answer. */
export interface LyingServer {
  readonly url: string;
  /** What it makes of an answer to the request for a path; at first nothing. */
  lie: (path: string, answer: Answer) => Answer;
  close(): Promise<void>;
}

/** Starts a server that passes all requests on to `target`, with the client's own `Host`, because STS's signature covers it. */
export async function startLyingServer(target: string): Promise<LyingServer> {
  const server = createServer(async (incoming, response) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk);
      const answer = await forward(target, incoming, Buffer.concat(chunks));
      const path = (incoming.url ?? '').split('?')[0] ?? '';
      const { status, headers, body } = lying.lie(path, answer);
      response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
      response.end(body);
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const lying: LyingServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lie: (_path, answer) => answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return lying;
}

// --- internal ---

function forward(
  target: string,
  { method = 'GET', url = '/', headers }: IncomingMessage,
  body: Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(target);
    const onward = request({ hostname, port, path: url, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.once('end', () => {
        const kept = ['content-type', 'x-amzn-errortype', 'date'].flatMap((name) => {
          const value = response.headers[name];
          return typeof value === 'string' ? [[name, value]] : [];
        });
        resolve({ status: response.statusCode ?? 500, headers: Object.fromEntries(kept), body: text });
      });
      response.once('error', reject);
    });
    onward.once('error', reject);
    onward.end(body);
  });
}
