import { HttpRequest } from '@smithy/core/protocols';
import { withTimeout } from '../lib/timeout.ts';
import { certificatesFor } from '../network/certificates.ts';
import { type NetworkOptions, requestHandler } from '../network/request-handler.ts';
import type { Environment, World } from '../world.ts';

/** A page longer than this has told it already. */
const maxBytes = 256 * 1024;
const maxRedirects = 3;
/** Milliseconds for the start page: it only helps, and may be out of reach. */
const timeoutMs = 2_500;

/** What a portal's start page tells. */
export type PortalPage =
  | { readonly kind: 'region'; readonly region: string }
  /** There is no such page. */
  | { readonly kind: 'missing' }
  /** There is no such host. */
  | { readonly kind: 'nowhere' }
  /** The page cannot be had in time, or does not tell. */
  | { readonly kind: 'unknown' };

/**
 * Looks at a portal's start page, which carries `<meta name="region" content="eu-west-1"/>`. A sign-in in another region
 * never ends, and says nothing (aws-cli issue 5058), so it is worth asking.
 */
export async function lookUpPortal(
  startUrl: string,
  network: NetworkOptions,
  milliseconds: number,
): Promise<PortalPage> {
  const page = await withTimeout(fetchPage(startUrl, network, maxRedirects).catch(withoutPage), milliseconds);
  return page.kind === 'timeout' ? { kind: 'unknown' } : page.value;
}

/** The same, from here, with the timeoutMs for what only helps; `caBundle` is the profile's. */
export function lookUpPortalFrom(world: World, startUrl: string, caBundle: string | null = null): Promise<PortalPage> {
  const certificates = certificatesFor(world, world.env, caBundle);
  return lookUpPortal(startUrl, { env: world.env, certificates, connectionTimeout: timeoutMs }, timeoutMs);
}

/** Why there seems to be no portal at a start URL, as a question to whoever gave it; null where nothing speaks against it. */
export function doubtOf(startUrl: string, page: PortalPage, env: Environment): string | null {
  const reason = page.kind === 'nowhere' && !isLedElsewhere(env) ? 'its address was not found' : null;
  const found = page.kind === 'missing' ? 'no such page' : reason;
  return found === null ? null : `there seems to be no portal at ${startUrl} (${found}): is the start URL right?`;
}

/** Whether nobody need doubt the region of a sign-in: the start page has told it, or AWS is not meant at all. */
export function isRegionSure(page: PortalPage, env: Environment): boolean {
  return page.kind === 'region' || isLedElsewhere(env);
}

// --- internal ---

/** Where AWS's own endpoints are replaced, that a portal is not at its address says nothing. */
function isLedElsewhere(env: Environment): boolean {
  return Object.keys(env).some((name) => name.startsWith('AWS_ENDPOINT_URL'));
}

function withoutPage(error: unknown): PortalPage {
  const isNowhere = error instanceof Error && Reflect.get(error, 'code') === 'ENOTFOUND';
  return { kind: isNowhere ? 'nowhere' : 'unknown' };
}

async function fetchPage(address: string, network: NetworkOptions, redirects: number): Promise<PortalPage> {
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
    return redirects === 0 ? { kind: 'unknown' } : fetchPage(new URL(next, url).href, network, redirects - 1);
  }
  if (response.statusCode === 404 || response.statusCode === 410) return { kind: 'missing' };
  let html = '';
  for await (const part of response.body) {
    html += String(part);
    if (html.length > maxBytes) break;
  }
  const region = /<meta\s+name="region"\s+content="([a-z0-9-]+)"/.exec(html)?.[1];
  return region === undefined ? { kind: 'unknown' } : { kind: 'region', region };
}
