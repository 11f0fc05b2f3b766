import { describeChange } from '../aws-config/changes.ts';
import { loadProfiles } from '../aws-config/load.ts';
import { displayPath } from '../aws-config/paths.ts';
import { templateFault } from '../aws-config/profile-name.ts';
import type { Context } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { globExpression } from '../lib/glob.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { shortened } from '../lib/text.ts';
import type { Message, Outcome } from '../outcome.ts';
import { Portal, type PortalAccount } from '../sso/portal.ts';
import { type SsoSession, sessionNamed } from '../sso/session.ts';
import { withImportedProfiles } from '../sso/sso-profile.ts';
import { say } from '../terminal/messages.ts';
import { withProgress } from '../terminal/progress.ts';
import { changeAsAgreed, configFile, nothingWritten, readConfig } from './config-change.ts';
import type { ImportOptions } from './creation-options.ts';
import { type Access, type Findings, type ImportChoices, type ImportPlan, planImport } from './import-plan.ts';
import { activeSession, findSession, offeredSessions, signInTo } from './login.ts';
import { likelyRegion, signInToPortal } from './portal-session.ts';
import { settingsMessages } from './query.ts';
import { defaultRegion, doubtRegion, outputFormat, readGiven } from './questions.ts';
import { askInOrder, type Wizard } from './wizard.ts';

/**
 * `awsp import`: creates a profile for each account and role of a portal that has none. Existing profiles stay as they are.
 * Nothing is written before all of the portal was read and the person has agreed to the diff.
 */
export function importProfiles(context: Context, options: ImportOptions): Promise<Outcome> {
  return askInOrder(context, (wizard) => importWith(wizard, options));
}

// --- internal ---

async function importWith(wizard: Wizard, options: ImportOptions): Promise<Outcome> {
  const { context } = wizard;
  const { world } = context;
  const path = configFile(world);
  const file = displayPath(path, world.home);
  const nameTemplate = readTemplate(context, options);
  const { region, output } = await readProperties(wizard, options);
  const session = await signedIn(wizard, options);
  const choices: ImportChoices = {
    nameTemplate,
    region: region ?? likelyRegion(context.profiles, session),
    output,
    prune: options.prune,
  };
  const findings = await wizard.step(() => readPortal(context, options, session));

  const planFor = (text: string | null) => planImport(loadProfiles(world, text ?? ''), session, findings, choices);
  let plan = planFor(readConfig(world, path));
  const change = (text: string | null) => {
    plan = planFor(text);
    return withImportedProfiles(text ?? '', session, plan);
  };
  const outcome = (done: Message, stdout = ''): Outcome => ({
    code: findings.refused.length > 0 ? exitCodes.failed : exitCodes.done,
    stdout,
    messages: [...settingsMessages(context), done, ...warnings(context, plan, findings.refused)],
  });
  const were = `${counted(plan.present.length, 'profile')} ${plan.present.length === 1 ? 'was' : 'were'} there already`;
  if (plan.add.length + plan.remove.length === 0)
    return outcome({ kind: 'done', text: `nothing to change in ${file}: ${were}` });
  if (options.dryRun) {
    const text = readConfig(world, path);
    const stdout = `${describeChange(text ?? '', change(text))}\n`;
    return outcome({ kind: 'note', text: `nothing was written: ${intention(plan)} in ${file}; ${were}` }, stdout);
  }
  const done = await wizard.step(() =>
    changeAsAgreed(world, path, change, {
      question: `${intention(plan)} in ${file}?`,
      byDefault: plan.remove.length === 0,
      yes: options.yes,
      refusal: 'nothing is written without a yes',
    }),
  );
  if (done === 'declined') return nothingWritten;
  return outcome({ kind: 'done', text: `${file}: ${result(plan) || 'nothing to change'}; ${were}` });
}

function readTemplate({ settings }: Context, { nameTemplate }: ImportOptions): string {
  if (nameTemplate === null) return settings.nameTemplate;
  const fault = templateFault(nameTemplate);
  if (fault !== null) throw new AwspError(exitCodes.usage, `"--name-template ${nameTemplate}": ${fault}`);
  return nameTemplate;
}

/** The portal, and how its profiles sign in: what the options say, else as `awsp login` chooses; with a person signed in. */
async function signedIn(wizard: Wizard, options: ImportOptions): Promise<SsoSession> {
  const { context } = wizard;
  const { world, profiles } = context;
  const known = offeredSessions(context);
  const named = options.session === null ? null : sessionNamed(profiles, options.session);
  const isNew = options.startUrl !== null || (known.length === 0 && named === null);
  const created = isNew ? await signInToPortal(wizard, options) : null;
  if (created !== null) return created;
  const details = known.map(({ session: { name, startUrl } }) =>
    name === null ? `--start-url ${quoteWord(startUrl)} --legacy` : `--session ${quoteWord(name)}`,
  );
  if (options.ssoRegion !== null)
    throw new AwspError(exitCodes.usage, '"--sso-region" is for a portal that "--start-url" gives');
  if (options.session !== null && named === null)
    throw new AwspError(exitCodes.noProfile, `there is no [sso-session ${options.session}]`, [
      'to create it: --start-url URL',
      ...details,
    ]);
  const active = named ?? activeSession(context);
  if (active === null && known.length > 1 && !world.terminal.interactive)
    throw new AwspError(exitCodes.noProfile, `there are ${known.length} sign-ins to import with; say which`, details);
  const found = active ?? (await wizard.step(() => findSession(context, [])));
  const session = options.legacy ? { ...found, key: found.startUrl, name: null } : found;
  await wizard.step(async () => say(world.terminal, await signInTo(context, session, options)));
  return session;
}

/** The properties of new profiles besides account and role; without `--region` the region follows from the portal. */
async function readProperties(
  wizard: Wizard,
  { region: given, forceRegion, output }: ImportOptions,
): Promise<{ readonly region: string | null; readonly output: string }> {
  const doubt = forceRegion ? {} : { validate: doubtRegion };
  const question = { ...defaultRegion, ...doubt, label: 'default region', given, fallback: null };
  return {
    region: given === null ? null : await wizard.ask(question),
    output: output === null ? 'json' : readGiven(outputFormat, output),
  };
}

interface PortalFindings extends Findings {
  /** The accounts whose roles AWS refuses to list. */
  readonly refused: readonly PortalAccount[];
}

/** The accounts and roles of the portal that the options match. */
function readPortal({ world }: Context, options: ImportOptions, session: SsoSession): Promise<PortalFindings> {
  const [isAccount, isRole] = [matcher(options.accounts), matcher(options.roles)];
  return withProgress(world, 'awsp: reading the roles in accounts', async (draw) => {
    const portal = new Portal(world, session);
    const all = await portal.accounts();
    const meant = all.filter(({ id, name }) => isAccount(id) || isAccount(name));
    if (all.length === 0 || (meant.length === 0 && !options.prune))
      throw nothingFound('account', options.accounts, all);
    const roles = await portal.rolesIn(
      meant.map(({ id }) => id),
      (done) => draw(done, meant.length),
    );
    const allAccesses = meant.flatMap(({ id, name }) =>
      (roles.get(id) ?? []).map((roleName): Access => ({ accountId: id, accountName: name, roleName })),
    );
    const accesses = allAccesses.filter(({ roleName }) => isRole(roleName));
    const refused = meant.filter(({ id }) => roles.get(id) === null);
    if (accesses.length === 0 && refused.length === 0 && !options.prune) {
      const names = [...new Set(allAccesses.map(({ roleName }) => roleName))];
      throw nothingFound(
        'role',
        options.roles,
        names.map((name) => ({ id: name, name: '' })),
      );
    }
    const untold = new Set(refused.map(({ id }) => id));
    const nameOf = new Map(all.map(({ id, name }) => [id, name]));
    // The name of an account that is gone is not known any more: a filter can match it only by its id.
    const covers = (id: string, roleName: string) =>
      !untold.has(id) && (isAccount(id) || isAccount(nameOf.get(id) ?? '')) && isRole(roleName);
    return { accesses, covers, refused };
  });
}

/** Whether a text matches one of the globs; without globs every text does. */
function matcher(globs: readonly string[]): (text: string) => boolean {
  const expressions = globs.map(globExpression);
  return (text) => expressions.length === 0 || expressions.some((expression) => expression.test(text));
}

function nothingFound(
  what: 'account' | 'role',
  globs: readonly string[],
  found: readonly { readonly id: string; readonly name: string }[],
): AwspError {
  const wanted = globs.length === 0 ? '' : ` "${globs.join(',')}"`;
  const lines = found.map(({ id, name }) => `${id} ${name}`.trimEnd());
  return new AwspError(exitCodes.failed, `the portal gives you no ${what}${wanted}`, shortened(lines, 20));
}

/** `add 12 profiles and remove 1 profile`. */
function intention(plan: ImportPlan): string {
  return listed(plan, (count, change) => `${change} ${count}`);
}

/** `12 profiles added and 1 profile removed`; empty for nothing. */
function result(plan: ImportPlan): string {
  return listed(plan, (count, change) => `${count} ${change === 'add' ? 'added' : 'removed'}`);
}

function listed({ add, remove }: ImportPlan, phrase: (count: string, change: 'add' | 'remove') => string): string {
  const changes = [[add.length, 'add'] as const, [remove.length, 'remove'] as const];
  return changes
    .filter(([count]) => count > 0)
    .map(([count, change]) => phrase(counted(count, 'profile'), change))
    .join(' and ');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function warnings({ world }: Context, { nameless, remove }: ImportPlan, refused: readonly PortalAccount[]): Message[] {
  const active = world.env.AWS_PROFILE ?? '';
  const messages: (Message | false)[] = [
    nameless.length > 0 && {
      kind: 'warning',
      text: `${counted(nameless.length, 'role')} got no profile, because another profile has that name; choose other names with --name-template`,
      details: nameless.map(({ name, accountId, roleName }) => `"${name}" for ${roleName} in ${accountId}`),
    },
    remove.includes(active) && {
      kind: 'warning',
      text: `"${active}", which is active in this shell, is removed; to leave it: awsp --unset`,
    },
    refused.length > 0 && {
      kind: 'error',
      text: `IAM Identity Center refuses to list your roles in ${counted(refused.length, 'account')}; their profiles stay as they are`,
      details: refused.map(({ id, name }) => `${id} ${name}`),
    },
  ];
  return messages.filter((message) => message !== false);
}
