import { readDuration } from '../lib/time.ts';
import type { World } from '../world.ts';

/**
 * The name that bash puts into AWS_PROFILE when a command is typed at an old prompt and the time is over: only arithmetic can
 * set a variable there, so it is a number. No profile may have it while there is a limit.
 */
export const standIn = '-1';

/** Reads a time limit such as 30m, 1h30m or 1d in milliseconds. Null for other text: a bare 30 could mean minutes. */
export function readLimit(text: string): number | null {
  return /[dhms]\s*$/.test(text) ? readDuration(text) || null : null;
}

/** The profile of this shell whose time is over and that is still in AWS_PROFILE; else null. */
export function endedProfile({ env, now }: Pick<World, 'env' | 'now'>): string | null {
  const { AWS_PROFILE: name, AWSP_PROFILE, AWSP_UNTIL } = env;
  const hasEnded = endAhead(AWSP_UNTIL, 0) !== null && endAhead(AWSP_UNTIL, now()) === null;
  return hasEnded && name && name === AWSP_PROFILE ? name : null;
}

/**
 * The end of a time limit from a variable, in seconds since 1970; null if invalid or past. `now` is in milliseconds.
 */
export function endAhead(value: string | undefined, now: number): number | null {
  const end = /^[1-9]\d{0,14}$/.test(value ?? '') ? Number(value) : 0;
  return end * 1_000 > now ? end : null;
}
