import { letterClasses } from './text.ts';

/**
 * The candidates that a mistyped text may mean, nearest first, at most `limit`. Up to one edit (a letter missing, added
 * or wrong, or two swapped) is allowed for every three letters begun. Of a candidate with several parts
 * (`shop-prod-Admin`) the nearest part counts. Of two that are as near, the shorter is first, or with `ties` the longer.
 */
export function closest(
  typed: string,
  candidates: readonly string[],
  limit: number,
  ties: 'shorter first' | 'longer first' = 'shorter first',
): string[] {
  const wanted = typed.toLowerCase();
  const tolerance = Math.ceil(wanted.length / 3);
  const sign = ties === 'shorter first' ? 1 : -1;
  return candidates
    .map((candidate) => ({ candidate, edits: nearestPart(wanted, candidate.toLowerCase(), tolerance) }))
    .filter(({ edits }) => edits <= tolerance && edits < wanted.length)
    .sort((a, b) => a.edits - b.edits || (a.candidate.length - b.candidate.length) * sign)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? a.length;
}

// --- internal ---

function nearestPart(wanted: string, candidate: string, tolerance: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (const part of [candidate, ...candidate.split(new RegExp(`[^${letterClasses(candidate).alphanumeric}]+`, 'u'))]) {
    if (Math.abs(part.length - wanted.length) <= tolerance) nearest = Math.min(nearest, editDistance(wanted, part));
  }
  return nearest;
}
