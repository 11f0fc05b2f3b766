import { Agent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Environment } from '../world.ts';
import type { Transport } from './errors.ts';

export interface NetworkOptions {
  /** Names the proxies: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY, in capitals or not. */
  readonly env: Environment;
  /** The certificates to trust (PEM), in place of Node's own; null for Node's own. */
  readonly certificates: string | null;
  /** Milliseconds until a connection must stand. */
  readonly connectionTimeout: number;
}

/**
 * Carries the SDK's requests as the AWS CLI would carry them from here, through a proxy and with the company's own
 * certificates (the SDK for JavaScript looks for neither), and notes in `transport` what each exchange came to: the SDK
 * wraps that in several layers of text.
 */
export function requestHandler(options: NetworkOptions, transport: Transport): NodeHttpHandler {
  const direct = makeHandler(options, undefined);
  const usesProxies = Object.entries(options.env).some(([name, value]) => /^(https?|all)_proxy$/i.test(name) && value);
  const send = direct.handle.bind(direct);
  direct.handle = async (request, ...rest) => {
    Object.assign(transport, { status: null, errorType: null, error: null });
    try {
      const proxied = usesProxies ? await proxiedHandler(`${request.protocol}//${request.hostname}`, options) : null;
      const result = await (proxied === null ? send(request, ...rest) : proxied.handle(request, ...rest));
      transport.status = result.response.statusCode;
      transport.errorType = result.response.headers['x-amzn-errortype']?.split(':')[0] ?? null;
      return result;
    } catch (error) {
      transport.error = error;
      throw error;
    }
  };
  return direct;
}

// --- internal ---

function makeHandler(options: NetworkOptions, agent: Agent | undefined): NodeHttpHandler {
  const { certificates, connectionTimeout } = options;
  const trusting = certificates === null ? undefined : new Agent({ ca: certificates, keepAlive: true });
  const httpsAgent = agent ?? trusting;
  return new NodeHttpHandler({ connectionTimeout, ...(httpsAgent === undefined ? {} : { httpsAgent }) });
}

/** Loaded only where a proxy is named; null for a host that is reached without one. */
async function proxiedHandler(url: string, options: NetworkOptions): Promise<NodeHttpHandler | null> {
  const { getProxyForUrl } = await import('proxy-from-env');
  const proxy = getProxyForUrl(url);
  if (proxy === '') return null;
  const { HttpsProxyAgent } = await import('hpagent');
  const { certificates } = options;
  return makeHandler(options, new HttpsProxyAgent({ proxy, ...(certificates === null ? {} : { ca: certificates }) }));
}
