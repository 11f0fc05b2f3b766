/** Milliseconds since 1970 as ISO 8601 in UTC, to the second; null stays null. */
export function toIsoTime(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** An ISO 8601 time in milliseconds since 1970; NaN when it is none. Old AWS CLIs wrote `UTC` for `Z`. */
export function fromIsoTime(time: string | undefined): number {
  return time === undefined ? Number.NaN : Date.parse(time.replace(/UTC$/, 'Z'));
}

/** A length of time in milliseconds for a person: `7h 59m`, `9m`; `over` when it is none. */
export function timeLeft(milliseconds: number): string {
  const minutes = Math.ceil(milliseconds / 60_000);
  if (minutes <= 0) return 'over';
  return minutes < 60 ? `${minutes}m` : `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
}

/** A length of time in milliseconds: a whole number with s, m or h, seconds without; null when it is none. */
export function readDuration(text: string): number | null {
  const match = /^(\d{1,6})\s*(s|m|h|)$/.exec(text.trim());
  if (match === null) return null;
  const unit = { s: 1_000, m: 60_000, h: 3_600_000, '': 1_000 }[match[2] ?? ''] ?? 1_000;
  return Number(match[1]) * unit;
}
