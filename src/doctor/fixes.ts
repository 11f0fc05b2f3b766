import { describeChange } from '../aws-config/changes.ts';
import { configPaths, displayPath } from '../aws-config/paths.ts';
import { printable } from '../terminal/messages.ts';
import type { World } from '../world.ts';
import type { Diagnosis } from './checks.ts';

/** What is going to be done to one file. */
export interface Repair {
  readonly path: string;
  readonly mode: number | null;
  readonly changes: readonly ((text: string) => string)[];
}

/** The fixes of all problems, file by file, each once. */
export function planRepairs(diagnoses: readonly Diagnosis[]): readonly Repair[] {
  const fixes = diagnoses.flatMap(({ fix }) => fix ?? []);
  const paths = [...new Set(fixes.map(({ path }) => path))];
  return paths.map((path) => {
    const here = fixes.filter((fix) => fix.path === path);
    const modes = here.flatMap((fix) => (fix.kind === 'mode' ? [fix.mode] : []));
    const texts = new Map(here.flatMap((fix) => (fix.kind === 'text' ? [[fix.id, fix] as const] : [])));
    return { path, mode: modes[0] ?? null, changes: [...texts.values()].map(({ change }) => change) };
  });
}

/** What a repair is going to change, for a person: the lines before and after, the mode. Nothing where it changes nothing. */
export function describeRepair(world: World, { path, mode, changes }: Repair): string {
  const read = world.files.read(path);
  const before = read.kind === 'text' ? read.text : '';
  const change = changes.length === 0 ? '' : shownChange(world, path, before, changed(before, changes));
  const lines = [...change.split('\n').filter((line) => line !== ''), ...(mode === null ? [] : [modeLine(mode)])];
  return [displayPath(path, world.home), ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/** Does it. Throws an `AwspError` where a file cannot be changed; those before it are done then. */
export async function applyRepairs(world: World, repairs: readonly Repair[]): Promise<void> {
  for (const { path, mode, changes } of repairs) {
    if (changes.length > 0) await world.files.update(path, (text) => changed(text ?? '', changes));
    if (mode !== null) world.files.setMode(path, mode);
  }
}

// --- internal ---

/** Of a start file only what goes is shown, which is a line of awsp's: its other lines are nobody's business. */
function shownChange({ env, home }: World, path: string, before: string, after: string): string {
  const { config, credentials } = configPaths(env, home);
  if (path === config || path === credentials) return describeChange(before, after);
  const kept = after.split('\n');
  const gone = before.split('\n').filter((line) => {
    const isKept = kept[0] === line;
    if (isKept) kept.shift();
    return !isKept;
  });
  return gone.map((line) => `- ${printable(line)}`).join('\n');
}

function changed(text: string, changes: readonly ((text: string) => string)[]): string {
  return changes.reduce((result, change) => change(result), text);
}

function modeLine(mode: number): string {
  return `mode ${mode.toString(8).padStart(4, '0')}`;
}
