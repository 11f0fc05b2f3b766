import type { Client } from './directory.ts';
import { type Context, ServiceError } from './service.ts';

/** The grant types that a client may be registered with (RegisterClient, `grantTypes`). */
export const codeGrant = 'authorization_code';
export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
export const refreshGrant = 'refresh_token';

/** A client that is registered in the region of the request and whose registration has not expired. */
export function findClient(clientId: string, region: string | null, context: Context): Client | undefined {
  const client = context.directory.clients.get(clientId);
  const isRegistered = client !== undefined && client.expiresAt > context.now();
  return isRegistered && (region === null || (client.region ?? region) === region) ? client : undefined;
}

/** The grant types that a client may use; without any in its registration, those of the device authorization. */
export function grantsOf(client: Client): readonly string[] {
  return client.grantTypes ?? [deviceGrant, refreshGrant];
}

/** Whether a client registered a redirect URI; the port of the loopback interface may differ (RFC 8252, section 7.3). */
export function isRegisteredRedirect(client: Client, redirectUri: string): boolean {
  const redirect = loopbackWithoutPort(redirectUri);
  return redirect !== null && (client.redirectUris ?? []).some((uri) => loopbackWithoutPort(uri) === redirect);
}

/** A redirect URI of the loopback interface without its port; null for any other address. */
export function loopbackWithoutPort(uri: string): string | null {
  const url = URL.canParse(uri) ? new URL(uri) : null;
  const isLoopback = url?.protocol === 'http:' && (url.hostname === '127.0.0.1' || url.hostname === '[::1]');
  return isLoopback ? `${url.hostname}${url.pathname}${url.search}` : null;
}

export function invalidGrant(message = 'Invalid grant provided'): ServiceError {
  return new ServiceError(400, 'InvalidGrantException', message);
}

/** The OAuth name of an error: `invalid_grant` for `InvalidGrantException`. */
export function oauthError(code: string): string {
  // AWS's service model gives this one a name of its own.
  if (code === 'InvalidRequestRegionException') return 'invalid_request';
  return code
    .replace(/Exception$/, '')
    .replace(/(?<!^)[A-Z]/g, '_$&')
    .toLowerCase();
}
