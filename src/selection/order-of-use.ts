import { appendBounded } from '../lib/append-bounded.ts';
import { xdgDirectory } from '../lib/xdg-directory.ts';
import type { World } from '../world.ts';

/** A score of use by profile name; the highest comes first. */
export type Frecency = ReadonlyMap<string, number>;

/** In bytes. At about forty a switch this is the use of a year, and is read in a millisecond. */
const maxFileSize = 64 * 1024;

/**
 * Records a switch to a profile as a line at the end of a file; concurrent switches each append in one write. If the
 * file is too large, its older half is dropped. Throws the file system's error.
 */
export function noteUse(world: World, profile: string): void {
  const path = usesPath(world);
  if (path === null) return;
  appendBounded(world, path, `${Math.floor(world.now() / 1_000)} ${profile}\n`, maxFileSize);
}

/** Gives the uses of profiles that are renamed to their new names. Rejects where the file cannot be changed. */
export async function renameUses(world: World, names: ReadonlyMap<string, string>): Promise<void> {
  const path = usesPath(world);
  if (path === null || world.files.read(path).kind !== 'text') return;
  await world.files.update(path, (text) =>
    (text ?? '').replace(/^(\d{1,12} )(.+)$/gm, (line, time: string, name: string) => {
      const fresh = names.get(name);
      return fresh === undefined ? line : `${time}${fresh}`;
    }),
  );
}

/**
 * The scores of all profiles that were used; empty without a record. The score is that of zoxide (src/db/dir.rs,
 * `score`): the number of uses, times 4 within an hour after the last one, 2 within a day, ½ within a week, ¼ later.
 */
export function frecency(world: World): Frecency {
  const path = usesPath(world);
  const read = path === null ? null : world.files.read(path);
  const uses = new Map<string, { count: number; last: number }>();
  for (const line of read?.kind === 'text' ? read.text.split('\n') : []) {
    const [, time, name] = /^(\d{1,12}) (.+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const { count, last } = uses.get(name) ?? { count: 0, last: 0 };
    uses.set(name, { count: count + 1, last: Math.max(last, Number(time)) });
  }
  const now = world.now() / 1_000;
  return new Map([...uses].map(([name, { count, last }]) => [name, count * recency(now - last)]));
}

/** Sorts names by score, highest first; names with the same score keep their order. */
export function byUse(names: readonly string[], uses: Frecency): readonly string[] {
  return uses.size === 0 ? names : names.toSorted((a, b) => (uses.get(b) ?? 0) - (uses.get(a) ?? 0));
}

// --- internal ---

function usesPath(world: World): string | null {
  const directory = xdgDirectory(world, 'state');
  return directory === null ? null : `${directory}/uses`;
}

/** The factor for the time since the last use, in seconds. */
function recency(age: number): number {
  if (age < 3_600) return 4;
  if (age < 86_400) return 2;
  return age < 604_800 ? 0.5 : 0.25;
}
