import type { ProfileSet } from '../aws-config/types.ts';
import type { Context } from '../context.ts';
import { Cancelled } from '../errors.ts';
import type { Message } from '../outcome.ts';
import { PortalNotFound } from '../sso/errors.ts';
import { isRegionConfirmed, lookUpPortal, type PortalPage, startUrlDoubt } from '../sso/region.ts';
import { allSessions, defaultScope, type SsoSession, sessionNamed } from '../sso/session.ts';
import { normalizeStartUrl, portalName, readStartUrl } from '../sso/start-url.ts';
import { waitFor } from '../terminal/interrupt.ts';
import { say } from '../terminal/messages.ts';
import type { Environment, World } from '../world.ts';
import { signInTo } from './login.ts';
import { doubtRegion, readWord, ssoRegion } from './questions.ts';
import type { Wizard } from './wizard.ts';

/** The portal and how to sign in to it; null is prompted for. */
export interface PortalAnswers {
  readonly startUrl: string | null;
  readonly ssoRegion: string | null;
  readonly forceRegion: boolean;
  readonly session: string | null;
  /** Profiles with their own start URL, without an `sso_session`. */
  readonly legacy: boolean;
  readonly deviceCode: boolean;
  readonly noBrowser: boolean;
  readonly yes: boolean;
  /** A person may type `aws login` in place of a start URL. */
  readonly offersAwsLogin?: boolean;
}

/**
 * The sign-in that new profiles are to use, one that exists or a new one, with a person signed in to it. If AWS refuses
 * the portal, the values that may be wrong are prompted for again on a terminal; the others stay. Throws `AwspError`,
 * `Cancelled`. Null when the person wants no portal, but `aws login`.
 */
export async function signInToPortal(wizard: Wizard, answers: PortalAnswers): Promise<SsoSession | null> {
  const { context } = wizard;
  const lookUp = await wizard.step(async () => rememberingPages(context.world));
  let kept = answers;
  let drafts: Drafts = { startUrl: null, ssoRegion: null };
  for (;;) {
    const chosen = await choosePortal(wizard, kept, drafts, lookUp);
    if (chosen === null) return null;
    const { session } = chosen;
    const doubt = await wizard.step(() => signInOrDoubt(context, chosen, answers));
    if (doubt === null) return session;
    kept = { ...kept, ...undoubted(session, doubt) };
    drafts = { startUrl: session.startUrl, ssoRegion: doubt.region ?? session.region };
  }
}

/** The default region that is likely for a new profile: that of another one of the portal, else the portal's own. */
export function likelyRegion(profiles: ProfileSet, session: SsoSession): string {
  const like = profiles.all().find((profile) => profile.ssoStartUrl === session.startUrl && profile.region !== null);
  return like?.region ?? session.region;
}

// --- internal ---

/** Values of the last attempt that may be wrong. */
interface Drafts {
  readonly startUrl: string | null;
  readonly ssoRegion: string | null;
}

interface Doubt {
  readonly message: Message;
  readonly isUrlInDoubt: boolean;
  /** What AWS says the region is. */
  readonly region: string | null;
}

/** A sign-in, and the start page of its portal. */
interface ChosenPortal {
  readonly session: SsoSession;
  readonly page: PortalPage;
}

/** Signs a person in. Returns null, or what may be wrong with the portal after it has said so; else throws what failed. */
async function signInOrDoubt(
  context: Context,
  { session, page }: ChosenPortal,
  answers: PortalAnswers,
): Promise<Doubt | null> {
  const { terminal } = context.world;
  try {
    say(terminal, await signInTo(context, session, { ...answers, page }));
    return null;
  } catch (error) {
    const doubt = doubtAfter(error, page, context.world, answers.yes);
    if (doubt === null) throw error;
    say(terminal, doubt.message);
    return doubt;
  }
}

/**
 * What may be wrong with the values after a sign-in that failed, or null. With a wrong region only the browser shows an error,
 * and the person stops the sign-in with Ctrl-C.
 */
function doubtAfter(error: unknown, page: PortalPage, { env, terminal }: World, yes: boolean): Doubt | null {
  if (!terminal.interactive || yes) return null;
  if (error instanceof PortalNotFound) {
    const { message: text, details, isUrlInDoubt, region } = error;
    return { message: { kind: 'error', text, details }, isUrlInDoubt, region };
  }
  if (!(error instanceof Cancelled) || isRegionConfirmed(page, env)) return null;
  const text = 'the sign-in was stopped; if the region was wrong, give another (Ctrl-C leaves)';
  return { message: { kind: 'note', text }, isUrlInDoubt: false, region: null };
}

/** The answers that stay after a sign-in that failed. */
function undoubted({ startUrl, name }: SsoSession, { isUrlInDoubt }: Doubt) {
  // A name that was made of a start URL is no better than that.
  const isNameInDoubt = isUrlInDoubt && name === portalName(startUrl);
  return {
    startUrl: isUrlInDoubt ? null : startUrl,
    ssoRegion: null,
    session: isNameInDoubt ? null : (name ?? noSession),
  };
}

type LookUp = (startUrl: string) => Promise<PortalPage>;

/** Typed for a profile without a session. */
const noSession = '-';

async function choosePortal(
  wizard: Wizard,
  answers: PortalAnswers,
  drafts: Drafts,
  lookUp: LookUp,
): Promise<ChosenPortal | null> {
  const { world, profiles } = wizard.context;
  const { terminal } = world;
  const { yes } = answers;
  const offersAwsLogin = answers.offersAwsLogin === true && terminal.interactive;
  const known = allSessions(profiles).map(({ session }) => session);
  // A session that AWS has refused is no answer.
  const isOffered = answers.startUrl === null && drafts.startUrl === null;
  const sessions = isOffered ? known.filter(({ name }) => name !== null) : [];
  const portal =
    sessions.find(({ name }) => name === answers.session) ??
    (await choosePortalOf(wizard, answers.startUrl, sessions, known, {
      drafts,
      yes,
      lookUp,
      offersAwsLogin,
      env: world.env,
    }));
  if (portal === awsLogin) return null;
  const startUrl = typeof portal === 'string' ? portal : (normalizeStartUrl(portal.startUrl) ?? portal.startUrl);
  const page = await wizard.step(() => lookUp(startUrl));
  if (typeof portal !== 'string' && fits(portal, answers)) return { session: portal, page };
  const sameUrl = known.filter((session) => normalizeStartUrl(session.startUrl) === startUrl);
  const region = await chooseRegion(wizard, answers, drafts, {
    startUrl,
    page,
    likely: sameUrl[0]?.region ?? known[0]?.region ?? null,
  });
  if (answers.legacy) return { session: newSession(null, startUrl, region), page };
  const same = sameUrl.find((session) => session.region === region && session.name !== null);
  const name = await wizard.ask({
    label: 'session name',
    option: '--session',
    wanted: 'a name of letters, digits, ".", "_" and "-"',
    given: answers.session,
    fallback: same?.name ?? freeName(profiles, startUrl, region),
    hint: `${noSession} for none`,
    yes,
    read: (typed) => (typed.trim() === noSession ? noSession : readWord(typed)),
    validate: async (value) => {
      const owner = otherOwner(profiles, value, startUrl, region);
      if (owner === null) return null;
      const text = `[sso-session ${value}] exists, for ${owner.startUrl} in ${owner.region}`;
      return { text, isFinal: true, instead: freeName(profiles, startUrl, region) };
    },
  });
  const session = name === noSession ? null : (sessionNamed(profiles, name) ?? newSession(name, startUrl, region));
  return { session: session ?? newSession(null, startUrl, region), page };
}

/** Typed for a profile that signs in to the console, without a portal. */
const awsLogin = 'aws login';

/** Whether a session is what the options want. */
function fits({ name, region }: SsoSession, { session, ssoRegion: wanted, legacy }: PortalAnswers): boolean {
  return !legacy && (session === null || session === name) && (wanted === null || wanted === region);
}

interface Asking {
  readonly drafts: Drafts;
  readonly yes: boolean;
  readonly lookUp: LookUp;
  readonly offersAwsLogin: boolean;
  readonly env: Environment;
}

/** The portal: one of the sessions that are offered, by its name, else a start URL. */
async function choosePortalOf(
  wizard: Wizard,
  given: string | null,
  sessions: readonly SsoSession[],
  known: readonly SsoSession[],
  { drafts, yes, lookUp, offersAwsLogin, env }: Asking,
): Promise<SsoSession | string> {
  const { terminal } = wizard.context.world;
  const [usual] = [...sessions, ...known];
  const named = (name: string) => sessions.find((session) => session.name === name);
  const hasSessions = sessions.length > 0;
  const chosen = await wizard.ask({
    label: hasSessions ? 'portal' : 'start URL',
    option: '--start-url',
    wanted: hasSessions ? `one of your sessions, nor a start URL ${anyStartUrl}` : `a start URL ${anyStartUrl}`,
    given,
    fallback: usual === undefined ? null : ((hasSessions ? usual.name : null) ?? normalizeStartUrl(usual.startUrl)),
    hint: [
      ...(hasSessions
        ? [inShort(sessions), 'a start URL']
        : [usual === undefined ? anyStartUrl : 'as in your profiles']),
      ...(offersAwsLogin ? [awsLogin] : []),
    ]
      .join(', ')
      .replace(/, (a start URL|aws login)$/, ' or $1'),
    draft: drafts.startUrl,
    yes,
    read: (typed) => {
      const name = named(typed.trim())?.name;
      if (name) return name;
      return offersAwsLogin && typed.trim().replace(/\s+/g, ' ') === awsLogin ? awsLogin : readStartUrl(typed);
    },
    validate: async (value) => {
      if (value === awsLogin || named(value) !== undefined) return null;
      const page = await lookUp(value);
      const text = startUrlDoubt(value, page, env);
      return text === null ? null : { text, isFinal: page.kind === 'missing' && !terminal.interactive };
    },
  });
  return named(chosen) ?? chosen;
}

/** The names of the first sessions. */
function inShort(sessions: readonly SsoSession[]): string {
  const shown = sessions.slice(0, maxShown).map(({ name }) => name);
  return [...shown, ...(sessions.length > maxShown ? ['…'] : [])].join(', ');
}

const maxShown = 4;

const anyStartUrl = 'such as https://<portal>.awsapps.com/start';

function newSession(name: string | null, startUrl: string, region: string): SsoSession {
  return { key: name ?? startUrl, name, startUrl, region, scopes: [defaultScope] };
}

/** Reads the start page of each portal once. */
function rememberingPages(world: World): LookUp {
  const pages = new Map<string, Promise<PortalPage>>();
  return async (startUrl) => {
    const page = pages.get(startUrl) ?? lookUpPortal(world, startUrl);
    pages.set(startUrl, page);
    return waitFor(world, page, 'looking up the portal …');
  };
}

/** The region of the portal, from its start page where that can be had; another one is replaced, and nothing else is lost. */
async function chooseRegion(
  wizard: Wizard,
  answers: PortalAnswers,
  drafts: Drafts,
  { startUrl, page, likely }: { readonly startUrl: string; readonly page: PortalPage; readonly likely: string | null },
): Promise<string> {
  const { terminal } = wizard.context.world;
  const found = page.kind === 'region' ? page.region : null;
  const conflict = (value: string) => `the portal ${startUrl} is in ${found}, not in ${value}`;
  const region = await wizard.ask({
    ...ssoRegion,
    label: 'SSO region',
    given: answers.ssoRegion,
    fallback: found ?? likely,
    hint: found === null ? hintWithoutPage(likely) : "from the portal's page",
    draft: found === null ? drafts.ssoRegion : null,
    yes: answers.yes,
    validate: async (value) => {
      if (found === null) return answers.forceRegion ? null : doubtRegion(value);
      if (value === found || answers.yes) return null;
      return { text: conflict(value), isFinal: !terminal.interactive, instead: found };
    },
  });
  if (found === null || found === region || !answers.yes) return region;
  await wizard.step(async () => say(terminal, { kind: 'warning', text: `${conflict(region)}; ${found} is used` }));
  return found;
}

function hintWithoutPage(likely: string | null): string {
  return likely === null ? 'the one that IAM Identity Center is in' : 'as in your profiles';
}

/** The session of this name, if it is for another portal. */
function otherOwner(profiles: ProfileSet, name: string, startUrl: string, region: string): SsoSession | null {
  const existing = sessionNamed(profiles, name);
  const isSame = existing?.region === region && normalizeStartUrl(existing.startUrl) === startUrl;
  return isSame ? null : existing;
}

/** A session name that no other portal uses: `barnehage`, `barnehage-2`. */
function freeName(profiles: ProfileSet, startUrl: string, region: string): string {
  const plain = portalName(startUrl);
  let name = plain;
  for (let count = 2; otherOwner(profiles, name, startUrl, region) !== null; count++) name = `${plain}-${count}`;
  return name;
}
