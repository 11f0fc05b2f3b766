import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Environment } from '../world.ts';
import { type Directory, emptyDirectory } from './directory.ts';
import { type Fault, takeEffects } from './faults.ts';
import {
  type Answer,
  type Context,
  type Service,
  ServiceError,
  type ServiceName,
  type ServiceRequest,
} from './service.ts';
import { ssoOidc } from './sso-oidc.ts';
import { ssoPortal } from './sso-portal.ts';
import { sts } from './sts.ts';

const services: readonly Service[] = [ssoPortal, ssoOidc, sts];

const throttling: Readonly<Record<ServiceName, ServiceError>> = {
  sts: new ServiceError(400, 'Throttling', 'Rate exceeded'),
  sso: new ServiceError(429, 'TooManyRequestsException', 'HTTP 429 Unknown Code'),
  'sso-oidc': new ServiceError(400, 'SlowDownException', 'Too many requests'),
};

export interface EmulatorOptions {
  /** Whom AWS knows; nobody where it is not given. Used as it is, not copied. */
  readonly directory?: Directory;
  readonly faults?: readonly Fault[];
  /** Milliseconds since 1970; the real clock where it is not given. */
  readonly now?: () => number;
  /** See `Context.newId`; random where it is not given. */
  readonly newId?: (length: number) => string;
}

/** One request that was understood; nothing of what it carried. */
interface RequestRecord {
  readonly service: ServiceName;
  readonly operation: string;
  readonly at: number;
}

export interface Emulator {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** The variables that lead the AWS CLI and the SDKs here. */
  readonly environment: Environment;
  readonly directory: Directory;
  /** What goes wrong from now on: push to it, or empty it. */
  readonly faults: Fault[];
  /** In the order of arrival; may be emptied. */
  readonly requests: RequestRecord[];
  /** Stops at once, also what is still being answered; its port is free afterwards. */
  close(): Promise<void>;
}

/**
 * Starts an AWS of its own on 127.0.0.1: STS, the Identity Center portal and its OIDC service, on one port of the
 * system's choice. Rejects when it cannot listen.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const context: Context = {
    directory: options.directory ?? emptyDirectory(),
    now: options.now ?? Date.now,
    newId: options.newId ?? randomId,
  };
  const faults = [...(options.faults ?? [])];
  const requests: RequestRecord[] = [];

  const server = createServer(async (incoming, response) => {
    try {
      await respond(await readRequest(incoming), response, { context, faults, requests });
    } catch {
      // the client has gone, or sent what HTTP does not allow: there is nobody to tell
      response.destroy();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    environment: { AWS_ENDPOINT_URL_STS: url, AWS_ENDPOINT_URL_SSO: url, AWS_ENDPOINT_URL_SSO_OIDC: url },
    directory: context.directory,
    faults,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Running {
  readonly context: Context;
  readonly faults: Fault[];
  readonly requests: RequestRecord[];
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
  for (const effect of takeEffects(running.faults, service.name, operation)) {
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
      case 'throttle':
        send(response, request, context, service.refuse(throttling[service.name], request));
        return;
      case 'error': {
        const error = new ServiceError(effect.status, effect.code, effect.message ?? 'injected by a fault');
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

async function readRequest(incoming: IncomingMessage): Promise<ServiceRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const target = incoming.url ?? '/';
  const mark = target.indexOf('?');
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    id: randomUUID(),
    method: incoming.method ?? 'GET',
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
