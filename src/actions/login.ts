import { profileFault, remedyOf } from '../aws-config/fault.ts';
import { sessionProblems } from '../aws-config/kinds.ts';
import { displayPlace } from '../aws-config/paths.ts';
import { chain } from '../aws-config/profiles.ts';
import type { Profile, Section } from '../aws-config/types.ts';
import type { Context } from '../context.ts';
import { AwspError, Cancelled } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { forgetRole } from '../identity/role-cache.ts';
import { faultText, unusable } from '../identity/unusable.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { timeLeft } from '../lib/time.ts';
import type { Message, Outcome } from '../outcome.ts';
import { choose } from '../picker/choose.ts';
import { awsLoginNeeded } from '../sso/aws-login.ts';
import { browserCommand } from '../sso/browser.ts';
import { signIn } from '../sso/flow.ts';
import { isTokenAccepted } from '../sso/portal.ts';
import type { PortalPage } from '../sso/region.ts';
import { renewSignIn } from '../sso/renew.ts';
import { allSessions, portalNames, type SsoSession, sessionOf } from '../sso/session.ts';
import { signInOf, signInOfSession } from '../sso/sign-in-state.ts';
import { isTokenOf, readToken, removeLeftoverTokenFiles } from '../sso/token-cache.ts';
import type { World } from '../world.ts';
import { cachedRoles } from './cached-roles.ts';
import { ambiguous, noMatch, selectIn, settingsMessages } from './query.ts';
import { awsLoginsNeeded, signInFaults } from './sign-in-faults.ts';

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
    const found = await findSignIn(context, options.query);
    const message = found.session === null ? found.isOfAws : await signInTo(context, found.session, options);
    return { code: exitCodes.done, messages: [...settingsMessages(context), message, ...found.unusable] };
  }
  const sessions = allSessions(context.profiles).filter(({ users }) => users.length > 0);
  if (sessions.length === 0) throw noSessions(context);
  const messages: Message[] = [...signInFaults(context)];
  for (const { session } of sessions) messages.push(await signInTo(context, session, options).catch(asMessage));
  const isDone = messages.every(({ kind }) => kind === 'done');
  return { code: isDone ? exitCodes.done : exitCodes.failed, messages: [...settingsMessages(context), ...messages] };
}

/**
 * Signs in to a session: uses the sign-in that works already, else renews it with its refresh token, else the person signs in.
 * Throws `AwspError` when the sign-in fails, `Cancelled` on Ctrl-C.
 */
export async function signInTo(
  context: Context,
  session: SsoSession,
  { deviceCode, noBrowser, page }: SignInWay,
): Promise<Message> {
  const { world, settings } = context;
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
  // Another person may have signed in.
  for (const path of cachedRoles(context, [session])) forgetRole(world, path);
  return done(`signed in to ${place}`);
}

/** The sign-in that a query means: of a session by its name, else of the profiles that fit; the active profile's without one. */
export async function findSession(context: Context, query: readonly string[]): Promise<SsoSession> {
  const found = await findSignIn(context, query);
  if (found.session !== null) return found.session;
  throw new AwspError(exitCodes.usage, `${found.isOfAws.text}; awsp does not sign out of that`, [
    `sign out with: aws logout --profile ${quoteWord(found.profile)}`,
  ]);
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

/** What is signed in to, and what keeps the profile from being used all the same. */
type FoundSignIn =
  | { readonly session: SsoSession; readonly unusable: readonly Message[] }
  /** A profile of `aws login` that is signed in. */
  | {
      readonly session: null;
      readonly profile: string;
      readonly isOfAws: Message;
      readonly unusable: readonly Message[];
    };

async function findSignIn(context: Context, query: readonly string[]): Promise<FoundSignIn> {
  const { profiles } = context;
  if (query.length === 0) {
    const { AWS_PROFILE, AWS_DEFAULT_PROFILE } = context.world.env;
    const active = profiles.get(AWS_PROFILE || AWS_DEFAULT_PROFILE || '');
    const needsOther = active !== null && (sessionOfChain(context, active) !== null || !isSessionless(context, active));
    if (needsOther) return signInOfProfile(context, active);
    return { session: await chooseSession(context, offeredSessions(context)), unusable: [] };
  }
  const typed = query.join(' ').toLowerCase();
  const named = allSessions(profiles).filter(({ session }) =>
    [session.name, session.startUrl].some((name) => name?.toLowerCase() === typed),
  );
  if (named.length > 0) return { session: await chooseSession(context, named, query), unusable: [] };
  const incomplete = profiles.get(query.join(' ')) === null ? profiles.ssoSession(query.join(' ')) : null;
  if (incomplete !== null) throw incompleteSession(context, incomplete);
  const selection = await selectIn(context, query);
  if (selection.kind === 'none') throw noMatch(context, query);
  const names = selection.kind === 'one' ? [selection.name] : selection.names;
  const fitting = names.flatMap((name) => profiles.get(name) ?? []);
  const [only, ...others] = fitting;
  if (only === undefined) throw noMatch(context, names);
  if (others.length === 0) return signInOfProfile(context, only);
  const keys = new Set(fitting.flatMap((profile) => sessionOfChain(context, profile)?.key ?? []));
  const found = allSessions(profiles).filter(({ session }) => keys.has(session.key));
  if (found.length > 0) return { session: await chooseSession(context, found, query), unusable: [] };
  return signInOfProfile(context, only);
}

/** The sign-in of one profile. Throws where it needs none, and where nobody can sign in for it, with what is wrong. */
function signInOfProfile(context: Context, profile: Profile): FoundSignIn {
  const { world, profiles } = context;
  const fault = profileFault(profiles, profile, { env: world.env, now: world.now() });
  const session = sessionOfChain(context, profile);
  if (session !== null) {
    const rest: Message[] =
      fault === null
        ? []
        : [
            {
              kind: 'warning',
              text: `"${profile.name}" cannot be used: ${faultText(profile, fault, world.home)}`,
              details: [remedyOf(fault, world.home)],
            },
          ];
    return { session, unusable: rest };
  }
  if (fault !== null) throw unusable(profile, fault, world.home);
  const root = chain(profiles, profile.name).profiles.at(-1) ?? profile;
  if (root.kind !== 'login') throw new AwspError(exitCodes.usage, `"${profile.name}" needs no sign-in`);
  const { state, endsAt } = signInOf(world, root) ?? { state: 'none', endsAt: null };
  if (state === 'none' || state === 'expired') throw awsLoginNeeded(root, state);
  const howLong = endsAt === null ? '; it renews itself' : `, for ${timeLeft(endsAt - world.now())}`;
  const isOfAws: Message = { kind: 'done', text: `"${root.name}" is signed in by aws login${howLong}` };
  return { session: null, profile: root.name, isOfAws, unusable: [] };
}

/** Whether a profile is usable and has nothing to do with signing in. */
function isSessionless({ world, profiles }: Context, profile: Profile): boolean {
  const root = chain(profiles, profile.name).profiles.at(-1);
  return root?.kind !== 'login' && profileFault(profiles, profile, { env: world.env, now: world.now() }) === null;
}

function incompleteSession({ world }: Context, session: Section): AwspError {
  const [problem] = sessionProblems(session);
  const message = problem === undefined ? `[sso-session ${session.name}] is not complete` : problem.message;
  const place = problem === undefined ? '' : displayPlace(problem, world.home);
  return new AwspError(exitCodes.failed, `${message} (${place})`, [`correct it at ${place}`]);
}

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
  if (only === undefined) throw noSessions(context);
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

function noSessions(context: Context): AwspError {
  const [fault] = signInFaults(context);
  const [needed] = awsLoginsNeeded(context);
  if (fault !== undefined)
    return new AwspError(exitCodes.noProfile, fault.text, ['no other profile signs in to IAM Identity Center']);
  return (
    needed ??
    new AwspError(exitCodes.noProfile, 'no profile signs in to IAM Identity Center', ['create one with: awsp new'])
  );
}
