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

/** Reads a duration, a whole number with the unit s (default), m or h, in milliseconds; null for any other text. */
export function readDuration(text: string): number | null {
  const match = /^(\d{1,6})\s*(s|m|h|)$/.exec(text.trim());
  if (match === null) return null;
  const unit = { s: 1_000, m: 60_000, h: 3_600_000, '': 1_000 }[match[2] ?? ''] ?? 1_000;
  return Number(match[1]) * unit;
}
