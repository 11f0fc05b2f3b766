import type { Environment } from '../world.ts';

/**
 * The proxy for an address, as the AWS CLI and boto3 choose it; null for none. They ask Python's `urllib.request` for the
 * proxies (botocore/utils.py, `get_environ_proxies`) and take that of the address's own scheme alone
 * (botocore/httpsession.py, `ProxyConfiguration`): so ALL_PROXY is not used, and a proxy without a scheme is one of http.
 */
export function proxyFor({ protocol, host }: Pick<URL, 'protocol' | 'host'>, env: Environment): string | null {
  const proxies = proxiesIn(env);
  const proxy = proxies.get(protocol.replace(/:$/, ''));
  if (proxy === undefined || isBypassed(host, proxies.get('no'))) return null;
  if (/^https?:/.test(proxy)) return proxy;
  return proxy.startsWith('//') ? `http:${proxy}` : `http://${proxy}`;
}

/** Whether any variable names a proxy for https or http. */
export function hasProxies(env: Environment): boolean {
  const proxies = proxiesIn(env);
  return proxies.has('https') || proxies.has('http');
}

// --- internal ---

/**
 * The variables `<scheme>_proxy`, by scheme (Python's `getproxies_environment`): a name that ends in lower case comes
 * first, and if it is empty it switches the one in upper case off. In a CGI script HTTP_PROXY is a header of the request.
 */
function proxiesIn(env: Environment): ReadonlyMap<string, string> {
  const proxies = new Map<string, string>();
  const schemeOf = (name: string) => name.slice(0, -'_proxy'.length).toLowerCase();
  for (const [name, value] of Object.entries(env)) {
    if (value !== '' && name.toLowerCase().endsWith('_proxy')) proxies.set(schemeOf(name), value);
  }
  if (env.REQUEST_METHOD !== undefined) proxies.delete('http');
  for (const [name, value] of Object.entries(env)) {
    if (!name.endsWith('_proxy')) continue;
    if (value === '') proxies.delete(schemeOf(name));
    else proxies.set(schemeOf(name), value);
  }
  return proxies;
}

/**
 * Whether NO_PROXY names the host (Python's `proxy_bypass_environment`): `*`, or a list of domains, each of which stands for
 * itself and all below it, with a leading dot or without. Addresses of networks and other wildcards have no meaning.
 */
function isBypassed(host: string, noProxy: string | undefined): boolean {
  if (noProxy === undefined) return false;
  if (noProxy === '*') return true;
  const withPort = host.toLowerCase();
  const names = [withPort, withPort.replace(/:\d*$/, '')];
  return noProxy.split(',').some((entry) => {
    const domain = entry.trim().replace(/^\.+/, '').toLowerCase();
    return entry.trim() !== '' && names.some((name) => name === domain || name.endsWith(`.${domain}`));
  });
}
