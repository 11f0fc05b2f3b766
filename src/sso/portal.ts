import { LogoutCommand, SSOClient } from '@aws-sdk/client-sso';
import { certificatesFor } from '../identity/certificates.ts';
import { requestHandler } from '../identity/network.ts';
import { type Transport, unreachableReason } from '../identity/refusals.ts';
import type { World } from '../world.ts';
import type { SsoSession } from './session.ts';
import type { Token } from './token-cache.ts';

/** Ends a sign-in at AWS (portal API, Logout); answers why it could not be ended, or null. One that is over is ended. */
export async function endSignIn(world: World, session: SsoSession, token: Token): Promise<string | null> {
  world.adoptEnvironment({ ...world.env, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' });
  const transport: Transport = { status: null, errorType: null, error: null };
  const network = { env: world.env, certificates: certificatesFor(world, world.env, null), connectionTimeout: 5_000 };
  const client = new SSOClient({
    region: session.region,
    requestHandler: requestHandler(network, transport),
    maxAttempts: 2,
  });
  try {
    await client.send(new LogoutCommand({ accessToken: token.accessToken }));
    return null;
  } catch (error) {
    if (error instanceof Error && error.name === 'UnauthorizedException') return null;
    return (
      unreachableReason(error, transport, session.region) ?? (error instanceof Error ? error.message : String(error))
    );
  }
}
