import { isReadAlike } from '../audit/read-alike.ts';
import { fileWarnings } from '../audit/warnings.ts';
import { nameBy } from '../aws-config/profile-name.ts';
import type { Profile } from '../aws-config/types.ts';
import { type Context, loadContext } from '../context.ts';
import { applyDelta, unsetDelta } from '../environment/delta.ts';
import type { ShellName } from '../environment/shells.ts';
import { AwspError, Cancelled } from '../errors.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { roleNameOf } from '../identity/arn.ts';
import type { Verification } from '../identity/types.ts';
import { verify } from '../identity/verify.ts';
import type { Message, Outcome } from '../outcome.ts';
import { riskLevel } from '../selection/risk-level.ts';
import { withSsoProfile } from '../sso/sso-profile.ts';
import { portalName } from '../sso/start-url.ts';
import { confirm } from '../terminal/confirm.ts';
import { waitFor } from '../terminal/interrupt.ts';
import { say } from '../terminal/messages.ts';
import { stderrStyle } from '../terminal/table.ts';
import { configFile, nothingWritten } from './config-change.ts';
import type { NewOptions } from './creation-options.ts';
import { chooseAccess } from './new-access.ts';
import { signInToPortal } from './portal-session.ts';
import { profileName, writeUnderName } from './profile-in-file.ts';
import { noMatch, settingsMessages } from './query.ts';
import { defaultRegion, outputFormat, readGiven, ssoRegion } from './questions.ts';
import { propertyTable } from './show.ts';
import { switchTo } from './switch.ts';
import { plainSwitch, type SwitchOptions } from './switch-options.ts';
import { askInOrder, type Wizard } from './wizard.ts';

/**
 * `awsp new`: creates an SSO profile, or one of `aws login`. Each prompt has an option; what no option gives is prompted for
 * on a terminal. Nothing is written before the person has agreed to the diff. Then the profile is verified, shown, and offered.
 */
export async function createProfile(
  context: Context,
  options: NewOptions,
  shell: ShellName | null,
  switching: SwitchOptions = plainSwitch,
): Promise<Outcome> {
  const { world } = context;
  const { terminal } = world;
  for (const message of settingsMessages(context)) say(terminal, message);
  checkOptions(options);
  const path = configFile(world);
  const name = await askInOrder(context, (wizard) => writeProfile(wizard, options, path));
  return offerProfile(context, name, options, shell, switching);
}

/** Verifies a profile that has just been written, shows it, and offers the switch to it; null: it was not written. */
export async function offerProfile(
  { world, settings }: Context,
  name: string | null,
  { yes, dryRun }: Pick<NewOptions, 'yes' | 'dryRun'>,
  shell: ShellName | null,
  switching: SwitchOptions = plainSwitch,
): Promise<Outcome> {
  const { terminal } = world;
  if (name === null) return dryRun ? { ...nothingWritten, code: exitCodes.done } : nothingWritten;
  const after = { ...(await loadContext(world)), settings: { ...settings, problems: [] } };
  const profile = after.profiles.get(name);
  if (profile === null) throw noMatch(after, [name]);
  const code = await present(after, profile);
  if (code !== exitCodes.done || shell === null) return { code };
  const isProduction = riskLevel(profile, after.profiles, after.settings, after.accounts) === 'production';
  const question = `${isProduction ? 'it is production: ' : ''}switch to it now?`;
  if (!(await confirm(terminal, question, { assumeYes: yes, default: !isProduction }))) return { code };
  return switchTo(after, name, { ...switching, verify: 'auto', login: 'never', yes: yes || switching.yes }, shell);
}

// --- internal ---

/** Refuses invalid options before the sign-in. */
function checkOptions({ ssoRegion: portal, region, output, name }: NewOptions): void {
  if (portal !== null) readGiven(ssoRegion, portal);
  if (region !== null) readGiven(defaultRegion, region);
  if (output !== null) readGiven(outputFormat, output);
  if (name !== null) readGiven(profileName, name);
}

/** Asks for the profile, shows the diff and writes it. Returns the profile's name, or null when the person declines. */
async function writeProfile(wizard: Wizard, options: NewOptions, path: string): Promise<string | null> {
  const session = options.awsLogin ? null : await signInToPortal(wizard, { ...options, offersAwsLogin: true });
  if (session === null) {
    const { writeLoginProfile } = await import('./new-login.ts');
    return writeLoginProfile(wizard, options, path);
  }
  const { account, ...access } = await chooseAccess(wizard, options, session);
  const usual = nameBy(wizard.context.settings.nameTemplate, {
    account: account.name,
    accountId: account.id,
    role: access.roleName,
    session: session.name ?? portalName(session.startUrl),
  });
  return writeUnderName(wizard, options, path, {
    usual,
    write: (text, name) => withSsoProfile(text, session, { name, accountId: account.id, ...access }),
  });
}

/** Verifies the new profile and shows it. It stays in the file also when the verification fails. */
async function present(context: Context, profile: Profile): Promise<ExitCode> {
  const { world, settings, profiles } = context;
  const { terminal } = world;
  const env = applyDelta(world.env, unsetDelta(world.env).delta);
  const request = { world, settings, profiles, profile, env, always: true };
  const { code, message } = await waitFor(world, verify(request), null).then(asVerified, asNotVerified);
  say(terminal, message);
  // A switch that follows says it itself, after a while.
  if (!isReadAlike(profile, profiles, env)) {
    for (const warning of fileWarnings(world, env, profile, profiles)) say(terminal, warning);
  }
  terminal.write(`\n${await propertyTable(context, profile, stderrStyle(terminal))}\n`);
  return code;
}

interface Verdict {
  readonly code: ExitCode;
  readonly message: Message;
}

function asVerified(verification: Verification): Verdict {
  if (verification.kind === 'unverified') return notVerified(exitCodes.failed, verification.reason ?? '');
  try {
    verification.remember();
  } catch {
    // The switch verifies again.
  }
  const { accountId, arn } = verification.identity;
  const text = `AWS confirms it: account ${accountId}, ${roleNameOf(arn) ?? arn}`;
  return { code: exitCodes.done, message: { kind: 'done', text } };
}

function asNotVerified(error: unknown): Verdict {
  if (!(error instanceof AwspError) || error instanceof Cancelled) throw error;
  return notVerified(error.code, error.message, error.details);
}

function notVerified(code: ExitCode, reason: string, details: readonly string[] = []): Verdict {
  return { code, message: { kind: 'error', text: `not verified: ${reason}`, details } };
}
