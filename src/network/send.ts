import { HttpRequest } from '@smithy/core/protocols';
import type { Transport } from './errors.ts';
import { type NetworkOptions, requestHandler } from './request-handler.ts';

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
  const handler = requestHandler(network, transport);
  const { response } = await handler.handle(
    new HttpRequest({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      path: url.pathname,
      headers: {
        host: url.host,
        'content-type': contentType,
        'content-length': String(Buffer.byteLength(body)),
        ...headers,
      },
      body,
    }),
  );
  let text = '';
  for await (const part of response.body) {
    text += String(part);
    if (text.length > maxLength) throw new SyntaxError('the response is too long');
  }
  return text;
}

// --- internal ---

const maxLength = 64 * 1024;
