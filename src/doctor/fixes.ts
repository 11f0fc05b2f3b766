import { updateAsAgreed } from '../aws-config/agreed-update.ts';
import { describeChange } from '../aws-config/changes.ts';
import { configPaths, displayPath } from '../aws-config/paths.ts';
import { printable } from '../lib/text.ts';
import type { World } from '../world.ts';
import type { Diagnosis } from './checks.ts';

/** The fixes of one file. */
export interface Repair {
  readonly path: string;
  readonly mode: number | null;
  readonly changes: readonly ((text: string) => string)[];
  /** The difference in its text, to show to a person; empty if the text does not change. */
  readonly shown: string;
}

/** The fixes of all problems by file, without duplicates. */
export function planRepairs(world: World, diagnoses: readonly Diagnosis[]): readonly Repair[] {
  const fixes = diagnoses.flatMap(({ fix }) => fix ?? []);
  const paths = [...new Set(fixes.map(({ path }) => path))];
  return paths.map((path) => {
    const here = fixes.filter((fix) => fix.path === path);
    const modes = here.flatMap((fix) => (fix.kind === 'mode' ? [fix.mode] : []));
    const texts = new Map(here.flatMap((fix) => (fix.kind === 'text' ? [[fix.id, fix] as const] : [])));
    const changes = [...texts.values()].map(({ change }) => change);
    const read = world.files.read(path);
    const text = read.kind === 'text' ? read.text : '';
    return { path, mode: modes[0] ?? null, changes, shown: describerOf(world, path)(text, changed(text, changes)) };
  });
}

/** A repair in words: the file, the difference in its text (`shown`), its new mode. */
export function describeRepair({ path, mode }: Repair, shown: string, home: string | null): string {
  const lines = [...shown.split('\n').filter((line) => line !== ''), ...(mode === null ? [] : [modeLine(mode)])];
  return [displayPath(path, home), ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/**
 * Makes the repairs that were shown. `agree` is called for a file that was changed meanwhile (see `updateAsAgreed`). Throws
 * an `AwspError` if a file cannot be changed; the repairs of the files before it are done then.
 */
export async function applyRepairs(
  world: World,
  repairs: readonly Repair[],
  agree: (repair: Repair, shown: string) => Promise<void>,
): Promise<void> {
  for (const repair of repairs) {
    const { path, mode, changes, shown: agreed } = repair;
    const change = (text: string | null) => changed(text ?? '', changes);
    const describe = describerOf(world, path);
    if (changes.length > 0)
      await updateAsAgreed(world.files, path, change, (shown) => agree(repair, shown), { describe, agreed });
    if (mode !== null) world.files.setMode(path, mode);
  }
}

// --- internal ---

/** For a start file only the removed lines are shown, which are awsp's: its other lines may hold secrets. */
function describerOf({ env, home }: World, path: string): typeof describeChange {
  const { config, credentials } = configPaths(env, home);
  if (path === config || path === credentials) return describeChange;
  return (before, after) => {
    const kept = after.split('\n');
    const removed = before.split('\n').filter((line) => {
      const isKept = kept[0] === line;
      if (isKept) kept.shift();
      return !isKept;
    });
    return removed.map((line) => `- ${printable(line)}`).join('\n');
  };
}

function changed(text: string, changes: readonly ((text: string) => string)[]): string {
  return changes.reduce((result, change) => change(result), text);
}

function modeLine(mode: number): string {
  return `mode ${mode.toString(8).padStart(4, '0')}`;
}
