import { Agent } from 'node:https';
import { HttpRequest } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Environment } from '../world.ts';
import type { Transport } from './errors.ts';
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

/**
 * The HTTP handler for the SDK. As the AWS CLI does, it uses the proxies and certificates of the environment, which the
 * SDK for JavaScript ignores. Each request ends at the time-out, also one whose response never comes to its end. It records
 * the outcome of each exchange in `transport`, because the SDK hides it in texts.
 */
export function requestHandler(options: NetworkOptions, transport: Transport): NodeHttpHandler {
  const direct = makeHandler(options, undefined);
  const sendDirectly = direct.handle.bind(direct);
  const usesProxies = hasProxies(options.env);
  const proxied = new Map<string, Promise<NodeHttpHandler>>();
  const send: NodeHttpHandler['handle'] = async (request, handlerOptions) => {
    const { protocol, hostname, port } = request;
    const host = port === undefined ? hostname : `${hostname}:${port}`;
    const proxy = usesProxies ? proxyFor({ protocol, host }, options.env) : null;
    if (proxy === null) return sendDirectly(request, handlerOptions);
    if (protocol === 'http:') return sendDirectly(forwarded(request, host, new URL(proxy)), handlerOptions);
    const handler = proxied.get(proxy) ?? tunnel(proxy, options);
    proxied.set(proxy, handler);
    return (await handler).handle(request, handlerOptions);
  };
  direct.handle = async (request, handlerOptions) => {
    Object.assign(transport, { status: null, errorType: null, contentType: null, error: null });
    try {
      const result = await endingAfter(options.timeout, (signal) =>
        send(request, { ...handlerOptions, abortSignal: signal }),
      );
      const { statusCode, headers } = result.response;
      transport.status = statusCode;
      transport.errorType = headers['x-amzn-errortype']?.split(':')[0] ?? null;
      transport.contentType = headers['content-type'] ?? null;
      return result;
    } catch (error) {
      transport.error = error;
      throw error;
    }
  };
  return direct;
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

function makeHandler({ certificates }: NetworkOptions, agent: Agent | undefined): NodeHttpHandler {
  const trusting = certificates === null ? undefined : new Agent({ ca: certificates, keepAlive: true });
  const httpsAgent = agent ?? trusting;
  const connectionTimeout = timeouts.connection;
  return new NodeHttpHandler({ connectionTimeout, ...(httpsAgent === undefined ? {} : { httpsAgent }) });
}

/** A handler that sends requests of https through a proxy. The library is loaded only if a variable names a proxy. */
async function tunnel(proxy: string, options: NetworkOptions): Promise<NodeHttpHandler> {
  const { HttpsProxyAgent } = await import('hpagent');
  const { certificates } = options;
  const trust = certificates === null ? {} : { ca: certificates, proxyRequestOptions: { ca: [certificates] } };
  return makeHandler(options, new HttpsProxyAgent({ proxy, ...trust }));
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
