import {
  type AccountInfo,
  ListAccountRolesCommand,
  ListAccountsCommand,
  LogoutCommand,
  SSOClient,
} from '@aws-sdk/client-sso';
import { HttpResponse } from '@smithy/core/protocols';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { withTimeout } from '../lib/timeout.ts';
import { emptyTransport, messageOf, nameOf, type Transport, unreachableReason } from '../network/errors.ts';
import { asAccountId, asLabel, asRoleName, asToken } from '../network/fields.ts';
import { RetryPolicy } from '../network/retry.ts';
import { timeouts } from '../network/timeouts.ts';
import { keepAccountNames } from '../selection/account-names.ts';
import type { World } from '../world.ts';
import { setUpClient } from './client.ts';
import { toPortalError } from './errors.ts';
import { freshTokenOf, type Renewal, renewSignIn } from './renew.ts';
import type { SsoSession } from './session.ts';
import { type EndableSignIn, readToken, type Token } from './token-cache.ts';

/** An account that the signed-in person has a role in. */
export interface PortalAccount {
  /** Twelve digits. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/**
 * The accounts and roles that the signed-in person has at a portal (AWS's "IAM Identity Center Portal API Reference").
 * Requests are retried when AWS throttles or fails, and the sign-in is renewed when its access token expires meanwhile.
 * Throws an `AwspError`; its code is `signInNeeded` when the sign-in cannot be renewed.
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

  /** The accounts in which the person has any role, sorted by name (ListAccounts); their names are kept. */
  async accounts(): Promise<readonly PortalAccount[]> {
    const found = await this.#all(
      (client, page) => client.send(new ListAccountsCommand(page)),
      ({ accountList }) => accountList,
    );
    const accounts = found
      .map((account) => asAccount(account) ?? this.#refuse('an account without an id of twelve digits'))
      .sort((one, other) => compare(one.name, other.name) || compare(one.id, other.id));
    await keepAccountNames(this.#world, accounts);
    return accounts;
  }

  /** The roles that the person has in an account, sorted by name (ListAccountRoles). */
  async roles(accountId: string): Promise<readonly string[]> {
    const found = await this.#all(
      (client, page) => client.send(new ListAccountRolesCommand({ ...page, accountId })),
      ({ roleList }) => roleList,
    );
    return found.map(({ roleName }) => asRoleName(roleName) ?? this.#refuse("a role without a role's name")).sort();
  }

  /**
   * The roles in many accounts, by account id; null for an account whose roles AWS refuses to list. A few accounts are read
   * at a time; `onRead` is called with the number of those that are done. Any other error ends the whole call.
   */
  async rolesIn(
    accountIds: readonly string[],
    onRead: (count: number) => void,
  ): Promise<ReadonlyMap<string, readonly string[] | null>> {
    const found = new Map<string, readonly string[] | null>();
    const remaining = accountIds.values();
    let failed = false;
    const work = async () => {
      for (const id of remaining) {
        if (failed) return;
        const roles = await this.roles(id).catch(nullIfRefused);
        found.set(id, roles?.length === 0 ? null : roles);
        onRead(found.size);
      }
    };
    const stopAll = (error: unknown) => {
      failed = true;
      throw error;
    };
    await Promise.all(Array.from({ length: maxConcurrent }, () => work().catch(stopAll)));
    return found;
  }

  /** The items of all pages of a list. */
  async #all<Page extends { readonly nextToken?: string | undefined }, Item>(
    send: (client: SSOClient, page: PageRequest) => Promise<Page>,
    itemsOf: (page: Page) => readonly Item[] | undefined,
  ): Promise<Item[]> {
    const items: Item[] = [];
    const tokens = new Set<string | undefined>();
    let nextToken: string | undefined;
    do {
      tokens.add(nextToken);
      const page = await this.#send((client, accessToken) =>
        send(client, { accessToken, maxResults: maxPageSize, nextToken }),
      );
      const pageItems = itemsOf(page);
      // The response of something that is not AWS must not be taken for an empty list.
      if (!Array.isArray(pageItems) || pageItems.some((item) => typeof item !== 'object' || item === null)) {
        this.#refuse('no page of a list');
      }
      for (const item of pageItems) items.push(item);
      nextToken = page.nextToken ? (asToken(page.nextToken) ?? this.#refuse('no token')) : undefined;
      if (nextToken !== undefined && (tokens.has(nextToken) || tokens.size >= maxPages))
        this.#refuse('a list without end');
    } while (nextToken !== undefined);
    return items;
  }

  /** For a response that cannot be AWS's. */
  #refuse(what: string): never {
    throw toPortalError(new SyntaxError(what), emptyTransport(), this.#session);
  }

  /** Sends on a connection that no other request uses meanwhile, because its transport records the last exchange alone. */
  async #send<T>(send: (client: SSOClient, accessToken: string) => Promise<T>): Promise<T> {
    const connection = this.#idle.pop() ?? connect(this.#world, this.#session, timeouts.portalList);
    try {
      return await this.#withToken((accessToken) => this.#retryPolicy.run(() => send(connection.client, accessToken)));
    } catch (error) {
      throw toPortalError(error, connection.transport, this.#session);
    } finally {
      this.#idle.push(connection);
    }
  }

  /** Sends a request with the access token, and once more with a new one when AWS no longer accepts the first. */
  async #withToken<T>(send: (accessToken: string) => Promise<T>): Promise<T> {
    const accessToken = this.#accessToken;
    try {
      return await send(accessToken);
    } catch (error) {
      if (nameOf(error) !== 'UnauthorizedException') throw error;
      await this.#renew(accessToken, error);
      return send(this.#accessToken);
    }
  }

  /** Replaces a token that AWS no longer accepts; requests that fail at the same time share one renewal. */
  async #renew(rejected: string, cause: unknown): Promise<void> {
    if (this.#accessToken !== rejected) return;
    this.#renewal ??= renewSignIn(this.#world, this.#session);
    const renewal = await this.#renewal;
    this.#renewal = null;
    if (renewal.kind === 'unreachable') throw new AwspError(exitCodes.failed, renewal.reason);
    if (renewal.kind === 'renewed') this.#accessToken = this.#cachedToken();
    if (this.#accessToken !== rejected) return;
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

/** Whether AWS accepts a token; also true when AWS cannot be reached. The names of accounts that AWS tells by the way are kept. */
export async function isTokenAccepted(world: World, session: SsoSession, { accessToken }: Token): Promise<boolean> {
  const { client } = connect(world, session, timeouts.tokenCheck);
  try {
    const { accountList } = await client.send(new ListAccountsCommand({ accessToken, maxResults: maxPageSize }));
    await keepAccountNames(
      world,
      Array.isArray(accountList) ? accountList.flatMap((account) => asAccount(account) ?? []) : [],
    );
    return true;
  } catch (error) {
    return nameOf(error) !== 'UnauthorizedException';
  }
}

/**
 * Ends a sign-in at AWS (Logout), within the time-out for it. AWS takes an access token alone for that, so where it has
 * expired a new one is got by the refresh token first, with which others could go on otherwise. Returns why it failed, or
 * null; a sign-in that has ended already is no failure.
 */
export async function endSignIn(world: World, session: SsoSession, signIn: EndableSignIn): Promise<string | null> {
  const ended = await withTimeout(endInTime(world, session, signIn), timeouts.signOut);
  return ended.kind === 'timeout' ? 'AWS was not reached: no answer in time' : ended.value;
}

/**
 * Has a portal tell the names of accounts, which are kept. Where it does not within a few seconds it tells them another time: no
 * sign-in fails for want of them.
 */
export async function learnAccountNames(world: World, session: SsoSession): Promise<void> {
  try {
    await withTimeout(new Portal(world, session).accounts(), timeouts.accountNames);
  } catch {
    // Nothing but names is missing.
  }
}

// --- internal ---

async function endInTime(
  world: World,
  session: SsoSession,
  { accessToken, token }: EndableSignIn,
): Promise<string | null> {
  const isOver = token !== null && token.expiresAt <= world.now();
  const first = isOver ? 'not accepted' : await sendLogout(world, session, accessToken);
  if (first !== 'not accepted') return first;
  const fresh = token === null ? ({ kind: 'refused' } as const) : await freshTokenOf(world, session, token);
  if (fresh.kind === 'unreachable') return fresh.reason;
  if (fresh.kind === 'refused') return null;
  const second = await sendLogout(world, session, fresh.accessToken);
  return second === 'not accepted' ? null : second;
}

/**
 * Sends Logout. AWS's response has no content, so a web page with status 200, that of a captive portal, would look like
 * success. Returns why it failed, or null.
 */
async function sendLogout(
  world: World,
  session: SsoSession,
  accessToken: string,
): Promise<string | 'not accepted' | null> {
  const { client, transport } = connect(world, session, timeouts.signOut);
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      if (!isResponseOfAws(result.response)) throw new SyntaxError('the response of Logout is not of AWS');
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  try {
    await retryPolicyIn(world).run(() => client.send(new LogoutCommand({ accessToken })));
    return null;
  } catch (error) {
    if (nameOf(error) === 'UnauthorizedException') return 'not accepted';
    return unreachableReason(error, transport, session.region) ?? messageOf(error);
  }
}

/** The portal's own limit (ListAccounts and ListAccountRoles, `maxResults`). */
const maxPageSize = 100;
/** Of one list: 100,000 accounts, or roles of one account. */
const maxPages = 1_000;
const maxConcurrent = 4;

interface PageRequest {
  readonly accessToken: string;
  readonly maxResults: number;
  readonly nextToken: string | undefined;
}

/** A client, and the record of its last HTTP exchange. */
interface Connection {
  readonly client: SSOClient;
  readonly transport: Transport;
}

/** An account as AWS tells it; null for one without an id. */
function asAccount(told: AccountInfo | null): PortalAccount | null {
  const id = asAccountId(told?.accountId);
  return id === null ? null : { id, name: asLabel(told?.accountName) ?? '', email: asLabel(told?.emailAddress) ?? '' };
}

function connect(world: World, session: SsoSession, timeout: number): Connection {
  // The retry policy makes the further attempts.
  const { config, transport } = setUpClient(world, session, { timeout, maxAttempts: 1 });
  return { client: new SSOClient(config), transport };
}

/** Whether a successful response has AWS's request id and is no web page; errors are judged elsewhere. */
function isResponseOfAws(response: unknown): boolean {
  if (!HttpResponse.isInstance(response) || response.statusCode >= 300) return true;
  const isPage = response.headers['content-type']?.startsWith('text/html') ?? false;
  return !isPage && Boolean(response.headers['x-amzn-requestid']);
}

function retryPolicyIn(world: World): RetryPolicy {
  return new RetryPolicy({
    now: () => world.now(),
    wait: (milliseconds) => world.wait(milliseconds),
    random: Math.random,
  });
}

/** Null for an error of AWS about one account, whose access was just taken away or which is closed; throws the others. */
function nullIfRefused(error: unknown): null {
  const cause = error instanceof AwspError ? error.cause : error;
  if (/^(Forbidden|ResourceNotFound|InvalidRequest)Exception$/.test(nameOf(cause))) return null;
  throw error;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
