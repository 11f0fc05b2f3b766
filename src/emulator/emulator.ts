import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { Environment } from '../world.ts';
import { type Authority, createAuthority } from './certificates.ts';
import { type Directory, emptyDirectory } from './directory.ts';
import { type Fault, takeEffects } from './faults.ts';
import { otherServices } from './other-services.ts';
import {
  type Answer,
  type Context,
  type Service,
  ServiceError,
  type ServiceName,
  type ServiceRequest,
} from './service.ts';
import { signInPages } from './sign-in-pages.ts';
import { ssoOidc } from './sso-oidc.ts';
import { ssoPortal } from './sso-portal.ts';
import { sts } from './sts.ts';

const services: readonly Service[] = [otherServices, ssoPortal, ssoOidc, signInPages, sts];

const throttling: Readonly<Record<ServiceName, ServiceError>> = {
  sts: new ServiceError(400, 'Throttling', 'Rate exceeded'),
  sso: new ServiceError(429, 'TooManyRequestsException', 'HTTP 429 Unknown Code'),
  'sso-oidc': new ServiceError(400, 'SlowDownException', 'Too many requests'),
  'sign-in': new ServiceError(429, 'TooManyRequestsException', 'Too many requests'),
  other: new ServiceError(400, 'ThrottlingException', 'Rate exceeded'),
};

export interface EmulatorOptions {
  /** Whom AWS knows; nobody where it is not given. Used as it is, not copied. */
  readonly directory?: Directory;
  readonly faults?: readonly Fault[];
  /** Milliseconds since 1970; the real clock where it is not given. */
  readonly now?: () => number;
  /** See `Context.newId`; random where it is not given. */
  readonly newId?: (length: number) => string;
  /**
   * Opens a page of the emulator's in a browser, for a program that asks for it by `GET <url>/open?page=<address>`, as it
   * has no browser of its own. Refused where it is not given, as is any page but `/authorize` and `/device`.
   */
  readonly openPage?: (address: string) => void;
}

/** One request that was understood; nothing of what it carried. */
interface RequestRecord {
  readonly service: ServiceName;
  readonly operation: string;
  readonly at: number;
}

export interface Emulator {
  /** `http://127.0.0.1:<port>`, good for every region: nothing that comes in here says which one is meant. */
  readonly url: string;
  /** The variables that lead the AWS CLI and the SDKs here. */
  readonly environment: Environment;
  /**
   * The address of one region alone, a port of its own: for a client whose endpoint is set by hand. A port and not a
   * path, since the AWS CLI keeps only the host of its endpoint when it builds the address of `/authorize`.
   */
  endpoint(region: string): Promise<string>;
  /** The certificate (PEM) of the authority behind the hosts that `throughProxy` leads to. */
  readonly certificate: string;
  /**
   * The variables that lead the AWS CLI and the SDKs here by AWS's own names, `oidc.<region>.amazonaws.com` and
   * `<portal>.awsapps.com`: so one process can meet several regions, and the start pages. `certificateFile`: where the
   * caller keeps `certificate`. Other hosts are refused.
   */
  throughProxy(certificateFile: string): Environment;
  readonly directory: Directory;
  /** What goes wrong from now on: push to it, or empty it. */
  readonly faults: Fault[];
  /** In the order of arrival; may be emptied. */
  readonly requests: RequestRecord[];
  /** Stops at once, also what is still being answered; its port is free afterwards. */
  close(): Promise<void>;
}

/**
 * Starts an AWS of its own on 127.0.0.1: STS, the Identity Center portal, its OIDC service and its pages, on one port of
 * the system's choice. Rejects when it cannot listen.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const context: Context = {
    directory: options.directory ?? emptyDirectory(),
    now: options.now ?? Date.now,
    newId: options.newId ?? randomId,
    openPage: options.openPage ?? null,
  };
  const faults = [...(options.faults ?? [])];
  const requests: RequestRecord[] = [];
  const running: Running = { context, faults, requests };
  const main = await listen(running, null);
  const regional = new Map<string, Promise<Listening>>();
  const tunnels = new Set<Duplex>();
  // made by the first who needs it: most never do
  let authority: Authority | null = null;
  const getAuthority = () => {
    authority ??= createAuthority();
    return authority;
  };
  main.server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    tunnels.add(socket);
    socket.once('close', () => tunnels.delete(socket));
    socket.on('error', () => socket.destroy());
    openTunnel(request, socket, main.server, getAuthority());
  });
  return {
    url: main.url,
    environment: {
      AWS_ENDPOINT_URL_STS: main.url,
      AWS_ENDPOINT_URL_SSO: main.url,
      AWS_ENDPOINT_URL_SSO_OIDC: main.url,
    },
    directory: context.directory,
    faults,
    requests,
    endpoint: async (region) => {
      const listening = regional.get(region) ?? listen(running, region);
      regional.set(region, listening);
      return (await listening).url;
    },
    get certificate() {
      return getAuthority().certificate;
    },
    throughProxy: (certificateFile) => ({ HTTPS_PROXY: main.url, AWS_CA_BUNDLE: certificateFile }),
    close: async () => {
      for (const socket of tunnels) socket.destroy();
      const all = [main, ...(await Promise.all(regional.values()))];
      await Promise.all(all.map(({ server }) => stop(server)));
    },
  };
}

interface Running {
  readonly context: Context;
  readonly faults: Fault[];
  readonly requests: RequestRecord[];
}

interface Listening {
  readonly server: Server;
  readonly url: string;
}

/** Answers on a port of the system's choice; as `region`, or as whichever the client may mean. */
async function listen(running: Running, region: string | null): Promise<Listening> {
  const server = createServer(async (incoming, response) => {
    try {
      await respond(await readRequest(incoming, region), response, running);
    } catch {
      // the client has gone, or sent what HTTP does not allow: there is nobody to tell
      response.destroy();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Lets a client of the proxy through to AWS's host of that name, which is this server itself; to any other to nobody. */
function openTunnel(request: IncomingMessage, socket: Duplex, server: Server, authority: Authority): void {
  const host = (request.url ?? '').replace(/:\d+$/, '');
  if (!/\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|awsapps\.com)$/.test(host)) {
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    return;
  }
  socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
  const encrypted = new TLSSocket(socket, { isServer: true, secureContext: authority.secureContext(host) });
  // a client that does not trust the certificate ends the connection
  encrypted.on('error', () => socket.destroy());
  server.emit('connection', encrypted);
}

async function respond(request: ServiceRequest, response: ServerResponse, running: Running): Promise<void> {
  const { context } = running;
  const found = findOperation(request);
  if (found === null) {
    send(response, request, context, { status: 404, contentType: 'text/plain', body: 'no such operation here\n' });
    return;
  }
  const { service, operation } = found;
  running.requests.push({ service: service.name, operation, at: context.now() });
  for (const effect of takeEffects(running.faults, service.name, operation, context.now())) {
    switch (effect.kind) {
      case 'delay':
        // a delay must not keep the process alive once the emulator is closed
        await wait(effect.milliseconds, undefined, { ref: false });
        break;
      case 'silence':
        return;
      case 'reset':
        response.socket?.resetAndDestroy();
        return;
      case 'garbage':
        send(response, request, context, { status: 200, contentType: 'text/html', body: '<html>Welcome, guest<p>' });
        return;
      case 'throttle': {
        const refusal = service.refuse(throttling[service.name], request);
        const retryAfter = effect.retryAfter === undefined ? {} : { 'Retry-After': String(effect.retryAfter) };
        send(response, request, context, { ...refusal, headers: { ...refusal.headers, ...retryAfter } });
        return;
      }
      case 'error': {
        const error = new ServiceError(
          effect.status,
          effect.code,
          effect.message ?? 'injected by a fault',
          effect.members,
        );
        send(response, request, context, service.refuse(error, request));
        return;
      }
    }
  }
  send(response, request, context, answer(service, operation, request, context));
}

function findOperation(request: ServiceRequest): { readonly service: Service; readonly operation: string } | null {
  for (const service of services) {
    const operation = service.operationOf(request);
    if (operation !== null) return { service, operation };
  }
  return null;
}

function answer(service: Service, operation: string, request: ServiceRequest, context: Context): Answer {
  try {
    return service.answer(operation, request, context);
  } catch (error) {
    if (error instanceof ServiceError) return service.refuse(error, request);
    throw error;
  }
}

function send(response: ServerResponse, request: ServiceRequest, context: Context, answer: Answer): void {
  response.writeHead(answer.status, {
    'Content-Type': answer.contentType,
    'Content-Length': Buffer.byteLength(answer.body),
    // the SDKs correct their clock by it
    Date: new Date(context.now()).toUTCString(),
    'x-amzn-RequestId': request.id,
    ...answer.headers,
  });
  response.end(answer.body);
}

async function readRequest(incoming: IncomingMessage, region: string | null): Promise<ServiceRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const target = incoming.url ?? '/';
  const mark = target.indexOf('?');
  const host = incoming.headers.host ?? '';
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    id: randomUUID(),
    method: incoming.method ?? 'GET',
    origin: `${incoming.socket instanceof TLSSocket ? 'https' : 'http'}://${host}`,
    region: region ?? /^(?:oidc|portal\.sso)\.([\w-]+)\.amazonaws\./.exec(host)?.[1] ?? null,
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? '' : target.slice(mark + 1),
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function randomId(length: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');
}
