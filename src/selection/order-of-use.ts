import { xdgDirectory } from '../lib/xdg-directory.ts';
import type { World } from '../world.ts';

/** How much a profile was used: higher comes first. */
export type Frecency = ReadonlyMap<string, number>;

/** In bytes; at some forty for a switch it is the last year's, and is read in a millisecond. */
const maxKept = 64 * 1024;

/**
 * Notes that a profile was switched to: one line at the end of a file, which parallel switches write each in one piece. Of a
 * file that has grown long the newer half is kept. Throws what the disk says.
 */
export function noteUse(world: World, profile: string): void {
  const path = usesPath(world);
  if (path === null) return;
  const size = world.files.appendPrivate(path, `${Math.floor(world.now() / 1_000)} ${profile}\n`);
  if (size <= maxKept) return;
  const read = world.files.read(path);
  if (read.kind !== 'text') return;
  const newer = read.text.slice(read.text.length >> 1);
  world.files.writePrivate(path, newer.slice(newer.indexOf('\n') + 1));
}

/**
 * How often and how lately each profile was used; empty when that is not known. The score is zoxide's: the number of uses,
 * times 4 within an hour of the last one, 2 within a day, ½ within a week, ¼ later (zoxide, src/db/dir.rs, `score`).
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

/** Names with the most used first; those that are as much used, or not at all, in their own order. */
export function byUse(names: readonly string[], uses: Frecency): readonly string[] {
  return uses.size === 0 ? names : names.toSorted((a, b) => (uses.get(b) ?? 0) - (uses.get(a) ?? 0));
}

// --- internal ---

function usesPath(world: World): string | null {
  const folder = xdgDirectory(world, 'state');
  return folder === null ? null : `${folder}/uses`;
}

/** By the age in seconds. */
function recency(age: number): number {
  if (age < 3_600) return 4;
  if (age < 86_400) return 2;
  return age < 604_800 ? 0.5 : 0.25;
}
