import { setTimeout as wait } from 'node:timers/promises';
import { ListAccountRolesCommand, ListAccountsCommand, LogoutCommand, SSOClient } from '@aws-sdk/client-sso';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { certificatesFor } from '../network/certificates.ts';
import { nameOf, type Transport, unreachableReason } from '../network/errors.ts';
import { requestHandler } from '../network/request-handler.ts';
import { RetryPolicy } from '../network/retry.ts';
import type { World } from '../world.ts';
import { type Renewal, renewSignIn } from './renew.ts';
import type { SsoSession } from './session.ts';
import { readToken, type Token } from './token-cache.ts';

/** An account that a person may use. */
export interface PortalAccount {
  /** Twelve digits. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/**
 * What a person who is signed in may use at a portal (AWS's "IAM Identity Center Portal API Reference"). Asks again where AWS is
 * busy, and renews a sign-in that ends meanwhile; throws `AwspError`, with `signInNeeded` where that cannot be done.
 */
export class Portal {
  readonly #world: World;
  readonly #session: SsoSession;
  readonly #retryPolicy: RetryPolicy;
  readonly #idle: Connection[] = [];
  #accessToken: string;
  #renewal: Promise<Renewal> | null = null;

  constructor(world: World, session: SsoSession) {
    this.#world = world;
    this.#session = session;
    this.#retryPolicy = retryPolicyIn(world);
    this.#accessToken = this.#cachedToken();
  }

  /** The accounts in which the person has any role, by name (ListAccounts). */
  async accounts(): Promise<readonly PortalAccount[]> {
    const found = await this.#all(
      (client, page, signal) => client.send(new ListAccountsCommand(page), { abortSignal: signal }),
      ({ accountList }) => accountList,
    );
    return found
      .map(({ accountId = '', accountName = '', emailAddress = '' }) => ({
        id: accountId,
        name: accountName,
        email: emailAddress,
      }))
      .sort((one, other) => compare(one.name, other.name) || compare(one.id, other.id));
  }

  /** The roles that the person has in an account, by name (ListAccountRoles). */
  async roles(accountId: string): Promise<readonly string[]> {
    const found = await this.#all(
      (client, page, signal) =>
        client.send(new ListAccountRolesCommand({ ...page, accountId }), { abortSignal: signal }),
      ({ roleList }) => roleList,
    );
    return found.flatMap(({ roleName }) => roleName ?? []).sort();
  }

  /**
   * The roles in many accounts, by account id; null for an account of which AWS does not tell, though it names it. A few at
   * a time are asked about; `onRead` hears how many are done. Any other failure is that of the whole.
   */
  async rolesIn(
    accountIds: readonly string[],
    onRead: (count: number) => void,
  ): Promise<ReadonlyMap<string, readonly string[] | null>> {
    const found = new Map<string, readonly string[] | null>();
    const waiting = accountIds.values();
    let failed = false;
    const work = async () => {
      for (const id of waiting) {
        if (failed) return;
        const roles = await this.roles(id).catch(nullIfRefused);
        found.set(id, roles?.length === 0 ? null : roles);
        onRead(found.size);
      }
    };
    const failOnce = (error: unknown) => {
      failed = true;
      throw error;
    };
    await Promise.all(Array.from({ length: maxConcurrent }, () => work().catch(failOnce)));
    return found;
  }

  /** The items of all pages of a list. */
  async #all<Page extends { readonly nextToken?: string | undefined }, Item>(
    send: (client: SSOClient, page: PageRequest, signal: AbortSignal) => Promise<Page>,
    itemsOf: (page: Page) => readonly Item[] | undefined,
  ): Promise<Item[]> {
    const items: Item[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.#ask((client, accessToken) =>
        send(client, { accessToken, maxResults: maxPageSize, nextToken }, AbortSignal.timeout(maxItemsPerResponse)),
      );
      const some = itemsOf(page);
      // An answer of something else must not pass for one that there is nothing.
      if (some === undefined || (page.nextToken && page.nextToken === nextToken))
        throw toUserError(new SyntaxError('no page of a list'), noExchange(), this.#session);
      items.push(...some);
      nextToken = page.nextToken;
    } while (nextToken);
    return items;
  }

  /** On a connection of its own while it lasts: what the transport of a connection notes is about one request. */
  async #ask<T>(send: (client: SSOClient, accessToken: string) => Promise<T>): Promise<T> {
    const connection = this.#idle.pop() ?? connect(this.#world, this.#session);
    try {
      return await this.#signedIn((accessToken) => this.#retryPolicy.run(() => send(connection.client, accessToken)));
    } catch (error) {
      throw toUserError(error, connection.transport, this.#session);
    } finally {
      this.#idle.push(connection);
    }
  }

  /** Once more with another token, where that is over. */
  async #signedIn<T>(ask: (accessToken: string) => Promise<T>): Promise<T> {
    const accessToken = this.#accessToken;
    try {
      return await ask(accessToken);
    } catch (error) {
      if (nameOf(error) !== 'UnauthorizedException') throw error;
      await this.#renew(accessToken, error);
      return ask(this.#accessToken);
    }
  }

  async #renew(over: string, cause: unknown): Promise<void> {
    if (this.#accessToken !== over) return;
    this.#renewal ??= renewSignIn(this.#world, this.#session);
    const renewal = await this.#renewal;
    this.#renewal = null;
    if (renewal.kind === 'unreachable') throw new AwspError(exitCodes.failed, renewal.reason);
    if (renewal.kind === 'renewed') this.#accessToken = this.#cachedToken();
    if (this.#accessToken !== over) return;
    const { startUrl, key } = this.#session;
    throw new AwspError(
      exitCodes.signInNeeded,
      `the sign-in to ${startUrl} is over`,
      [`sign in with: awsp login ${quoteWord(key)}`],
      cause,
    );
  }

  #cachedToken(): string {
    return readToken(this.#world, this.#session.key)?.accessToken ?? '';
  }
}

/** Whether AWS honours a token; also true when it cannot be asked. */
export async function isHonoured(world: World, session: SsoSession, { accessToken }: Token): Promise<boolean> {
  const { client } = connect(world, session);
  try {
    await client.send(new ListAccountsCommand({ accessToken, maxResults: 1 }));
    return true;
  } catch (error) {
    return !(error instanceof Error && error.name === 'UnauthorizedException');
  }
}

/** Ends a sign-in at AWS (portal API, Logout); answers why it could not be ended, or null. One that is over is ended. */
export async function endSignIn(world: World, session: SsoSession, token: Token): Promise<string | null> {
  const { client, transport } = connect(world, session);
  try {
    await retryPolicyIn(world).run(() => client.send(new LogoutCommand({ accessToken: token.accessToken })));
    return null;
  } catch (error) {
    if (nameOf(error) === 'UnauthorizedException') return null;
    return (
      unreachableReason(error, transport, session.region) ?? (error instanceof Error ? error.message : String(error))
    );
  }
}

// --- internal ---

/** The portal's own limit. */
const maxPageSize = 100;
const maxConcurrent = 4;
/** Milliseconds for one answer. */
const maxItemsPerResponse = 30_000;

interface PageRequest {
  readonly accessToken: string;
  readonly maxResults: number;
  readonly nextToken: string | undefined;
}

/** A client, and what its last exchange came to. */
interface Connection {
  readonly client: SSOClient;
  readonly transport: Transport;
}

function connect(world: World, session: SsoSession): Connection {
  // The session says all that there is to know: the SDK need not read AWS's files, which may be large.
  world.adoptEnvironment({ ...world.env, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' });
  const transport = noExchange();
  const network = {
    env: world.env,
    certificates: certificatesFor(world, world.env, session.caBundle ?? null),
    connectionTimeout: 5_000,
  };
  const handler = requestHandler(network, transport);
  return { client: new SSOClient({ region: session.region, requestHandler: handler, maxAttempts: 1 }), transport };
}

function noExchange(): Transport {
  return { status: null, errorType: null, error: null };
}

function retryPolicyIn(world: World): RetryPolicy {
  return new RetryPolicy({
    now: () => world.now(),
    wait: (milliseconds) => wait(milliseconds),
    random: Math.random,
  });
}

/** What went wrong, in plain words; an error that is plain already stays as it is. */
function toUserError(error: unknown, transport: Transport, { startUrl, region }: SsoSession): AwspError {
  if (error instanceof AwspError) return error;
  const name = nameOf(error);
  const failure = (message: string, ...details: string[]) => new AwspError(exitCodes.failed, message, details, error);
  // the signal that ends what takes too long
  if (name === 'AbortError') return failure('AWS was not reached: no answer in time');
  const unreachable = unreachableReason(error, transport, region);
  if (unreachable !== null) return failure(unreachable);
  if (transport.status === 429) return failure(`AWS is throttling requests (${name})`, 'wait a moment and try again');
  const text = error instanceof Error ? error.message : String(error);
  return failure(`the portal ${startUrl} in ${region} says no: ${text} (${name})`);
}

/** AWS answers about the account, and says no: it was just taken away, or is closed. */
function nullIfRefused(error: unknown): null {
  const cause = error instanceof AwspError ? error.cause : error;
  if (/^(Forbidden|ResourceNotFound|InvalidRequest)Exception$/.test(nameOf(cause))) return null;
  throw error;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
