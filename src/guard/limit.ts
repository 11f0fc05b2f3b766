import { readDuration } from '../lib/time.ts';

/**
 * Reads a time limit, a whole number with s, m or h, in milliseconds. Null for other text: a bare 30 could mean
 * minutes.
 */
export function readLimit(text: string): number | null {
  return /^0*[1-9]\d*\s*[smh]$/.test(text.trim()) ? readDuration(text) : null;
}

/**
 * The end of a time limit from a variable, in seconds since 1970; null if invalid or past. `now` is in milliseconds.
 */
export function endAhead(value: string | undefined, now: number): number | null {
  const end = /^[1-9]\d{0,14}$/.test(value ?? '') ? Number(value) : 0;
  return end * 1_000 > now ? end : null;
}
