import { HttpRequest } from '@smithy/core/protocols';
import { withTimeout } from '../lib/timeout.ts';
import { certificatesFor } from '../network/certificates.ts';
import { emptyTransport } from '../network/errors.ts';
import { asRegion, isAwsHost } from '../network/fields.ts';
import { type NetworkOptions, requestHandler } from '../network/request-handler.ts';
import type { Environment, World } from '../world.ts';

/** The page is read up to here; the region is near its start. */
const maxBytes = 256 * 1024;
const maxRedirects = 3;
/** The sign-in also works without the start page, so it is not worth a longer wait. */
const timeoutMs = 2_500;

/** The result of a look at a portal's start page. */
export type PortalPage =
  | { readonly kind: 'region'; readonly region: string }
  /** The server has no such page. */
  | { readonly kind: 'missing' }
  /** The host name does not exist. */
  | { readonly kind: 'unknown-host' }
  /** The page did not come in time, or names no region. */
  | { readonly kind: 'unknown' };

/**
 * Reads the region from a portal's start page, which has `<meta name="region" content="eu-west-1"/>`. A sign-in in another
 * region waits forever without an error (github.com/aws/aws-cli/issues/5058), so the region is checked first.
 */
export async function fetchPortalPage(
  startUrl: string,
  network: NetworkOptions,
  milliseconds: number,
): Promise<PortalPage> {
  const work = fetchStartPage(startUrl, network, maxRedirects).catch(pageForError);
  const page = await withTimeout(work, milliseconds);
  return page.kind === 'timeout' ? { kind: 'unknown' } : page.value;
}

/** `fetchPortalPage` with the proxies and certificates of this machine; `caBundle` is the profile's. */
export function lookUpPortal(world: World, startUrl: string, caBundle: string | null = null): Promise<PortalPage> {
  const certificates = certificatesFor(world, world.env, caBundle);
  return fetchPortalPage(startUrl, { env: world.env, certificates, connectionTimeout: timeoutMs }, timeoutMs);
}

/** A warning that there seems to be no portal at a start URL; null when there is no sign of that. */
export function startUrlDoubt(startUrl: string, page: PortalPage, env: Environment): string | null {
  const hostReason = page.kind === 'unknown-host' && !hasCustomEndpoint(env) ? 'its address was not found' : null;
  const reason = page.kind === 'missing' ? 'no such page' : hostReason;
  return reason === null ? null : `there seems to be no portal at ${startUrl} (${reason}): is the start URL right?`;
}

/** Whether a sign-in's region is right for certain: the start page names it, or the endpoints are not AWS's own. */
export function isRegionConfirmed(page: PortalPage, env: Environment): boolean {
  return page.kind === 'region' || hasCustomEndpoint(env);
}

// --- internal ---

/** With endpoints other than AWS's own, a start URL that does not exist in DNS is no sign of an error. */
function hasCustomEndpoint(env: Environment): boolean {
  return Object.keys(env).some((name) => name.startsWith('AWS_ENDPOINT_URL'));
}

function pageForError(error: unknown): PortalPage {
  const isUnknownHost = error instanceof Error && Reflect.get(error, 'code') === 'ENOTFOUND';
  return { kind: isUnknownHost ? 'unknown-host' : 'unknown' };
}

async function fetchStartPage(address: string, network: NetworkOptions, redirects: number): Promise<PortalPage> {
  const url = new URL(address);
  const handler = requestHandler(network, emptyTransport());
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
    return redirects > 0 && URL.canParse(next, url.href) && isFollowed(new URL(next, url), url)
      ? fetchStartPage(new URL(next, url).href, network, redirects - 1)
      : { kind: 'unknown' };
  }
  if (response.statusCode === 404 || response.statusCode === 410) return { kind: 'missing' };
  let html = '';
  for await (const part of response.body) {
    html += String(part);
    if (html.length > maxBytes) break;
  }
  return parsePage(html);
}

/** A redirect is followed on the same host and to AWS's hosts, by https: no other server says what a region is. */
function isFollowed(next: URL, from: URL): boolean {
  return next.protocol === from.protocol && (next.host === from.host || isAwsHost(next.hostname));
}

function parsePage(html: string): PortalPage {
  const region = asRegion(/<meta\s+name="region"\s+content="([a-z0-9-]+)"/.exec(html)?.[1]);
  return region === null ? { kind: 'unknown' } : { kind: 'region', region };
}
