import { audit, deviations } from '../audit/audit.ts';
import { describeDeviations, groupedByIdentity } from '../audit/describe.ts';
import { isReadAlike } from '../audit/read-alike.ts';
import { fileWarnings } from '../audit/warnings.ts';
import { profileFault } from '../aws-config/fault.ts';
import type { Profile } from '../aws-config/types.ts';
import type { Context } from '../context.ts';
import { endpointNotes, overridingVariables } from '../environment/delta.ts';
import { describeNotes } from '../environment/notes.ts';
import { callingShim, unsetCommand } from '../environment/shells.ts';
import { AwspError } from '../errors.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { areFactsOfHere } from '../guard/active-profile.ts';
import { endAhead } from '../guard/limit.ts';
import { roleNameOf } from '../identity/arn.ts';
import { unusable } from '../identity/unusable.ts';
import { doubtOf, signInEnd, verify } from '../identity/verify.ts';
import { toJsonText } from '../lib/text.ts';
import { fromIsoTime, timeLeft, toIsoTime } from '../lib/time.ts';
import type { Message, Outcome } from '../outcome.ts';
import { riskLevel } from '../selection/risk-level.ts';
import { type Cell, renderTable, stdoutStyle } from '../terminal/table.ts';
import type { Environment, World } from '../world.ts';
import { noMatch, settingsMessages } from './query.ts';
import { isAsSeen, recheckFacts } from './recheck-facts.ts';

export interface CurrentOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verify: boolean;
}

/**
 * `awsp current`: what commands in this shell use now. Keys in the environment beat the profile in most tools, so it is
 * their identity that is told then, and exit 5: the shell is not where its profile says. Exit 3 when nothing is active.
 * A failure that leaves nothing to tell (no such profile, sign-in needed, refused, wrong account) prints no JSON at all.
 * Tools that use another identity are always listed, after the table or below the error.
 */
export async function current(context: Context, options: CurrentOptions): Promise<Outcome> {
  if (options.quiet) return { code: await codeInSilence(context, options.verify) };
  const { report, code, messages } = await examine(context, options.verify).catch((error) => {
    throw error instanceof AwspError ? withOthers(context, error) : error;
  });
  const stdout = options.json ? toJsonText(report) : await toTable(context, report);
  return { code, stdout: report.state === 'none' && !options.json ? '' : stdout, messages };
}

// --- internal ---

/** The shape of `current --json`; stable, documented in docs/json.md. */
interface Report {
  readonly profile: string | null;
  readonly accountId: string | null;
  readonly accountName: string | null;
  readonly arn: string | null;
  readonly userId: string | null;
  readonly region: string | null;
  readonly state: 'verified' | 'unverified' | 'none';
  readonly expiresAt: string | null;
  readonly shadowedBy: readonly string[];
}

interface Examination {
  readonly report: Report;
  readonly code: ExitCode;
  readonly messages: readonly Message[];
}

/** Only the exit code: without messages, and without asking for an MFA code. */
async function codeInSilence(context: Context, ask: boolean): Promise<ExitCode> {
  const terminal = { ...context.world.terminal, interactive: false };
  try {
    return (await examine({ ...context, world: { ...context.world, terminal } }, ask)).code;
  } catch (error) {
    if (error instanceof AwspError) return error.code;
    throw error;
  }
}

async function examine(context: Context, ask: boolean): Promise<Examination> {
  const { env } = context.world;
  const name = env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE || null;
  const hasKeys = Boolean(env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY);
  if (name === null && !hasKeys) return nothingActive(context);
  const profile = name === null ? null : context.profiles.get(name);
  if (name !== null && profile === null) throw noMatch(context, [name]);
  const used = hasKeys ? null : profile;
  // Without AWS_PROFILE, AWS_DEFAULT_PROFILE is what names the profile, and does not shadow it.
  const shadowedBy = overridingVariables(name === null ? env : { ...env, AWS_PROFILE: name });
  const { report, reason, doubts } = ask
    ? await identify(context, used)
    : { report: factsOfSwitch(context, used), reason: null, doubts: [] };
  const { accountId, arn, userId, state } = report;
  return {
    report: {
      profile: name,
      accountId,
      accountName: context.accounts.nameOf(accountId),
      arn,
      userId,
      region: env.AWS_REGION || env.AWS_DEFAULT_REGION || profile?.region || null,
      state,
      expiresAt: used === null ? null : toIsoTime(signInEnd(context.world, context.profiles, used)),
      shadowedBy,
    },
    code: codeOf(name !== null && shadowedBy.length > 0, ask && state === 'unverified'),
    messages: [
      ...settingsMessages(context),
      ...shadowMessages(env, name, shadowedBy),
      ...describeNotes(endpointNotes(env), callingShim(env)?.shell ?? 'bash'),
      ...unreachableMessages(reason),
      ...doubts,
      ...factMessages(context, used, report),
      ...(used === null ? [] : aboutFiles(context, used, ask)),
    ],
  };
}

/** An identity that AWS has told has an ARN. That of keys in the environment says nothing of the profile. */
function factMessages(context: Context, used: Profile | null, report: IdentityReport): readonly Message[] {
  return used === null ? [] : recheckFacts(context, report.arn === null ? null : report);
}

/** What a verification would say of the profile, where there is none, and what the tools make of it that awsp does not. */
function aboutFiles({ world, profiles }: Context, profile: Profile, isVerified: boolean): readonly Message[] {
  const { env, now, home } = world;
  const fault = isVerified ? null : profileFault(profiles, profile, { env, now: now() });
  if (fault !== null) {
    const { message: text, details } = unusable(profile, fault, home);
    return [{ kind: 'warning', text, details }];
  }
  return isReadAlike(profile, profiles, env) ? [] : fileWarnings(world, env, profile, profiles);
}

function codeOf(isShadowed: boolean, isUnreachable: boolean): ExitCode {
  if (isShadowed) return exitCodes.wrongAccount;
  return isUnreachable ? exitCodes.failed : exitCodes.done;
}

function nothingActive(context: Context): Examination {
  const { env } = context.world;
  return {
    report: {
      profile: null,
      accountId: null,
      accountName: null,
      arn: null,
      userId: null,
      region: env.AWS_REGION || env.AWS_DEFAULT_REGION || null,
      state: 'none',
      expiresAt: null,
      shadowedBy: overridingVariables(env),
    },
    code: exitCodes.noProfile,
    messages: [
      ...settingsMessages(context),
      { kind: 'note', text: 'no profile is active in this shell', details: others(context) },
    ],
  };
}

/** The identities that tools use without a profile, or with one that fails. */
function others({ world, profiles }: Context): readonly string[] {
  const found = audit(world.env, profiles, world.now());
  const others = deviations(found).filter(({ identity }) => identity.kind !== 'none' && identity.kind !== 'error');
  return groupedByIdentity(others).map(({ uses, tools }) => `${uses} is used all the same by ${tools.join(', ')}`);
}

function withOthers(context: Context, { code, message, details, cause }: AwspError): AwspError {
  return new AwspError(code, message, [...details, ...others(context)], cause);
}

type IdentityReport = Pick<Report, 'accountId' | 'arn' | 'userId' | 'state'>;

/** The identity that AWS returns for the profile, or without a profile for the keys in the environment. */
async function identify(
  context: Context,
  profile: Profile | null,
): Promise<{ report: IdentityReport; reason: string | null; doubts: readonly Message[] }> {
  const { world, settings, profiles } = context;
  const request = { world, settings, profiles, env: world.env, always: true };
  const ofKeys = async () => (await import('../identity/call-sts.ts')).verifyKeys(request);
  const verification = profile === null ? await ofKeys() : await verify({ ...request, profile });
  const doubts = doubtOf(verification);
  return verification.kind === 'verified'
    ? { report: { ...verification.identity, state: verification.kind }, reason: null, doubts }
    : { report: { ...unknown, accountId: profile?.accountId ?? null }, reason: verification.reason, doubts };
}

const unknown: IdentityReport = { accountId: null, arn: null, userId: null, state: 'unverified' };

/** Without AWS: the facts that the switch left in this shell, if profile, files and account are still the same. */
function factsOfSwitch(context: Context, profile: Profile | null): IdentityReport {
  const { env } = context.world;
  if (profile === null) return unknown;
  const { name, accountId } = profile;
  const isAnother = accountId !== null && env.AWSP_ACCOUNT_ID !== accountId;
  if (env.AWSP_PROFILE !== name || !areFactsOfHere(context.world) || isAnother) return { ...unknown, accountId };
  const state = env.AWSP_STATE === 'verified' && isAsSeen(context, profile) ? 'verified' : 'unverified';
  return { ...unknown, accountId: env.AWSP_ACCOUNT_ID ?? accountId, state };
}

function shadowMessages(env: Environment, name: string | null, shadowedBy: readonly string[]): readonly Message[] {
  if (shadowedBy.length === 0 || name === null) return [];
  const them = shadowedBy.length === 1 ? 'it' : 'them';
  const text = `${shadowedBy.join(', ')} set: many tools obey ${them} rather than "${name}"`;
  return [
    {
      kind: 'warning',
      text,
      details: [`to be rid of ${them}: ${unsetCommand(shadowedBy, callingShim(env)?.shell)}`],
    },
  ];
}

function unreachableMessages(reason: string | null): readonly Message[] {
  return reason === null ? [] : [{ kind: 'error', text: `not verified: ${reason}` }];
}

async function toTable(context: Context, report: Report): Promise<string> {
  const { world, profiles, settings, accounts } = context;
  const profile = report.profile === null ? null : profiles.get(report.profile);
  const role = report.arn === null ? null : roleNameOf(report.arn);
  const subject = {
    name: report.profile ?? '',
    accountId: report.accountId,
    roleName: role ?? profile?.roleName ?? null,
  };
  const isProduction = riskLevel(subject, profiles, settings, accounts) === 'production';
  const rows = [
    ['profile', report.profile],
    ['account', report.accountId],
    ['account name', report.accountName],
    ['role', role],
    ['level', isProduction ? 'production' : null],
    ['arn', report.arn],
    ['region', report.region],
    ['state', report.state],
    ['sign in again', endOfSignIn(report.expiresAt, world.now())],
    ['time limit', timeLimit(world, report.profile)],
  ];
  const isRed = (name: string) => isProduction && ['profile', 'account', 'account name', 'level'].includes(name);
  const shown = rows.flatMap(([name, value]): Cell[][] =>
    name && value ? [[{ text: name }, { text: value, ...(isRed(name) ? { style: 'red' } : {}) }]] : [],
  );
  // An ARN is there to be copied, so it is never shortened.
  const style = { ...stdoutStyle(world.terminal), width: Number.POSITIVE_INFINITY };
  const table = await renderTable(['Name', 'Value'], shown, style);
  return `${table}${await deviationTable(context, report)}`;
}

/** When a person has to sign in again, `in 7h 40m`; null where nothing tells. */
function endOfSignIn(expiresAt: string | null, now: number): string | null {
  if (expiresAt === null) return null;
  const left = timeLeft(fromIsoTime(expiresAt) - now);
  return left === 'over' ? left : `in ${left}`;
}

/** What is left of the time after which this shell drops the profile; null where it has no such limit. */
function timeLimit({ env, now }: World, profile: string | null): string | null {
  const end = env.AWSP_PROFILE === profile ? endAhead(env.AWSP_UNTIL, now()) : null;
  return end === null ? null : `${timeLeft(end * 1_000 - now())} left`;
}

/** The tools that use something else than the table above shows; empty if there are none. */
async function deviationTable({ world, profiles }: Context, { region }: Report): Promise<string> {
  const rows = describeDeviations(audit(world.env, profiles, world.now()), region).map(
    ({ tool, uses, region, because }) => [tool, uses, region, because].map((text) => ({ text })),
  );
  if (rows.length === 0) return '';
  return `\n${await renderTable(['Differing tool', 'Uses', 'Region', 'Because'], rows, stdoutStyle(world.terminal))}`;
}
