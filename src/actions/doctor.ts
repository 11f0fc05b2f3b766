import type { Audit } from '../audit/audit.ts';
import { identityWords } from '../audit/describe.ts';
import { type Context, loadContext } from '../context.ts';
import { type Diagnosis, diagnose } from '../doctor/checks.ts';
import { awsCliVersion, gatherEvidence } from '../doctor/evidence.ts';
import { applyRepairs, describeRepair, planRepairs, type Repair } from '../doctor/fixes.ts';
import { countsOf, renderReport } from '../doctor/report.ts';
import type { Evidence } from '../doctor/types.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { toJsonText } from '../lib/text.ts';
import type { Outcome } from '../outcome.ts';
import { confirm } from '../terminal/confirm.ts';
import { say } from '../terminal/messages.ts';
import { renderTable, stdoutStyle } from '../terminal/table.ts';
import { wrapped } from '../terminal/wrap.ts';
import type { World } from '../world.ts';
import { changedMeanwhile } from './config-change.ts';

export interface DoctorOptions {
  readonly json: boolean;
  /** Do what is safe. */
  readonly fix: boolean;
  /** Without asking. */
  readonly yes: boolean;
}

/**
 * `awsp doctor`: what is wrong with this shell, its start files, AWS's files and awsp, and what each tool would use. Exit 0
 * only when nothing is wrong; a note is nothing wrong. `--fix` first does what is safe, shown and agreed to.
 */
export async function doctor(context: Context, options: DoctorOptions): Promise<Outcome> {
  const awsCli = await awsCliVersion(context);
  const first = await examine(context, awsCli);
  const repairs = options.fix ? planRepairs(context.world, first.diagnoses) : [];
  if (repairs.length > 0) await repair(context.world, repairs, options.yes);
  const { evidence, diagnoses } = repairs.length > 0 ? await examine(await loadContext(context.world), awsCli) : first;
  const isHealthy = diagnoses.every(({ severity }) => severity === 'note');
  const code = isHealthy ? exitCodes.done : exitCodes.failed;
  if (options.json) return { code, stdout: toJsonText(toJson(evidence, diagnoses, isHealthy)) };
  const { terminal, home } = context.world;
  const width = terminal.stdoutIsTerminal ? terminal.columns : 100;
  const report = renderReport(diagnoses, { colour: terminal.colour.stdout, width, home });
  const tools = await toolTable(context.world, evidence.audit);
  const text = summary(diagnoses, isHealthy, options.fix);
  const parts = [report, tools].filter((part) => part !== '');
  // Below what it sums up: messages are printed before stdout is.
  if (parts.length > 0) return { code, stdout: [...parts, `${wrapped(text, width).join('\n')}\n`].join('\n') };
  return { code, messages: [{ kind: 'done', text }] };
}

// --- internal ---

async function examine(
  context: Context,
  awsCli: string | null,
): Promise<{ readonly evidence: Evidence; readonly diagnoses: readonly Diagnosis[] }> {
  const evidence = await gatherEvidence(context, awsCli);
  return { evidence, diagnoses: diagnose(evidence) };
}

async function repair(world: World, repairs: readonly Repair[], yes: boolean): Promise<void> {
  await agreeTo(world, repairs.map((each) => describeRepair(each, each.shown, world.home)).join(''), yes);
  await applyRepairs(world, repairs, async (each, shown) => {
    say(world.terminal, changedMeanwhile(each.path, world.home));
    await agreeTo(world, describeRepair(each, shown, world.home), yes);
  });
}

async function agreeTo(world: World, changes: string, yes: boolean): Promise<void> {
  world.terminal.write(changes);
  if (!yes && !world.terminal.interactive) {
    throw new AwspError(exitCodes.refused, 'nothing is changed without a yes', ['to agree: awsp doctor --fix --yes']);
  }
  if (!(await confirm(world.terminal, 'change this?', { assumeYes: yes, default: false })))
    throw new AwspError(exitCodes.cancelled, '');
}

function summary(diagnoses: readonly Diagnosis[], isHealthy: boolean, isFixed: boolean): string {
  const counts = countsOf(diagnoses);
  if (isHealthy) return counts === '' ? 'nothing wrong' : `nothing wrong; ${counts}`;
  const fixable = diagnoses.filter(({ fix }) => fix !== null).length;
  return fixable === 0 || isFixed ? counts : `${counts}; awsp doctor --fix repairs ${fixable} of them`;
}

/** What each tool would use, where they do not all agree. */
async function toolTable(world: World, found: Audit): Promise<string> {
  const known = found.verdicts.filter(({ identity }) => identity.kind !== 'unverified');
  const agree = (values: readonly (string | undefined)[]) =>
    new Set(values.filter((value) => value !== undefined)).size < 2;
  const uses = known.map(({ identity }) => identityWords(identity));
  if (agree(uses) && agree(known.map(({ region }) => region?.value))) return '';
  const rows = found.verdicts.map(({ name, identity, region, reason }) => [
    { text: name },
    { text: identityWords(identity) },
    { text: region?.value ?? '' },
    { text: reason },
  ]);
  return renderTable(['Tool', 'Uses', 'Region', 'Because'], rows, stdoutStyle(world.terminal));
}

/** The shape of `doctor --json`; stable, see docs/schema/doctor.json. */
function toJson({ audit }: Evidence, diagnoses: readonly Diagnosis[], isHealthy: boolean): object {
  return {
    healthy: isHealthy,
    problems: diagnoses.map(({ id, severity, file, line, message, why, remedy, command, fix }) => {
      return { id, severity, file, line, message, why, remedy, command, fixable: fix !== null };
    }),
    profile: audit.profile,
    tools: audit.verdicts.map(({ family, name, identity, reason, region }) => {
      return { id: family, name, identity, reason, region };
    }),
  };
}
