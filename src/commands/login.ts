import { chain } from '../aws-config/profiles.ts';
import type { Profile } from '../aws-config/types.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Message, Outcome } from '../outcome.ts';
import { browserCommand } from '../sso/browser.ts';
import { refreshSignIn, signIn } from '../sso/flow.ts';
import { allSessions, type SsoSession, sessionOf } from '../sso/session.ts';
import { readSignIn, tokenPath } from '../sso/token-cache.ts';
import { choose } from '../terminal/choose.ts';
import { toIsoTime } from '../time.ts';
import type { World } from '../world.ts';
import { ambiguous, type Context, noMatch, selectIn, settingsMessages } from './context.ts';

export interface LoginOptions {
  readonly deviceCode: boolean;
  readonly noBrowser: boolean;
  readonly all: boolean;
}

/** `awsp login [query]`: signs in to the portal of a profile, of a session by its name, or of all that need it. */
export async function login(context: Context, query: readonly string[], options: LoginOptions): Promise<Outcome> {
  const sessions = options.all
    ? allSessions(context.profiles).map(({ session }) => session)
    : [await findSession(context, query)];
  if (sessions.length === 0) throw noSessions();
  const messages: Message[] = [];
  for (const session of sessions) messages.push(await signInTo(context.world, session, options));
  return { code: exitCodes.done, messages: [...settingsMessages(context), ...messages] };
}

/**
 * Makes a sign-in work: it may work already, or be renewed without asking; else a person signs in. Throws `AwspError` when
 * it does not work out, `Cancelled` never: Ctrl-C ends the program.
 */
export async function signInTo(
  world: World,
  session: SsoSession,
  options: Omit<LoginOptions, 'all'>,
): Promise<Message> {
  const place = session.startUrl;
  const { state, endsAt } = stateOf(world, session);
  if (state === 'valid' && (endsAt === null || endsAt - world.now() > fewLeft)) {
    return { kind: 'done', text: `signed in to ${place} already${until(endsAt)}` };
  }
  if (state === 'refreshable' && (await refreshSignIn(world, session))) {
    return { kind: 'done', text: `the sign-in to ${place} was renewed${until(stateOf(world, session).endsAt)}` };
  }
  const isElsewhere = browserCommand(world, place) === null;
  await signIn(world, session, { deviceCode: options.deviceCode || isElsewhere, openBrowser: !options.noBrowser });
  return { kind: 'done', text: `signed in to ${place}${until(stateOf(world, session).endsAt)}` };
}

/** The sign-in that a query means: of a session by its name, else of the profiles that fit; the active profile's without one. */
export async function findSession(context: Context, query: readonly string[]): Promise<SsoSession> {
  const { world, profiles } = context;
  const active = profiles.get(world.env.AWS_PROFILE || world.env.AWS_DEFAULT_PROFILE || '');
  if (query.length === 0)
    return (active && sessionOfChain(context, active)) ?? chooseSession(context, allSessions(profiles));
  const typed = query.join(' ').toLowerCase();
  const named = allSessions(profiles).filter(({ session }) =>
    [session.name, session.startUrl].some((name) => name?.toLowerCase() === typed),
  );
  if (named.length > 0) return chooseSession(context, named);
  const selection = await selectIn(context, query);
  if (selection.kind === 'none') throw noMatch(context, query);
  const names = selection.kind === 'one' ? [selection.name] : selection.names;
  const keys = new Set(names.flatMap((name) => sessionOfChain(context, profiles.get(name))?.key ?? []));
  const found = allSessions(profiles).filter(({ session }) => keys.has(session.key));
  if (found.length > 0) return chooseSession(context, found, query);
  throw new AwspError(exitCodes.usage, `"${names[0]}" needs no sign-in to IAM Identity Center`);
}

// --- internal ---

/** A sign-in that ends sooner is not worth keeping; the AWS CLI's own limit. */
const fewLeft = 15 * 60_000;

function stateOf(world: World, session: SsoSession) {
  return readSignIn(world, tokenPath(world, session.key) ?? '', session.name !== null);
}

function until(endsAt: number | null): string {
  return endsAt === null ? ', and renewed by itself' : ` until ${toIsoTime(endsAt)}`;
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
  if (!context.world.terminal.interactive)
    throw ambiguous(
      query,
      sessions.map(({ session }) => session.key),
    );
  const { session } = await choose(context, {
    items: sessions,
    describe: (shown) => ({
      titles: ['Session', 'Portal', 'Profiles'],
      rows: shown.map(({ session: { name, startUrl }, users }) => [
        { text: name ?? '' },
        { text: startUrl },
        { text: String(users.length) },
      ]),
      spare: [],
    }),
    texts: ({ session: { key, startUrl } }) => [key, startUrl],
  });
  return session;
}

function noSessions(): AwspError {
  return new AwspError(exitCodes.noProfile, 'no profile signs in to IAM Identity Center', [
    'create one with: awsp new',
  ]);
}
