import { Agent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Environment } from '../world.ts';
import type { Transport } from './errors.ts';
import { asErrorCode } from './fields.ts';

export interface NetworkOptions {
  /** With the proxy variables: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY, in upper or lower case. */
  readonly env: Environment;
  /** The certificates to trust (PEM) instead of Node's own; null for Node's own. */
  readonly certificates: string | null;
  /** In milliseconds, for opening a connection. */
  readonly connectionTimeout: number;
}

/**
 * The HTTP handler for the SDK. As the AWS CLI does, it uses the proxies and certificates of the environment, which the
 * SDK for JavaScript ignores. It records the outcome of each exchange in `transport`, because the SDK hides it in
 * texts.
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
      transport.errorType = asErrorCode(result.response.headers['x-amzn-errortype']?.split(':')[0]);
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

/** Null for a host that needs no proxy. The proxy library is loaded only if a variable names a proxy. */
async function proxiedHandler(url: string, options: NetworkOptions): Promise<NodeHttpHandler | null> {
  const { getProxyForUrl } = await import('proxy-from-env');
  const proxy = getProxyForUrl(url);
  if (proxy === '') return null;
  const { HttpsProxyAgent } = await import('hpagent');
  const { certificates } = options;
  return makeHandler(options, new HttpsProxyAgent({ proxy, ...(certificates === null ? {} : { ca: certificates }) }));
}
