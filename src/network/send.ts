import { HttpRequest } from '@smithy/core/protocols';
import type { Transport } from './errors.ts';
import { type NetworkOptions, type RequestHandler, requestHandler } from './request-handler.ts';

/** A request that no client of the SDK sends. */
export interface PlainRequest {
  readonly url: URL;
  /** The type of the body's content. */
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends a POST request as the SDK would, by the proxies and certificates of this machine, and returns the text of its
 * response, of whatever status: `transport` has that. Rejects with the error of the network, and with a SyntaxError for a
 * response that is longer than any of AWS.
 */
export async function postText(
  { url, contentType, headers = {}, body }: PlainRequest,
  network: NetworkOptions,
  transport: Transport,
): Promise<string> {
  const request = httpRequest('POST', url, {
    headers: { 'content-type': contentType, 'content-length': String(Buffer.byteLength(body)), ...headers },
    body,
  });
  return (await exchange(request, requestHandler(network, transport))).text;
}

/** A request as the SDK's handlers take it. */
export function httpRequest(
  method: 'GET' | 'POST',
  url: URL,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body?: string },
): HttpRequest {
  const { protocol, hostname, port, host, pathname: path, search } = url;
  return new HttpRequest({
    method,
    protocol,
    hostname,
    ...(port === '' ? {} : { port: Number(port) }),
    path,
    query: search === '' ? {} : Object.fromEntries(url.searchParams),
    headers: { host, ...headers },
    body,
  });
}

/** Sends a request; returns the status and the text of its response. Rejects as `postText` does. */
export async function exchange(
  request: HttpRequest,
  handler: RequestHandler,
): Promise<{ readonly status: number; readonly text: string }> {
  const { response } = await handler.handle(request);
  return { status: response.statusCode, text: await textOf(response.body) };
}

// --- internal ---

const maxLength = 64 * 1024;

type ResponseBody = Awaited<ReturnType<RequestHandler['handle']>>['response']['body'];

/** By its events: Node's asynchronous iterator takes some milliseconds to load. */
function textOf(body: ResponseBody): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    body.setEncoding('utf8');
    body.on('data', (part: string) => {
      text += part;
      if (text.length > maxLength) body.destroy(new SyntaxError('the response is too long'));
    });
    body.on('end', () => resolve(text));
    body.on('error', reject);
  });
}
