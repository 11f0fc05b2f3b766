import type { Problem } from '../aws-config/problems.ts';
import { awsFileChecks } from './checks/aws-files.ts';
import { nameChecks } from './checks/names.ts';
import { programChecks } from './checks/program.ts';
import { referenceChecks } from './checks/references.ts';
import { shellChecks } from './checks/shell.ts';
import { startFileChecks } from './checks/start-files.ts';
import { explainProblem } from './problems.ts';
import { type Check, type Evidence, type Finding, severities } from './types.ts';
import { pathWord } from './words.ts';

/**
 * All checks. A new check goes into one of these lists. Problems in AWS's files are not found by checks, but by
 * `ProfileSet.problems`.
 */
export const checks: readonly Check[] = [
  ...shellChecks,
  ...startFileChecks,
  ...nameChecks,
  ...awsFileChecks,
  ...referenceChecks,
  ...programChecks,
];

/** A finding with the id of its check, or of the problem in AWS's files. */
export interface Diagnosis extends Finding {
  readonly id: string;
}

/** Everything that is wrong: errors first, then warnings and notes, each sorted by file and line. Pure. */
export function diagnose(evidence: Evidence): readonly Diagnosis[] {
  const found = checks.flatMap(({ id, run }) => run(evidence).map((finding): Diagnosis => ({ id, ...finding })));
  // A session name in quotes is reported once, as quoted, and not also as a missing session; so is an odd name.
  const placesOf = (id: string) => new Set(found.filter((one) => one.id === id).map(placeOf));
  const [sessions, names] = [placesOf('quoted-session'), placesOf('name-not-for-all-tools')];
  const isReported = (problem: Problem) =>
    (problem.id === 'dangling' && sessions.has(placeOf(problem))) ||
    (problem.id === 'bad-name' && problem.fault === 'not-portable' && names.has(placeOf(problem)));
  const others = evidence.problems.flatMap((problem): Diagnosis[] => {
    return isReported(problem) ? [] : [{ id: problem.id, ...explainProblem(problem) }];
  });
  const all = [...found, ...others].map((one) => ({ ...one, command: one.command ?? editCommand(one, evidence) }));
  return inOrder(all, evidence);
}

// --- internal ---

function placeOf({ file, line }: Pick<Finding, 'file' | 'line'>): string {
  return `${file}:${line}`;
}

/** A command that opens the editor at the line; null if the finding has no line. */
function editCommand({ file, line }: Finding, { env, home }: Evidence): string | null {
  if (file === null || line === null) return null;
  const editor = env.VISUAL || env.EDITOR || 'vi';
  const path = pathWord(file, home);
  const program = /[^/\s]*(?=\s|$)/.exec(editor)?.[0] ?? '';
  if (/^(code|code-insiders|codium|cursor|windsurf)$/.test(program)) return `${editor} -g ${path}:${line}`;
  return /^(subl|zed|hx)$/.test(program) ? `${editor} ${path}:${line}` : `${editor} +${line} ${path}`;
}

/** By severity; within it first what is in no file, then the start files, AWS's files, and other files. */
function inOrder(all: readonly Diagnosis[], { startFiles, profiles }: Evidence): readonly Diagnosis[] {
  const known = [null, ...startFiles.map(({ path }) => path), ...profiles.paths];
  const files = [...new Set([...known, ...all.map(({ file }) => file)])];
  const ranks = new Map(files.map((file, rank) => [file, rank]));
  const rank = ({ severity, file }: Finding) => severities.indexOf(severity) * files.length + (ranks.get(file) ?? 0);
  return [...all].sort((a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0));
}
