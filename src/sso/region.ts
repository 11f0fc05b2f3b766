import { HttpRequest } from '@smithy/core/protocols';
import { type NetworkOptions, requestHandler } from '../identity/network.ts';

/** A page longer than this has told it already. */
const mostBytes = 256 * 1024;
const mostRedirects = 3;

/**
 * The region of a portal, from its start page, which carries `<meta name="region" content="eu-west-1"/>`; null when the
 * page cannot be had in time or does not tell. A sign-in in another region never ends, and says nothing (aws-cli issue
 * 5058), so it is worth asking.
 */
export async function discoverRegion(
  startUrl: string,
  network: NetworkOptions,
  milliseconds: number,
): Promise<string | null> {
  const late = new Promise<null>((resolve) => {
    setTimeout(resolve, milliseconds, null).unref();
  });
  return Promise.race([fetchRegion(startUrl, network, mostRedirects).catch(() => null), late]);
}

// --- internal ---

async function fetchRegion(address: string, network: NetworkOptions, redirects: number): Promise<string | null> {
  const url = new URL(address);
  const handler = requestHandler(network, { status: null, errorType: null, error: null });
  const { response } = await handler.handle(
    new HttpRequest({
      method: 'GET',
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      path: url.pathname,
      headers: { host: url.host, accept: 'text/html' },
    }),
  );
  const next = response.headers.location;
  if (response.statusCode >= 300 && response.statusCode < 400 && next !== undefined) {
    return redirects === 0 ? null : fetchRegion(new URL(next, url).href, network, redirects - 1);
  }
  let html = '';
  for await (const part of response.body) {
    html += String(part);
    if (html.length > mostBytes) break;
  }
  return /<meta\s+name="region"\s+content="([a-z0-9-]+)"/.exec(html)?.[1] ?? null;
}
