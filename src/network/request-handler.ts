import { Agent as HttpAgent } from 'node:http';
import { Agent } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { HttpRequest } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Environment } from '../world.ts';
import type { Transport } from './errors.ts';
import { asErrorCode } from './fields.ts';
import { hasProxies, proxyFor } from './proxies.ts';
import { timeouts } from './timeouts.ts';

export interface NetworkOptions {
  /** With the proxy variables: see `proxyFor`. */
  readonly env: Environment;
  /** The certificates to trust (PEM) instead of Node's own; null for Node's own. */
  readonly certificates: string | null;
  /** In milliseconds, from the start of a request to the last byte of its response. */
  readonly timeout: number;
}

/** An HTTP handler of the SDK that can open a connection before the request that uses it. */
export interface RequestHandler
  extends Pick<NodeHttpHandler, 'handle' | 'updateHttpClientConfig' | 'httpHandlerConfigs'> {
  /** Opens a connection to the host of an address; the next request to it uses that. A failure shows in that request. */
  connect(address: URL): Promise<void>;
  /** Closes the connections. */
  destroy(): void;
}

/**
 * The HTTP handler for the SDK. As the AWS CLI does, it uses the proxies and certificates of the environment, which the
 * SDK for JavaScript ignores. Each request ends at the time-out, also one whose response never comes to its end. It records
 * the outcome of each exchange in `transport`, because the SDK hides it in texts.
 */
export function requestHandler(options: NetworkOptions, transport: Transport): RequestHandler {
  const usesProxies = hasProxies(options.env);
  const routes = new Map<string, Promise<Route>>();
  /** By http, by https, or by https through a proxy. */
  const routeBy = (protocol: string, proxy: string | null): Promise<Route> => {
    const key = proxy ?? protocol;
    const known = routes.get(key) ?? openRoute(protocol, proxy, options);
    routes.set(key, known);
    return known;
  };
  const send: NodeHttpHandler['handle'] = async (request, handlerOptions) => {
    const { protocol, hostname, port } = request;
    const host = port === undefined ? hostname : `${hostname}:${port}`;
    const proxy = usesProxies ? proxyFor({ protocol, host }, options.env) : null;
    const isForwarded = proxy !== null && protocol === 'http:';
    const sent = isForwarded ? forwarded(request, host, new URL(proxy)) : request;
    const { handler } = await routeBy(sent.protocol, isForwarded ? null : proxy);
    return handler.handle(sent, handlerOptions);
  };
  const handle: NodeHttpHandler['handle'] = async (request, handlerOptions) => {
    Object.assign(transport, { status: null, errorType: null, contentType: null, error: null });
    try {
      const result = await endingAfter(options.timeout, (signal) =>
        send(request, { ...handlerOptions, abortSignal: signal }),
      );
      const { statusCode, headers } = result.response;
      transport.status = statusCode;
      transport.errorType = asErrorCode(headers['x-amzn-errortype']?.split(':')[0]);
      transport.contentType = headers['content-type'] ?? null;
      return result;
    } catch (error) {
      transport.error = error;
      throw error;
    }
  };
  const connect = async (address: URL) => {
    const { protocol, hostname, host, port } = address;
    const isEncrypted = protocol === 'https:';
    const proxy = usesProxies ? proxyFor({ protocol, host }, options.env) : null;
    // A proxy for http gets a request for it, not a connection to the host.
    if (proxy !== null && !isEncrypted) return;
    const { agent } = await routeBy(protocol, proxy);
    agent.connect(hostname.replace(/^\[|\]$/g, ''), port === '' ? (isEncrypted ? 443 : 80) : Number(port));
  };
  const destroy = () => {
    for (const route of routes.values()) void route.then(({ handler }) => handler.destroy());
  };
  return { handle, connect, destroy, updateHttpClientConfig: () => {}, httpHandlerConfigs: () => ({}) };
}

// --- internal ---

type Response = Awaited<ReturnType<NodeHttpHandler['handle']>>;

/**
 * Sends a request, and ends it at the time-out: before its response the promise rejects, after that the body fails. The
 * handler's own time-outs do not end a response of which a byte arrives now and then.
 */
async function endingAfter(milliseconds: number, send: (signal: AbortSignal) => Promise<Response>): Promise<Response> {
  const controller = new AbortController();
  let body: Response['response']['body'] | undefined;
  let end: (error: Error) => void = () => {};
  const timedOut = new Promise<never>((_, reject) => {
    end = reject;
  });
  const timer = setTimeout(() => {
    const error = Object.assign(new Error('no answer in time'), { name: 'TimeoutError' });
    end(error);
    controller.abort();
    body?.destroy(error);
  }, milliseconds);
  // The connection keeps the process alive. A body that nobody reads must not.
  timer.unref();
  try {
    const result = await Promise.race([send(controller.signal), timedOut]);
    body = result.response.body;
    body.once('close', () => clearTimeout(timer));
    // After an early end the SDK may not listen any more.
    body.on('error', () => {});
    timedOut.catch(() => {});
    return result;
  } catch (error) {
    clearTimeout(timer);
    throw error;
  }
}

/** An agent of Node that can open a connection before it is needed. */
interface EarlyAgent {
  readonly agent: HttpAgent;
  connect(host: string, port: number): void;
}

interface Route {
  readonly handler: NodeHttpHandler;
  readonly agent: EarlyAgent;
}

async function openRoute(protocol: string, proxy: string | null, { certificates }: NetworkOptions): Promise<Route> {
  const trust = certificates === null ? {} : { ca: certificates };
  if (proxy !== null) {
    const { HttpsProxyAgent } = await import('hpagent');
    const proxyRequestOptions = certificates === null ? {} : { proxyRequestOptions: { ca: [certificates] } };
    return makeRoute(new HttpsProxyAgent({ proxy, keepAlive: true, ...trust, ...proxyRequestOptions }));
  }
  return makeRoute(
    protocol === 'https:' ? new Agent({ keepAlive: true, ...trust }) : new HttpAgent({ keepAlive: true }),
  );
}

/** The handler is used for one protocol alone; it makes an agent for each that it is given none for. */
function makeRoute(agent: HttpAgent): Route {
  const both = { httpAgent: agent, httpsAgent: agent as Agent };
  return { handler: new NodeHttpHandler({ connectionTimeout: timeouts.connection, ...both }), agent: early(agent) };
}

type Create = (options: object, callback: (error: Error | null, socket?: Socket) => void) => Socket | undefined;

/**
 * Gives an agent connections that were opened before their requests. Such a connection is used once; if it has failed or was
 * closed meanwhile, another is opened, as if there had been none.
 */
function early(agent: HttpAgent): EarlyAgent {
  // Node documents it as `agent.createConnection(options[, callback])`; the types have it on the class of `net` alone.
  const target = agent as unknown as { createConnection: Create; readonly options: object };
  const create: Create = target.createConnection.bind(agent);
  const opened = new Map<string, Promise<Socket>>();
  target.createConnection = (options, callback) => {
    const key = keyOf(options);
    const ahead = opened.get(key);
    if (ahead === undefined) return create(options, callback);
    opened.delete(key);
    const openAnother = () => {
      const socket = create(options, callback);
      if (socket) callback(null, socket);
    };
    ahead.then((socket) => (socket.destroyed ? openAnother() : callback(null, socket)), openAnother);
    return undefined;
  };
  const connect = (host: string, port: number) => {
    const options = { ...target.options, host, port, servername: isIP(host) === 0 ? host : '' };
    const ahead = new Promise<Socket>((resolve, reject) => {
      const socket = create(options, (error, found) => (found ? resolve(found) : reject(error)));
      if (socket) resolve(socket);
    });
    // Until a request listens.
    ahead.then(
      (socket) => socket.on('error', () => {}),
      () => {},
    );
    opened.set(keyOf(options), ahead);
  };
  return { agent, connect };
}

function keyOf(options: object): string {
  return `${Reflect.get(options, 'host')}:${Reflect.get(options, 'port')}`;
}

/** A request of http as it is sent to a proxy: with its whole address in place of the path (RFC 9112, section 3.2.2). */
function forwarded(request: Parameters<NodeHttpHandler['handle']>[0], host: string, proxy: URL): HttpRequest {
  const { username, password } = proxy;
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const sent = new HttpRequest({
    ...request,
    protocol: proxy.protocol,
    hostname: proxy.hostname,
    port: proxy.port === '' ? (proxy.protocol === 'https:' ? 443 : 80) : Number(proxy.port),
    headers: {
      ...request.headers,
      host,
      ...(username === '' ? {} : { 'proxy-authorization': `Basic ${login}` }),
    },
  });
  // The constructor would put a slash before it.
  sent.path = `http://${host}${request.path}`;
  return sent;
}
