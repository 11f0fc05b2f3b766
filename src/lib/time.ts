/** A time in milliseconds since 1970 as ISO 8601 in UTC, to the second; null for null. */
export function toIsoTime(milliseconds: number | null): string | null {
  // biome-ignore lint/style/noRestrictedGlobals: converts a time, does not read the clock
  return milliseconds === null ? null : new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** An ISO 8601 time in milliseconds since 1970; NaN for any other text. Old AWS CLIs wrote `UTC` instead of `Z`. */
export function fromIsoTime(time: string | undefined): number {
  // biome-ignore lint/style/noRestrictedGlobals: converts a time, does not read the clock
  return time === undefined ? Number.NaN : Date.parse(time.replace(/UTC$/, 'Z'));
}

/** Whether a time says of which zone it is: `Z`, `UTC`, `+01:00`. */
export function hasTimeZone(time: string): boolean {
  return /(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\s*$/i.test(time);
}

/** A duration in milliseconds as text: `8h`, `7h 59m`, `9m`, `45s`; `over` when it is not positive. */
export function timeLeft(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1_000);
  if (seconds <= 0) return 'over';
  if (seconds < 60) return `${seconds}s`;
  const [hours, minutes] = [Math.floor(Math.ceil(seconds / 60) / 60), Math.ceil(seconds / 60) % 60];
  const parts = [hours === 0 ? '' : `${hours}h`, minutes === 0 ? '' : `${minutes}m`];
  return parts.filter((part) => part !== '').join(' ');
}

/**
 * Reads a duration in milliseconds: whole numbers with the units d, h, m and s, the largest first (`1h30m`, `1d`), or one
 * number of seconds without a unit; null for any other text.
 */
export function readDuration(text: string): number | null {
  const duration = text.trim();
  if (/^\d{1,6}$/.test(duration)) return Number(duration) * 1_000;
  const match = durationPattern.exec(duration);
  if (duration === '' || match === null) return null;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((digits) => Number(digits ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
}

// --- internal ---

const durationPattern = new RegExp(
  `^${['d', 'h', 'm', 's'].map((unit) => `(?:(\\d{1,6})\\s*${unit})?`).join('\\s*')}$`,
);
