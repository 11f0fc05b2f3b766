import { chain } from '../aws-config/profiles.ts';
import type { Profile } from '../aws-config/types.ts';
import type { Context } from '../context.ts';
import { AwspError, Cancelled } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { timeLeft } from '../lib/time.ts';
import type { Message, Outcome } from '../outcome.ts';
import { choose } from '../picker/choose.ts';
import { browserCommand } from '../sso/browser.ts';
import { signIn } from '../sso/flow.ts';
import { isTokenAccepted } from '../sso/portal.ts';
import type { PortalPage } from '../sso/region.ts';
import { renewSignIn } from '../sso/renew.ts';
import { allSessions, portalNames, type SsoSession, sessionOf } from '../sso/session.ts';
import { signInOfSession } from '../sso/sign-in-state.ts';
import { isTokenOf, readToken, removeLeftoverTokenFiles } from '../sso/token-cache.ts';
import type { World } from '../world.ts';
import { ambiguous, noMatch, selectIn, settingsMessages } from './query.ts';

export interface LoginOptions {
  readonly query: readonly string[];
  readonly deviceCode: boolean;
  readonly noBrowser: boolean;
  readonly all: boolean;
}

interface SignInWay extends Pick<LoginOptions, 'deviceCode' | 'noBrowser'> {
  /** What the portal's start page says, if it was read. */
  readonly page?: PortalPage;
}

/** `awsp login [query]`: signs in to the portal of a profile, of a session by its name, or of all that need it. */
export async function login(context: Context, options: LoginOptions): Promise<Outcome> {
  if (!options.all) {
    const message = await signInTo(context, await findSession(context, options.query), options);
    return { code: exitCodes.done, messages: [...settingsMessages(context), message] };
  }
  const sessions = allSessions(context.profiles).filter(({ users }) => users.length > 0);
  if (sessions.length === 0) throw noSessions();
  const messages: Message[] = [];
  for (const { session } of sessions) messages.push(await signInTo(context, session, options).catch(asMessage));
  const isDone = messages.every(({ kind }) => kind === 'done');
  return { code: isDone ? exitCodes.done : exitCodes.failed, messages: [...settingsMessages(context), ...messages] };
}

/**
 * Signs in to a session: uses the sign-in that works already, else renews it with its refresh token, else the person signs in.
 * Throws `AwspError` when the sign-in fails, `Cancelled` on Ctrl-C.
 */
export async function signInTo(
  { world, settings }: Pick<Context, 'world' | 'settings'>,
  session: SsoSession,
  { deviceCode, noBrowser, page }: SignInWay,
): Promise<Message> {
  const place = session.startUrl;
  // A sign-in with a refresh token has no known end: IAM Identity Center ends it.
  const done = (text: string, otherwise = '; it renews itself'): Message => {
    const { endsAt } = signInOfSession(world, session);
    const howLong = endsAt === null ? otherwise : `, for ${timeLeft(endsAt - world.now())}`;
    return { kind: 'done', text: `${text}${howLong}` };
  };
  await removeLeftoverTokenFiles(world);
  if (await lasts(world, session)) return done(`already signed in to ${place}`);
  const renewal = await renewSignIn(world, session);
  if (renewal.kind === 'unreachable') throw new AwspError(exitCodes.failed, renewal.reason);
  if (renewal.kind === 'renewed') return done(`the sign-in to ${place} was renewed`, '');
  const browser = settings.signInBrowser;
  const isElsewhere = browserCommand(world, place, browser) === null;
  await signIn(world, session, { deviceCode: deviceCode || isElsewhere, openBrowser: !noBrowser, browser, page });
  return done(`signed in to ${place}`);
}

/** The sign-in that a query means: of a session by its name, else of the profiles that fit; the active profile's without one. */
export async function findSession(context: Context, query: readonly string[]): Promise<SsoSession> {
  const { profiles } = context;
  if (query.length === 0) return activeSession(context) ?? chooseSession(context, offeredSessions(context));
  const typed = query.join(' ').toLowerCase();
  const named = allSessions(profiles).filter(({ session }) =>
    [session.name, session.startUrl].some((name) => name?.toLowerCase() === typed),
  );
  if (named.length > 0) return chooseSession(context, named, query);
  const selection = await selectIn(context, query);
  if (selection.kind === 'none') throw noMatch(context, query);
  const names = selection.kind === 'one' ? [selection.name] : selection.names;
  const keys = new Set(names.flatMap((name) => sessionOfChain(context, profiles.get(name))?.key ?? []));
  const found = allSessions(profiles).filter(({ session }) => keys.has(session.key));
  if (found.length > 0) return chooseSession(context, found, query);
  throw new AwspError(exitCodes.usage, `"${names[0]}" needs no sign-in to IAM Identity Center`);
}

/** The sign-ins to choose from. Without a terminal, those that no profile uses are left out if a profile uses another. */
export function offeredSessions({ world, profiles }: Context): readonly Used[] {
  const all = allSessions(profiles);
  const used = all.filter(({ users }) => users.length > 0);
  return world.terminal.interactive || used.length === 0 ? all : used;
}

/** The sign-in of the profile that is active in this shell; null where there is none. */
export function activeSession(context: Context): SsoSession | null {
  const { world, profiles } = context;
  return sessionOfChain(context, profiles.get(world.env.AWS_PROFILE || world.env.AWS_DEFAULT_PROFILE || ''));
}

// --- internal ---

/** The message for a sign-in that failed: with `--all` the others go on. Ctrl-C stops all of them. */
function asMessage(error: unknown): Message {
  if (!(error instanceof AwspError) || error instanceof Cancelled) throw error;
  return { kind: 'error', text: error.message, details: error.details };
}

/** A sign-in that ends sooner is replaced; the AWS CLI has the same limit. */
const minTimeLeft = 15 * 60_000;

/** Whether AWS accepts a sign-in, for long enough; AWS may have ended it early. */
async function lasts(world: World, session: SsoSession): Promise<boolean> {
  const { state, endsAt } = signInOfSession(world, session);
  const token = readToken(world, session.key);
  if (state !== 'valid' || token === null || !isTokenOf(token, session)) return false;
  return (endsAt === null || endsAt - world.now() > minTimeLeft) && isTokenAccepted(world, session, token);
}

function sessionOfChain({ profiles }: Context, profile: Profile | null): SsoSession | null {
  const root = profile === null ? undefined : chain(profiles, profile.name).profiles.at(-1);
  return root === undefined ? null : sessionOf(profiles, root);
}

type Used = ReturnType<typeof allSessions>[number];

async function chooseSession(
  context: Context,
  sessions: readonly Used[],
  query: readonly string[] = [],
): Promise<SsoSession> {
  const [only, ...others] = sessions;
  if (only === undefined) throw noSessions();
  if (others.length === 0) return only.session;
  if (!context.world.terminal.interactive) throw severalSignIns(sessions, query);
  const portalOf = portalNames(context.profiles);
  const { session } = await choose(context, {
    items: sessions,
    describe: (shown) => ({
      titles: ['Session', 'Portal', 'Profiles'],
      rows: shown.map(({ session, users }) => [
        { text: session.name ?? '' },
        { text: portalOf(session) },
        { text: String(users.length) },
      ]),
      spare: [],
    }),
    texts: ({ session: { key, startUrl } }) => [key, startUrl],
  });
  return session;
}

function severalSignIns(sessions: readonly Used[], query: readonly string[]): AwspError {
  const keys = sessions.map(({ session }) => session.key);
  if (query.length > 0) return ambiguous(query, keys, 'sign-in');
  return new AwspError(exitCodes.noProfile, `there are ${keys.length} sign-ins; say which`, keys);
}

function noSessions(): AwspError {
  return new AwspError(exitCodes.noProfile, 'no profile signs in to IAM Identity Center', [
    'create one with: awsp new',
  ]);
}
