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

/** A length of time in milliseconds in words: `8 hours`, `7 hours 59 minutes`, `1 minute`. */
export function inWords(milliseconds: number): string {
  const minutes = Math.max(1, Math.ceil(milliseconds / 60_000));
  const parts = [
    [Math.floor(minutes / 60), 'hour'],
    [minutes % 60, 'minute'],
  ] as const;
  const counted = parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`);
  return counted.join(' ');
}
