import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Authority } from './certificates.ts';
import type { Directory } from './directory.ts';
import { type EmulatorState, respond } from './respond.ts';
import type { ServiceRequest, ServiceResponse } from './service.ts';

export interface ListeningServer {
  readonly server: Server;
  readonly url: string;
}

/**
 * Starts an HTTP server on 127.0.0.1, on a port that the system chooses. `region` is the region of its endpoint; with null
 * the region is that of the host name in the request, if any.
 */
export async function listen(state: EmulatorState, region: string | null): Promise<ListeningServer> {
  const server = createServer(async (incoming, response) => {
    try {
      const request = await readRequest(incoming, region, address());
      const reaction = await respond(request, state);
      if (reaction === 'reset') response.socket?.resetAndDestroy();
      else if (reaction !== 'silence') send(response, request, state.context.now(), reaction);
    } catch {
      // The client has closed the connection, or has sent a request that is not HTTP.
      response.destroy();
    }
  });
  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, url: address() };
}

/** Stops a server and cuts its connections. */
export function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/**
 * Makes a server an HTTPS proxy, in which AWS's host names and the directory's company hosts lead to the server itself and
 * all others are refused. Returns a function that cuts the tunnels.
 */
export function acceptTunnels(server: Server, authority: () => Authority, { companyHosts }: Directory): () => void {
  const tunnels = new Set<Duplex>();
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    tunnels.add(socket);
    socket.once('close', () => tunnels.delete(socket));
    socket.on('error', () => socket.destroy());
    const host = (request.url ?? '').replace(/:\d+$/, '');
    if (isAwsHost(host) || companyHosts.has(host)) openTunnel(host, socket, server, authority());
    else socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  return () => {
    for (const socket of tunnels) socket.destroy();
  };
}

// --- internal ---

function isAwsHost(host: string): boolean {
  return /\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|awsapps\.com|app\.aws|aws\.amazon\.com)$/.test(host);
}

function openTunnel(host: string, socket: Duplex, server: Server, authority: Authority): void {
  socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
  const encrypted = new TLSSocket(socket, { isServer: true, secureContext: authority.secureContext(host) });
  // A client that does not trust the certificate closes the connection.
  encrypted.on('error', () => socket.destroy());
  server.emit('connection', encrypted);
}

/** The region in a host name of AWS: `oidc.eu-west-1.amazonaws.com`, `eu-west-1.signin.aws.amazon.com`. */
function regionIn(host: string): string | null {
  return (
    /^(?:oidc|portal\.sso)\.([\w-]+)\.amazonaws\./.exec(host)?.[1] ??
    /^([\w-]+)\.signin\.aws\.amazon\.com$/.exec(host)?.[1] ??
    null
  );
}

async function readRequest(
  incoming: IncomingMessage,
  region: string | null,
  serverUrl: string,
): Promise<ServiceRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const target = incoming.url ?? '/';
  const questionMark = target.indexOf('?');
  const host = incoming.headers.host ?? '';
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    id: randomUUID(),
    method: incoming.method ?? 'GET',
    origin: `${incoming.socket instanceof TLSSocket ? 'https' : 'http'}://${host}`,
    serverUrl,
    region: region ?? regionIn(host),
    path: questionMark === -1 ? target : target.slice(0, questionMark),
    query: questionMark === -1 ? '' : target.slice(questionMark + 1),
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function send(response: ServerResponse, request: ServiceRequest, now: number, content: ServiceResponse): void {
  response.writeHead(content.status, {
    'Content-Type': content.contentType,
    'Content-Length': Buffer.byteLength(content.body),
    // The SDKs correct their clock by it.
    Date: new Date(now).toUTCString(),
    'x-amzn-RequestId': request.id,
    ...content.headers,
  });
  response.end(content.body);
}
