import { HttpRequest, type HttpResponse } from '@smithy/core/protocols';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { withTimeout } from '../lib/timeout.ts';
import { certificatesFor } from '../network/certificates.ts';
import { emptyTransport, messageOf, type Transport, unreachableReason } from '../network/errors.ts';
import { type NetworkOptions, requestHandler } from '../network/request-handler.ts';
import { timeouts } from '../network/timeouts.ts';
import type { Environment, World } from '../world.ts';
import { isAwsHost, regionInHost } from './start-url.ts';

/** The page is read up to here; the region is near its start. */
const maxBytes = 256 * 1024;
const maxRedirects = 3;

/** The result of a look at a portal's start page. */
export type PortalPage =
  | { readonly kind: 'region'; readonly region: string }
  /** The server has no such page. */
  | { readonly kind: 'missing' }
  /** The host name does not exist. */
  | { readonly kind: 'unknown-host' }
  /** The host is not AWS's, and does not redirect there. */
  | { readonly kind: 'not-of-aws' }
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

/**
 * The same with the proxies and certificates of this machine; `caBundle` is the profile's. Nothing is requested if the
 * host name has the region in it. An address of a company is first followed to AWS's.
 */
export async function lookUpPortal(
  world: World,
  startUrl: string,
  caBundle: string | null = null,
): Promise<PortalPage> {
  const network = networkOf(world, caBundle);
  const resolution = await followToAws(startUrl, network, timeouts.startPage);
  if (resolution.kind === 'failed') return resolution.page;
  const region = regionInHost(new URL(resolution.startUrl).hostname);
  return region === null
    ? fetchPortalPage(resolution.startUrl, network, timeouts.startPage)
    : { kind: 'region', region };
}

/**
 * The start URL of AWS that a start URL stands for. One of another host is an address of the company's own, and is
 * followed as the AWS CLI does (awscli/customizations/sso/resolve.py): one HEAD request, or GET where the server does
 * not accept that, and one redirect, which must lead to AWS by https. Throws an `AwspError` when it does not.
 */
export async function resolveStartUrl(world: World, startUrl: string, caBundle: string | null): Promise<string> {
  const resolution = await followToAws(startUrl, networkOf(world, caBundle), timeouts.startUrlRedirect);
  if (resolution.kind === 'resolved') return resolution.startUrl;
  const text = `the start URL ${startUrl} is not of AWS, and does not lead to AWS: ${resolution.reason}`;
  throw new AwspError(exitCodes.failed, text, [
    'sso_start_url is the address of your portal at AWS, such as https://<portal>.awsapps.com/start,',
    'or an address of your company that redirects there',
  ]);
}

/** A warning that there seems to be no portal at a start URL; null when there is no sign of that. */
export function startUrlDoubt(startUrl: string, page: PortalPage, env: Environment): string | null {
  const hostReason = page.kind === 'unknown-host' && !hasCustomEndpoint(env) ? 'its address was not found' : null;
  const otherReason = page.kind === 'not-of-aws' ? 'it is not of AWS, and does not lead there' : hostReason;
  const reason = page.kind === 'missing' ? 'no such page' : otherReason;
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

function networkOf(world: World, caBundle: string | null): NetworkOptions {
  return { env: world.env, certificates: certificatesFor(world, world.env, caBundle), timeout: timeouts.startPage };
}

/** Where a start URL leads; `reason` in plain words. */
type Resolution =
  | { readonly kind: 'resolved'; readonly startUrl: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly page: PortalPage };

async function followToAws(startUrl: string, network: NetworkOptions, milliseconds: number): Promise<Resolution> {
  if (!URL.canParse(startUrl)) return notResolved('it is not a URL');
  const url = new URL(startUrl);
  if (isAwsHost(url.hostname)) return { kind: 'resolved', startUrl };
  if (url.protocol !== 'https:') return notResolved('it is not https');
  const transport = emptyTransport();
  try {
    const found = await withTimeout(redirectOf(url, network, transport), milliseconds);
    return found.kind === 'timeout' ? tooLate : toResolution(found.value, url);
  } catch (error) {
    const page = pageForError(error);
    const reason =
      page.kind === 'unknown-host'
        ? 'its address was not found'
        : (unreachableReason(error, transport, '') ?? messageOf(error)).replace(/^AWS was not reached: /, '');
    return { kind: 'failed', reason, page };
  }
}

/** The response to HEAD, or to GET where the server does not accept HEAD. */
async function redirectOf(url: URL, network: NetworkOptions, transport: Transport): Promise<HttpResponse> {
  const head = await request('HEAD', url, network, transport);
  return head.statusCode === 405 || head.statusCode === 501 ? request('GET', url, network, transport) : head;
}

function toResolution({ statusCode, headers }: HttpResponse, url: URL): Resolution {
  if (![301, 302, 303, 307, 308].includes(statusCode)) return notResolved(`it answers ${statusCode}, no redirect`);
  const { location } = headers;
  if (!location || !URL.canParse(location, url.href)) return notResolved('its redirect has no address');
  const target = new URL(location, url);
  if (!isAwsHost(target.hostname)) return notResolved(`it redirects to ${target.hostname}`);
  if (target.protocol !== 'https:') return notResolved(`it redirects to ${target.protocol.slice(0, -1)}, not https`);
  return { kind: 'resolved', startUrl: `${target.origin}${target.pathname.replace(/\/+$/, '')}` };
}

const tooLate: Resolution = { kind: 'failed', reason: 'no answer in time', page: { kind: 'unknown' } };

function notResolved(reason: string): Resolution {
  return { kind: 'failed', reason, page: { kind: 'not-of-aws' } };
}

function pageForError(error: unknown): PortalPage {
  const isUnknownHost = error instanceof Error && Reflect.get(error, 'code') === 'ENOTFOUND';
  return { kind: isUnknownHost ? 'unknown-host' : 'unknown' };
}

async function request(method: string, url: URL, network: NetworkOptions, transport: Transport): Promise<HttpResponse> {
  const handler = requestHandler(network, transport);
  const { response } = await handler.handle(
    new HttpRequest({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { host: url.host, accept: 'text/html' },
    }),
  );
  return response;
}

async function fetchStartPage(address: string, network: NetworkOptions, redirects: number): Promise<PortalPage> {
  const url = new URL(address);
  const response = await request('GET', url, network, emptyTransport());
  const next = response.headers.location;
  if (response.statusCode >= 300 && response.statusCode < 400 && next !== undefined) {
    return redirects === 0 ? { kind: 'unknown' } : fetchStartPage(new URL(next, url).href, network, redirects - 1);
  }
  if (response.statusCode === 404 || response.statusCode === 410) return { kind: 'missing' };
  let html = '';
  for await (const part of response.body) {
    html += String(part);
    if (html.length > maxBytes) break;
  }
  return parsePage(html);
}

function parsePage(html: string): PortalPage {
  const region = /<meta\s+name="region"\s+content="([a-z0-9-]+)"/.exec(html)?.[1];
  return region === undefined ? { kind: 'unknown' } : { kind: 'region', region };
}
