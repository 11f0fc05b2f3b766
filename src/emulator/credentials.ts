import type { Principal } from './directory.ts';
import type { Context } from './service.ts';

export interface TemporaryKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since 1970, rounded down to a whole second. */
  readonly expiresAt: number;
}

/** Issues temporary keys for a role session that lasts so many seconds. */
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
