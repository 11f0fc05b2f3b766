import {
  ListAccountsCommand,
  LogoutCommand,
  paginateListAccountRoles,
  paginateListAccounts,
  SSOClient,
} from '@aws-sdk/client-sso';
import { certificatesFor } from '../identity/certificates.ts';
import { requestHandler } from '../identity/network.ts';
import { type Transport, unreachableReason } from '../identity/refusals.ts';
import type { World } from '../world.ts';
import { explainSignIn } from './refusals.ts';
import type { SsoSession } from './session.ts';
import type { Token } from './token-cache.ts';

/** The portal's own limit. */
const mostAPage = 100;

/** An account that a person may use. */
export interface PortalAccount {
  /** Twelve digits. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** The accounts that the person has any role in, by name (portal API, ListAccounts). Throws `AwspError`. */
export function listAccounts(
  world: World,
  session: SsoSession,
  accessToken: string,
): Promise<readonly PortalAccount[]> {
  return asking(world, session, async (client) => {
    const accounts: PortalAccount[] = [];
    for await (const page of paginateListAccounts({ client, pageSize: mostAPage }, { accessToken })) {
      for (const { accountId = '', accountName = '', emailAddress = '' } of page.accountList ?? []) {
        accounts.push({ id: accountId, name: accountName, email: emailAddress });
      }
    }
    return accounts.sort((a, b) => (a.name < b.name ? -1 : 1));
  });
}

/** The roles that the person has in an account, by name (portal API, ListAccountRoles). Throws `AwspError`. */
export function listRoles(
  world: World,
  session: SsoSession,
  accessToken: string,
  accountId: string,
): Promise<readonly string[]> {
  return asking(world, session, async (client) => {
    const roles: string[] = [];
    for await (const page of paginateListAccountRoles({ client, pageSize: mostAPage }, { accessToken, accountId })) {
      for (const { roleName } of page.roleList ?? []) if (roleName) roles.push(roleName);
    }
    return roles.sort();
  });
}

/** Whether AWS honours a token; also true when it cannot be asked. */
export async function isHonoured(world: World, session: SsoSession, { accessToken }: Token): Promise<boolean> {
  const { client } = openPortal(world, session);
  try {
    await client.send(new ListAccountsCommand({ accessToken, maxResults: 1 }));
    return true;
  } catch (error) {
    return !(error instanceof Error && error.name === 'UnauthorizedException');
  }
}

/** Ends a sign-in at AWS (portal API, Logout); answers why it could not be ended, or null. One that is over is ended. */
export async function endSignIn(world: World, session: SsoSession, token: Token): Promise<string | null> {
  const { client, transport } = openPortal(world, session);
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

// --- internal ---

function openPortal(world: World, session: SsoSession): { readonly client: SSOClient; readonly transport: Transport } {
  // The session says all that there is to know: the SDK need not read AWS's files, which may be large.
  world.adoptEnvironment({ ...world.env, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' });
  const transport: Transport = { status: null, errorType: null, error: null };
  const network = { env: world.env, certificates: certificatesFor(world, world.env, null), connectionTimeout: 5_000 };
  const handler = requestHandler(network, transport);
  return { client: new SSOClient({ region: session.region, requestHandler: handler, maxAttempts: 5 }), transport };
}

async function asking<T>(world: World, session: SsoSession, ask: (client: SSOClient) => Promise<T>): Promise<T> {
  const { client, transport } = openPortal(world, session);
  try {
    return await ask(client);
  } catch (error) {
    throw explainSignIn(error, transport, session);
  }
}
