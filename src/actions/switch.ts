import { isReadAlike } from '../audit/read-alike.ts';
import { profileFault } from '../aws-config/fault.ts';
import { displayPlace } from '../aws-config/paths.ts';
import type { Profile } from '../aws-config/types.ts';
import type { Grammar } from '../cli/command.ts';
import type { Context } from '../context.ts';
import { applyDelta, type EnvDelta, type Facts, type Note, switchDelta } from '../environment/delta.ts';
import { changesName, localeOf } from '../environment/locale.ts';
import { describeNotes } from '../environment/notes.ts';
import { type PromptText, promptText } from '../environment/prompt-text.ts';
import { type ShellName, shellCode, shells } from '../environment/shells.ts';
import { AwspError, SignInNeeded } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { isProductionInUse } from '../guard/active-profile.ts';
import { agentOf } from '../guard/agent.ts';
import { endAhead, standIn } from '../guard/limit.ts';
import { holdToAccount } from '../guard/pins.ts';
import { isReadOnlyRole } from '../guard/read-only.ts';
import type { Verification } from '../identity/types.ts';
import { unusable } from '../identity/unusable.ts';
import { doubtOf, verify } from '../identity/verify.ts';
import { hasControl, isPrintableAscii, listed, maxNameLength, printable } from '../lib/text.ts';
import { timeLeft } from '../lib/time.ts';
import type { Message, Outcome } from '../outcome.ts';
import { accountInWords, nameUntold } from '../selection/account-names.ts';
import { noteUse } from '../selection/order-of-use.ts';
import { type Level, mayBeProduction, type RiskSubject, riskReader } from '../selection/risk-level.ts';
import type { Environment } from '../world.ts';
import { ambiguous, noMatch, noProfiles, selectIn, settingsMessages } from './query.ts';
import { keepSeen, roleFact } from './seen-files.ts';
import type { SwitchOptions } from './switch-options.ts';

/**
 * `awsp <query>…`: switches to the profile that the query selects. `loadGrammar` loads the commands, of
 * which the first word may be one that was mistyped; null where it cannot be one.
 */
export async function switchByQuery(
  context: Context,
  query: readonly string[],
  options: SwitchOptions,
  shell: ShellName,
  loadGrammar: LoadGrammar | null = null,
): Promise<Outcome> {
  const { name, ...origin } = await resolveQuery(context, query, loadGrammar);
  return switchTo(context, name, options, shell, origin);
}

/** `awsp`: the person picks from all profiles; in a pinned directory its profile is offered first. */
export async function choose(context: Context, options: SwitchOptions, shell: ShellName): Promise<Outcome> {
  const { world, profiles } = context;
  if (profiles.names.length === 0) throw noProfiles(context);
  if (!world.terminal.interactive) {
    throw new AwspError(exitCodes.usage, 'no terminal to choose on', [
      'name a profile: awsp <query>',
      'awsp list shows them',
    ]);
  }
  const { pickHere } = await import('./pick-here.ts');
  return switchTo(context, await pickHere(context), options, shell);
}

/** `awsp -`: back to this shell's previous profile, with the rest of its time limit. */
export async function back(context: Context, options: SwitchOptions, shell: ShellName): Promise<Outcome> {
  const { env, now } = context.world;
  const previous = env.AWSP_PREVIOUS;
  if (!previous) throw new AwspError(exitCodes.noProfile, 'no previous profile in this shell');
  if (context.profiles.get(previous) === null) {
    const { code, message, details } = noMatch(context, [previous]);
    throw new AwspError(code, message, ['this shell was in it before', ...details]);
  }
  return switchTo(context, previous, options, shell, { until: endAhead(env.AWSP_PREVIOUS_UNTIL, now()) });
}

type LoadGrammar = () => Promise<Grammar>;

/** How the profile was selected. */
export interface SelectionOrigin {
  /** What was typed, if it only resembles the name. */
  readonly guessedFrom?: string | null;
  /** The end of a time limit that is still running, in seconds since 1970. */
  readonly until?: number | null;
}

/** Switches the shell to a profile: the guards first, then the verification, then the code for the shell. */
export async function switchTo(
  context: Context,
  name: string,
  options: SwitchOptions,
  shell: ShellName,
  origin: SelectionOrigin = {},
): Promise<Outcome> {
  refuseChanged(context.world.env, shell, name);
  const { delta, notes, before, confirmation, ended, after, remember } = await decideSwitch(
    context,
    name,
    options,
    origin,
  );
  return {
    code: exitCodes.done,
    stdout: shellCode(shells[shell], delta),
    messages: [...before, confirmation, ...ended, ...describeNotes(notes, shell), ...after],
    afterwards: () => remember('switch'),
  };
}

/** What using a profile comes to: it is verified, the guards have let it through, and nothing is changed yet. */
export interface Decision {
  readonly profile: Profile;
  readonly facts: Facts;
  /** What changes in the environment. */
  readonly delta: EnvDelta;
  readonly notes: readonly Note[];
  /** The messages before the confirmation. */
  readonly before: readonly Message[];
  readonly confirmation: Message;
  /** That the time limit of this shell is gone. */
  readonly ended: readonly Message[];
  /** The messages after the notes. */
  readonly after: readonly Message[];
  /** Records the use and the verification. May throw; what could not be kept is asked for again the next time. */
  remember(use: 'switch' | 'exec' | 'credentials' | 'console'): void;
}

/** What the guard knows of a profile besides its facts. */
interface GuardedCase {
  /** It only counts as production, because too little is known of it. */
  readonly isPossible?: boolean;
  /** AWS will tell its role. */
  readonly isRoleAwaited?: boolean;
  /** Its identity is that of a user, so what stands for the role is the user's name. */
  readonly isUser?: boolean;
}

/** What the profile is wanted for, in the words of a question and of a refusal. */
export interface Purpose {
  /** The shell or the command gets the facts, so that the prompt in it watches AWS's files. */
  readonly keepsFacts: boolean;
  /** Ends the question before production: "switch to it". */
  readonly question: string;
  /** What a person types for it, in front of the profile's name: `awsp`, `awsp exec`. */
  readonly command: string;
}

const switching: Purpose = { keepsFacts: true, question: 'switch to it', command: 'awsp' };

/**
 * Decides what using a profile comes to, for a switch and for whatever else acts as the profile: the guards first, then the
 * verification. Throws an `AwspError` where it may not be used.
 */
export async function decideSwitch(
  context: Context,
  name: string,
  options: SwitchOptions,
  { guessedFrom = null, until = null }: SelectionOrigin = {},
  purpose: Purpose = switching,
): Promise<Decision> {
  const { world, profiles, settings, accounts } = context;
  const agent = agentOf(world.env);
  const profile = profiles.get(name);
  if (profile === null) throw noMatch(context, [name]);
  refuseUnusable(name);
  await refuseTwoReadings(context, name);
  holdToAccount(profile, settings.pins, null);
  const lost = lostProfile(context, name);
  // What an agent sets in its environment may hide that an account is production.
  const own = agent === null ? null : (await import('./hold-agent.ts')).ownFiles(context);
  const sets = own === null || own.profiles === null ? [profiles] : [profiles, own.profiles];
  const namings = own === null ? [accounts] : [accounts, own.accounts];
  const views = sets.flatMap((set) => namings.map((names) => ({ set, names })));
  const readers = views.map(({ set, names }) => riskReader(set, settings, names));
  const levelOf = (subject: RiskSubject): Level =>
    readers.some((read) => read(subject) === 'production') ? 'production' : 'normal';
  let isAgreed = false;
  const scripts = isPrintableAscii(name) ? [] : await mixedScriptsOf(name);
  const expected = factsOf(profile, unasked);
  // Where the profile does not tell the role, AWS may.
  await guardProduction(expected, { isRoleAwaited: expected.roleName === null && options.verify !== 'never' });
  const env = applyDelta(world.env, switchDelta(world.env, expected).delta);
  const request = { world, settings, profiles, profile, env, always: options.verify === 'always' };
  const verification =
    options.verify === 'never' ? unasked : await signedIn(context, options.login, () => verify(request));
  const known = factsOf(profile, verification);
  // What AWS has not told may be production; where there is a guard, it counts as that.
  const isPossible =
    (settings.confirm !== 'off' || agent !== null) &&
    known.state === 'unverified' &&
    known.level === 'normal' &&
    views.some(({ set, names }) =>
      mayBeProduction({ name, accountId: known.accountId, roleName: known.roleName }, set, settings, names),
    );
  const found: Facts = isPossible ? { ...known, level: 'production' } : known;
  // Only AWS knows the account of some profiles, and that may be production.
  const isUser = verification.kind === 'verified' && !verification.identity.arn.includes(':assumed-role/');
  await guardProduction(found, { isPossible, isUser });
  const limited = { ...found, until: endOfLimit() };
  if (limited.until !== null) refuseStandIn(context);
  const facts = purpose.keepsFacts
    ? { ...limited, prompt: await promptOf(context, limited), ...keepSeen(context, limited, profile) }
    : limited;
  const { delta, notes } = switchDelta(world.env, facts);
  const region = regionUsed(facts, applyDelta(world.env, delta));
  const log = settings.logSwitches ? (await import('./log.ts')).logSwitch : null;
  return {
    profile,
    facts,
    delta,
    notes,
    before: [
      ...settingsMessages(context),
      ...scripts.map((text): Message => ({ kind: 'warning', text })),
      ...(options.region === null ? [] : (await import('../network/regions.ts')).unknownRegion(options.region)),
    ],
    confirmation: confirmationOf(facts, verification, { region, isPossible, now: world.now() }),
    ended: endedLimit(facts.until),
    after: [
      ...doubtOf(verification),
      ...(await warningsOfFiles()),
      ...(lost === null
        ? []
        : [{ kind: 'note', text: `"awsp -" will not go back to "${printable(lost)}", which is no profile` } as const]),
    ],
    remember: (use) => {
      try {
        log?.(world, use, name, facts.accountId);
        // A program that asks for credentials again and again says nothing of what a person wants next.
        if (use !== 'credentials') noteUse(world, name);
      } finally {
        if (verification.kind === 'verified') verification.remember();
      }
    },
  };

  /** Why the profile cannot be used, which a verification says; and what the tools make of it that awsp does not. */
  async function warningsOfFiles(): Promise<readonly Message[]> {
    if (profile === null) return [];
    const fault = options.verify === 'never' ? profileFault(profiles, profile, { env, now: world.now() }) : null;
    if (fault !== null) {
      const { message: text, details } = unusable(profile, fault, world.home);
      return [{ kind: 'warning', text, details }];
    }
    if (isReadAlike(profile, profiles, env)) return [];
    const { fileWarnings, misspeltNotes } = await import('../audit/warnings.ts');
    return [...fileWarnings(world, env, profile, profiles), ...misspeltNotes(world, profile, profiles)];
  }

  /** The limit of the option, else the one that is still running, else that of the settings. */
  function endOfLimit(): number | null {
    const byDefault = found.level === 'production' ? settings.productionLimit : null;
    const limit = options.limit ?? (until === null ? byDefault : null);
    const end = limit === null ? until : Math.floor((world.now() + limit) / 1_000);
    if (agent === null) return end;
    return Math.min(end ?? Number.POSITIVE_INFINITY, Math.floor((world.now() + settings.agentLimit) / 1_000));
  }

  /** Switching to the active profile again (say, to change its region) removes its time limit: the person is told. */
  function endedLimit(until: number | null): readonly Message[] {
    const { AWS_PROFILE, AWSP_PROFILE, AWSP_UNTIL } = world.env;
    const wasLimited = AWS_PROFILE === name && AWSP_PROFILE === name && endAhead(AWSP_UNTIL, world.now()) !== null;
    return wasLimited && until === null
      ? [{ kind: 'note', text: 'its time limit is gone; for another: --for 30m' }]
      : [];
  }

  /** Asks once for a switch. An agent, which nobody can ask, is held to what it may use. */
  async function guardProduction(
    { accountId, roleName, level }: Facts,
    { isPossible = false, isRoleAwaited = false, isUser = false }: GuardedCase,
  ): Promise<void> {
    const subject = { name, accountId, roleName };
    const isReadOnly = !isUser && isReadOnlyRole(roleName, settings.readOnlyRoles);
    if (agent !== null) {
      const { holdAgent } = await import('./hold-agent.ts');
      const risk = { level: isRoleAwaited ? 'normal' : level, isPossible, isReadOnly } as const;
      holdAgent(context, agent, subject, risk, purpose.command);
    }
    if (level !== 'production' || isAgreed) return;
    // What the environment says of itself is no proof where an agent writes it.
    if (agent === null && isProductionInUse(world, name, accountId)) return;
    const isFree = settings.readOnlyFree && isReadOnly;
    const notices = [...settingsMessages(context).map(({ text }) => text), ...scripts];
    const { confirmProduction } = await import('./confirm-production.ts');
    await confirmProduction(world.terminal, subject, {
      confirm: isFree ? 'off' : settings.confirm,
      yes: options.yes,
      guessedFrom,
      accountName: accounts.nameOf(accountId),
      isPossible,
      notices,
      purpose: purpose.question,
    });
    isAgreed = !isFree;
  }

  function factsOf(profile: Profile, verification: Verification): Facts {
    const identity = verification.kind === 'verified' ? verification.identity : null;
    const endsAt = verification.kind === 'verified' ? verification.signInEndsAt : null;
    const accountId = identity?.accountId ?? profile.accountId;
    const roleName = roleFact(profile, identity?.arn ?? null);
    return {
      profile: name,
      accountId,
      accountName: accounts.nameOf(accountId),
      roleName,
      state: verification.kind,
      level: levelOf({ name, accountId, roleName }),
      expiresAt: endsAt === null ? null : Math.floor(endsAt / 1_000),
      until: null,
      profileRegion: profile.region,
      region: options.region,
      isCurrentLost: lost !== null,
    };
  }
}

/** The profile that a query means. A person picks one of several. Throws an `AwspError` where there is none. */
export async function resolveQuery(
  context: Context,
  query: readonly string[],
  loadGrammar: LoadGrammar | null,
): Promise<SelectionOrigin & { readonly name: string }> {
  const selection = await selectIn(context, query);
  if (loadGrammar !== null && (selection.kind === 'none' || selection.by === 'fuzzy')) {
    const { commandMeantBy } = await import('./command-meant.ts');
    const line = await commandMeantBy(context, query, loadGrammar);
    if (line !== null) throw noMatch(context, query, line);
  }
  switch (selection.kind) {
    case 'one':
      return { name: selection.name, guessedFrom: selection.by === 'fuzzy' ? query.join(' ') : null };
    case 'none':
      throw noMatch(context, query);
    case 'ambiguous':
      if (!context.world.terminal.interactive) throw ambiguous(query, selection.names);
      return { name: await pickFrom(context, query) };
  }
}

/** Does what may need a sign-in. If it does, offers it and then does it again. */
export async function signedIn<T>(context: Context, login: SwitchOptions['login'], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SignInNeeded)) throw error;
    const { signInFirst } = await import('./sign-in-first.ts');
    await signInFirst(context, error, login);
    return work();
  }
}

// --- internal ---

/** What AWS_PROFILE was set to by hand, where that is no profile; else null. */
function lostProfile({ world, profiles }: Context, target: string): string | null {
  const { AWS_PROFILE: current, AWSP_PROFILE } = world.env;
  if (!current || current === AWSP_PROFILE || current === target) return null;
  return profiles.get(current) === null ? current : null;
}

async function pickFrom(context: Context, query: readonly string[]): Promise<string> {
  const { pick } = await import('./pick.ts');
  return pick(context, query);
}

const unasked: Verification = { kind: 'unverified', reason: null };

/**
 * A name that could break out of a line of code, or redraw a terminal, is never made active; nor is one with which the shell
 * could not start a command any more, or that is not UTF-8: two of those may look the same, and mean two accounts.
 */
function refuseUnusable(name: string): void {
  const isLong = name.length > maxNameLength;
  const isUtf8 = !name.includes('\uFFFD');
  if (!isLong && isUtf8 && !hasControl(name)) return;
  const [shown, fault] = isLong
    ? [`${name.slice(0, 60)}…`, `is longer than ${maxNameLength} characters`]
    : [name, isUtf8 ? 'has a control character' : 'is not UTF-8'];
  throw new AwspError(exitCodes.failed, `"${shown}" cannot be used: its name ${fault}`, [
    'rename the profile in the config file',
  ]);
}

/** The shell would have another profile than the one that was verified. */
function refuseChanged(env: Environment, shell: ShellName, name: string): void {
  const locale = localeOf(env);
  if (!changesName(shell, locale, name)) return;
  throw new AwspError(
    exitCodes.failed,
    `"${name}" cannot be used in ${shell} in the locale ${locale}, which changes it`,
    ['take a locale of UTF-8: set -gx LC_ALL C.UTF-8'],
  );
}

/** At the end of a limit bash puts a name into AWS_PROFILE that must not lead anywhere. */
function refuseStandIn({ profiles, world }: Context): void {
  const place = profiles.get(standIn)?.definedIn[0];
  if (place === undefined) return;
  throw new AwspError(
    exitCodes.refused,
    `no time limit while there is a profile "${standIn}", at ${displayPlace(place, world.home)}: a shell has that name in place of the profile when the time is over`,
    ['rename that profile in the file'],
  );
}

/** The warning for a name with letters of several scripts, one of which looks like those of another. */
async function mixedScriptsOf(name: string): Promise<readonly string[]> {
  const { mixedScripts } = await import('../selection/scripts.ts');
  const scripts = mixedScripts(name);
  return scripts === null ? [] : [`"${name}" mixes ${listed(scripts)} letters in one word, which may look alike`];
}

/** Where AWS's tools could come to another identity than the one that is verified, nothing is switched to. */
async function refuseTwoReadings({ world, profiles }: Context, name: string): Promise<void> {
  const isSuspect = profiles.problemsOf(name).some(({ id }) => id === 'repeated-section' || id === 'two-defaults');
  const found = isSuspect ? (await import('../audit/two-readings.ts')).twoReadings(profiles, name) : null;
  if (found === null) return;
  const [one, two] = found.places.map((place) => displayPlace(place, world.home));
  const [first, second] = found.headers;
  throw new AwspError(
    exitCodes.wrongAccount,
    `"${name}" is not the same for all tools: some read [${first}] at ${one}, others [${second}] at ${two}`,
    ['remove or rename one of the two sections', 'to see what else is wrong there: awsp doctor'],
  );
}

/** The text of the prompt for these facts. */
async function promptOf(
  { settings, profiles }: Context,
  { profile, accountId, accountName = null, roleName, profileRegion: region }: Facts,
): Promise<PromptText> {
  const aliases = [...settings.aliases].flatMap(([alias, name]) =>
    name === profile && profiles.get(alias) === null ? [alias] : [],
  );
  const alias = aliases.reduce<string | null>((best, one) => (best && best.length <= one.length ? best : one), null);
  const texts = [profile, alias, accountName, roleName, region, settings.promptFormat].filter((text) => text !== null);
  const measure = texts.every(isPrintableAscii) ? (text: string) => text.length : await measureOf(texts);
  const style = { format: settings.promptFormat, width: settings.promptWidth };
  return promptText({ profile, alias, accountId, accountName, roleName, region }, style, measure);
}

async function measureOf(texts: readonly string[]): Promise<(text: string) => number> {
  const { measureFor } = await import('../terminal/table.ts');
  return measureFor(texts);
}

/** The region that commands use after the switch, in words; null if there is none. */
function regionUsed({ region, profileRegion }: Facts, env: Environment): string | null {
  const variable = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  if (region !== null || !variable || variable === profileRegion) return region ?? profileRegion;
  return `${variable} as you set it`;
}

interface Circumstances {
  /** The region that commands use, in words. */
  readonly region: string | null;
  /** The profile only counts as production, because too little is known of it. */
  readonly isPossible: boolean;
  readonly now: number;
}

function confirmationOf(facts: Facts, verification: Verification, { region, isPossible, now }: Circumstances): Message {
  const { profile, accountId, accountName = null, roleName, level, until } = facts;
  const account = accountId === null ? 'account unknown' : accountInWords(accountId, nameUntold(accountName, profile));
  const time = until === null ? null : `for ${timeLeft(until * 1_000 - now)}`;
  const risk = level === 'production' ? `${isPossible ? 'may be ' : ''}PRODUCTION` : null;
  const words = [account, roleName, region, risk, time];
  const text = `${profile}: ${words.filter((word) => word !== null).join(', ')}`;
  if (verification.kind === 'verified') return { kind: level === 'production' ? 'warning' : 'done', text };
  const reason = verification.reason === null ? '' : `: ${verification.reason}`;
  return { kind: 'warning', text: `${text}, not verified${reason}` };
}
