import { readDuration } from '../lib/time.ts';

/** A time limit in milliseconds: a whole number with s, m or h; null when it is none. A bare 30 could be seconds or minutes. */
export function readLimit(text: string): number | null {
  return /^0*[1-9]\d*\s*[smh]$/.test(text.trim()) ? readDuration(text) : null;
}

/** An end of a time limit as a variable holds it, in seconds since 1970; null when it is none, or is past. `now` in milliseconds. */
export function endAhead(value: string | undefined, now: number): number | null {
  const end = /^[1-9]\d{0,14}$/.test(value ?? '') ? Number(value) : 0;
  return end * 1_000 > now ? end : null;
}
