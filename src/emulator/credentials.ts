import type { Client, Principal } from './directory.ts';
import type { Context } from './service.ts';

/** A client that is registered, in the region that was asked, and whose registration has not ended. */
export function clientOf(clientId: string, region: string | null, context: Context): Client | undefined {
  const client = context.directory.clients.get(clientId);
  const isKnown = client !== undefined && client.expiresAt > context.now();
  return isKnown && (region === null || (client.region ?? region) === region) ? client : undefined;
}

export interface TemporaryKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds, on a whole second. */
  readonly expiresAt: number;
}

/** Issues temporary keys for a session of a role, good for `seconds`. */
export function issueKeys(principal: Principal, seconds: number, context: Context): TemporaryKeys {
  const keys = {
    accessKeyId: `ASIA${context.newId(16)}`,
    secretAccessKey: context.newId(40),
    sessionToken: context.newId(200),
    expiresAt: Math.floor(context.now() / 1000 + seconds) * 1000,
  };
  context.directory.accessKeys.set(keys.accessKeyId, {
    secret: keys.secretAccessKey,
    principal,
    sessionToken: keys.sessionToken,
    expiresAt: keys.expiresAt,
  });
  return keys;
}
