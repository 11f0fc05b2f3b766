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
import { timeLeft } from '../lib/time.ts';
import type { Message, Outcome } from '../outcome.ts';
import { choose } from '../picker/choose.ts';
import { type AwsLogin, allAwsLogins, awsLoginOfChain } from '../sso/aws-login.ts';
import { readAwsLogin } from '../sso/aws-login-cache.ts';
import { browserCommand } from '../sso/browser.ts';
import { signIn } from '../sso/flow.ts';
import { isTokenAccepted, learnAccountNames } from '../sso/portal.ts';
import type { PortalPage } from '../sso/region.ts';
import { renewSignIn } from '../sso/renew.ts';
import { allSessions, portalNames, type SsoSession, sessionOf } from '../sso/session.ts';
import { signInOfAws, signInOfSession } from '../sso/sign-in-state.ts';
import { isTokenOf, readToken, removeLeftoverTokenFiles } from '../sso/token-cache.ts';
import type { World } from '../world.ts';
import { cachedRoles } from './cached-roles.ts';
import { signInCell } from './profile-table.ts';
import { ambiguous, noMatch, selectIn, settingsMessages } from './query.ts';
import { signInFaults } from './sign-in-faults.ts';

export interface LoginOptions {
  readonly query: readonly string[];
  readonly deviceCode: boolean;
  readonly noBrowser: boolean;
  readonly all: boolean;
  /** Sign in anew, although the sign-in is valid or can be renewed. */
  readonly force: boolean;
}

interface SignInWay extends Pick<LoginOptions, 'deviceCode' | 'noBrowser'>, Partial<Pick<LoginOptions, 'force'>> {
  /** What the portal's start page says, if it was read. */
  readonly page?: PortalPage;
  /** Has the portal tell the names of the accounts, for a caller that does not list them. */
  readonly learnsNames?: boolean;
}

/** `awsp login [query]`: signs in for a profile, to a session by its name, or to all that need it. */
export async function login(context: Context, options: LoginOptions): Promise<Outcome> {
  if (!options.all) {
    const found = await findSignIn(context, options.query);
    const message = await signInToFound(context, found, options);
    return { code: exitCodes.done, messages: [...settingsMessages(context), message, ...found.unusable] };
  }
  const signIns = allSignIns(context).filter(({ users }) => users.length > 0);
  if (signIns.length === 0) throw noSessions(context);
  const messages: Message[] = [...signInFaults(context)];
  for (const signIn of signIns) messages.push(await signInToFound(context, signIn, options).catch(asMessage));
  const isDone = messages.every(({ kind }) => kind === 'done');
  return { code: isDone ? exitCodes.done : exitCodes.failed, messages: [...settingsMessages(context), ...messages] };
}

/**
 * Signs in to a session: uses the sign-in that works already, else renews it with its refresh token, else the person signs in;
 * with `force` the person does.
 * Throws `AwspError` when the sign-in fails, `Cancelled` on Ctrl-C.
 */
export async function signInTo(
  context: Context,
  session: SsoSession,
  { deviceCode, noBrowser, force = false, page, learnsNames = false }: SignInWay,
): Promise<Message> {
  const { world, settings, accounts } = context;
  const place = session.startUrl;
  // A sign-in with a refresh token has no known end: IAM Identity Center ends it.
  const done = (text: string, otherwise = '; it renews itself'): Message => {
    const { endsAt } = signInOfSession(world, session);
    const howLong = endsAt === null ? otherwise : `, for ${timeLeft(endsAt - world.now())}`;
    return { kind: 'done', text: `${text}${howLong}` };
  };
  const learnNames = async () => {
    if (!learnsNames) return;
    await learnAccountNames(world, session);
    accounts.renew();
  };
  await removeLeftoverTokenFiles(world);
  if (!force) {
    if (await lasts(world, session)) return done(`already signed in to ${place}`);
    const renewal = await renewSignIn(world, session);
    if (renewal.kind === 'unreachable') throw new AwspError(exitCodes.failed, renewal.reason);
    if (renewal.kind === 'renewed') {
      await learnNames();
      return done(`the sign-in to ${place} was renewed`, '');
    }
  }
  const browser = settings.signInBrowser;
  const isElsewhere = browserCommand(world, place, browser) === null;
  await signIn(world, session, { deviceCode: deviceCode || isElsewhere, openBrowser: !noBrowser, browser, page });
  // Another person may have signed in.
  for (const path of cachedRoles(context, [session])) forgetRole(world, path);
  await learnNames();
  return done(`signed in to ${place}`);
}

/**
 * Signs in to the console as `aws login` does: renews the sign-in with its refresh token, or else the person signs in. Throws
 * `AwspError` when the sign-in fails (exit code 5: another identity has signed in), `Cancelled` on Ctrl-C.
 */
export async function signInToConsole(
  { world, settings }: Pick<Context, 'world' | 'settings'>,
  login: AwsLogin,
  { deviceCode, noBrowser, force = false }: Omit<SignInWay, 'page'>,
): Promise<Message> {
  const done = (text: string): Message => ({ kind: 'done', text });
  const renewed = force ? null : await renewedLogin(world, login);
  if (renewed !== null) return done(`"${login.profile}" is signed in by aws login${renewed}`);
  const browser = settings.signInBrowser;
  const remote = deviceCode || (!noBrowser && browserCommand(world, login.arn, browser) === null);
  const { signInByAwsLogin } = await import('../sso/aws-login-flow.ts');
  await signInByAwsLogin(world, login, { remote, openBrowser: !noBrowser, browser });
  return done(`"${login.profile}" is signed in as ${login.arn}; the sign-in renews itself`);
}

/** The portal that a query means: of a session by its name, else of the profiles that fit; the active profile's without one. */
export async function findSession(context: Context, query: readonly string[]): Promise<SsoSession> {
  const found = await findSignIn(context, query, true);
  if (found.session !== null) return found.session;
  throw new AwspError(exitCodes.usage, `"${found.login.profile}" signs in by aws login, not to a portal`);
}

/** The portals to choose from. Without a terminal, those that no profile uses are left out if a profile uses another. */
export function offeredSessions(context: Context): readonly (Used & { readonly session: SsoSession })[] {
  const portals = allSignIns(context).filter((signIn) => signIn.session !== null);
  return offeredOf(context, portals);
}

/** The sign-in of the profile that is active in this shell; null where there is none. */
export function activeSession(context: Context): SsoSession | null {
  const { world, profiles } = context;
  return sessionOfChain(context, profiles.get(world.env.AWS_PROFILE || world.env.AWS_DEFAULT_PROFILE || ''));
}

// --- internal ---

/** What there is to say of a sign-in that was renewed, or that is good for a while; null where a person has to sign in. */
async function renewedLogin(world: World, login: AwsLogin): Promise<string | null> {
  const { renewAwsLogin } = await import('../sso/aws-login-renew.ts');
  // AWS's tools renew in the region of the profile: a sign-in in another one is of no use to them.
  const region = readAwsLogin(world, login)?.signInRegion ?? login.region;
  const renewal =
    region === login.region ? await renewAwsLogin(world, login) : ({ kind: 'refused', reason: '' } as const);
  if (renewal.kind === 'unreachable') throw new AwspError(exitCodes.failed, renewal.reason);
  if (renewal.kind === 'renewed') return '; the keys were renewed';
  const { state, endsAt } = signInOfAws(world, login);
  // A sign-in that nobody can renew, and which is good for a while.
  if (renewal.reason === null && state === 'valid' && endsAt !== null && endsAt - world.now() > minTimeLeft) {
    return `, for ${timeLeft(endsAt - world.now())}`;
  }
  return null;
}

/** A sign-in: to a portal, or to the console by `aws login`. */
type SignInTarget =
  | { readonly session: SsoSession; readonly login: null }
  | { readonly session: null; readonly login: AwsLogin };

/** With the names of the profiles that use it. */
type Used = SignInTarget & { readonly users: readonly string[] };

/** What is signed in to, and what keeps the profile from being used all the same. */
type FoundSignIn = SignInTarget & { readonly unusable: readonly Message[] };

function allSignIns({ world, profiles }: Context): readonly Used[] {
  const sessions = allSessions(profiles).map((found) => ({ ...found, login: null }));
  return [...sessions, ...allAwsLogins(world, profiles).map((found) => ({ ...found, session: null }))];
}

/** The sign-ins to choose from, by the same rule as `offeredSessions`. */
function offeredSignIns(context: Context): readonly Used[] {
  return offeredOf(context, allSignIns(context));
}

function offeredOf<Signed extends Used>({ world }: Context, all: readonly Signed[]): readonly Signed[] {
  const used = all.filter(({ users }) => users.length > 0);
  return world.terminal.interactive || used.length === 0 ? all : used;
}

function signInToFound(context: Context, target: SignInTarget, options: LoginOptions): Promise<Message> {
  return target.session === null
    ? signInToConsole(context, target.login, options)
    : signInTo(context, target.session, { ...options, learnsNames: true });
}

/** The names by which a sign-in can be asked for. */
function namesOf({ session, login }: SignInTarget): readonly string[] {
  return session === null ? [login.arn] : [session.name, session.startUrl].filter((name) => name !== null);
}

/** The sign-in that a query means: one by its name, else that of the profiles that fit; the active profile's without one. */
export async function findSignIn(
  context: Context,
  query: readonly string[],
  portalsOnly = false,
): Promise<FoundSignIn> {
  const { profiles } = context;
  if (query.length === 0) {
    const { AWS_PROFILE, AWS_DEFAULT_PROFILE } = context.world.env;
    const active = profiles.get(AWS_PROFILE || AWS_DEFAULT_PROFILE || '');
    const isOther = portalsOnly && awsLoginOfChain(context.world, profiles, active) !== null;
    const needsOther =
      active !== null && !isOther && (sessionOfChain(context, active) !== null || !isSessionless(context, active));
    if (needsOther) return signInOfProfile(context, active);
    return {
      ...(await chooseSignIn(context, portalsOnly ? offeredSessions(context) : offeredSignIns(context))),
      unusable: [],
    };
  }
  const typed = query.join(' ').toLowerCase();
  const all = allSignIns(context);
  const named = all.filter((signIn) => namesOf(signIn).some((name) => name.toLowerCase() === typed));
  if (named.length > 0) return { ...(await chooseSignIn(context, named, query)), unusable: [] };
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
  const arns = new Set(fitting.flatMap((profile) => awsLoginOfChain(context.world, profiles, profile)?.arn ?? []));
  const found = all.filter(({ session, login }) => (session === null ? arns.has(login.arn) : keys.has(session.key)));
  if (found.length > 0) return { ...(await chooseSignIn(context, found, query)), unusable: [] };
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
    return { session, login: null, unusable: rest };
  }
  if (fault !== null) throw unusable(profile, fault, world.home);
  const login = awsLoginOfChain(world, profiles, profile);
  if (login === null) throw new AwspError(exitCodes.usage, `"${profile.name}" needs no sign-in`);
  return { session: null, login, unusable: [] };
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

async function chooseSignIn<Signed extends Used>(
  context: Context,
  signIns: readonly Signed[],
  query: readonly string[] = [],
): Promise<Signed> {
  const [only, ...others] = signIns;
  if (only === undefined) throw noSessions(context);
  if (others.length === 0) return only;
  if (!context.world.terminal.interactive) throw severalSignIns(signIns, query);
  const portalOf = portalNames(context.profiles);
  return choose(context, {
    items: signIns,
    noun: 'sign-ins',
    describe: (shown) => ({
      titles: ['Session', 'Portal', 'Sign-in', 'Profiles'],
      rows: shown.map(({ session, login, users }) => [
        { text: session === null ? login.profile : (session.name ?? '') },
        { text: session === null ? login.arn : portalOf(session) },
        signInCell(
          (session === null ? signInOfAws(context.world, login) : signInOfSession(context.world, session)).state,
        ),
        { text: String(users.length) },
      ]),
      spare: ['Profiles'],
    }),
    texts: (signIn) => (signIn.session === null ? [signIn.login.arn, signIn.login.profile] : keysOf(signIn.session)),
  });
}

function keysOf({ key, startUrl }: SsoSession): readonly string[] {
  return [key, startUrl];
}

function severalSignIns(signIns: readonly Used[], query: readonly string[]): AwspError {
  const keys = signIns.map(({ session, login }) => (session === null ? login.arn : session.key));
  if (query.length > 0) return ambiguous(query, keys, 'sign-in');
  return new AwspError(exitCodes.noProfile, `there are ${keys.length} sign-ins; say which`, keys);
}

function noSessions(context: Context): AwspError {
  const [fault] = signInFaults(context);
  if (fault !== undefined)
    return new AwspError(exitCodes.noProfile, fault.text, ['no other profile signs in to IAM Identity Center']);
  return new AwspError(exitCodes.noProfile, 'no profile signs in to IAM Identity Center', [
    'create one with: awsp new',
  ]);
}
