import { certificatesFor } from '../network/certificates.ts';
import { emptyTransport, type Transport } from '../network/errors.ts';
import { requestHandler } from '../network/request-handler.ts';
import type { World } from '../world.ts';
import type { SsoSession } from './session.ts';

/** The configuration of an SDK client for a session's region, and the record of its last HTTP exchange. */
export interface ClientSetup {
  readonly config: {
    readonly region: string;
    readonly requestHandler: ReturnType<typeof requestHandler>;
    readonly maxAttempts: number;
  };
  readonly transport: Transport;
}

/** Prepares an SDK client that uses the proxies and certificates of this machine and of the session; `timeout` is for each request. */
export function setUpClient(
  world: World,
  session: SsoSession,
  { timeout, maxAttempts }: { readonly timeout: number; readonly maxAttempts: number },
): ClientSetup {
  // Everything the SDK needs is in the session, so it does not have to read AWS's files, which may be large.
  world.adoptEnvironment({ ...world.env, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' });
  const transport = emptyTransport();
  const certificates = certificatesFor(world, world.env, session.caBundle ?? null);
  const handler = requestHandler({ env: world.env, certificates, timeout }, transport);
  return { config: { region: session.region, requestHandler: handler, maxAttempts }, transport };
}
