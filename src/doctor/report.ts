import { displayPlace } from '../aws-config/paths.ts';
import { printable } from '../lib/text.ts';
import { paint, type Style } from '../terminal/colour.ts';
import { wrapped } from '../terminal/wrap.ts';
import type { Diagnosis } from './checks.ts';
import { type Severity, severities } from './types.ts';

export interface ReportStyle {
  readonly colour: boolean;
  /** The columns of the terminal; text is wrapped at 100 columns at the most. */
  readonly width: number;
  readonly home: string | null;
}

/** This many findings of one id are shown; of the others only their number. */
const maxAlike = 5;

/** The report for a person: place, problem, why it matters, the remedy, and its command on a line of its own. */
export function renderReport(diagnoses: readonly Diagnosis[], style: ReportStyle): string {
  const told = new Map<string, number>();
  const parts = diagnoses.flatMap((diagnosis) => {
    const count = (told.get(diagnosis.id) ?? 0) + 1;
    told.set(diagnosis.id, count);
    return count <= maxAlike ? [renderOne(diagnosis, style)] : [];
  });
  const rest = [...told].filter(([, count]) => count > maxAlike);
  const more = rest.map(([id, count]) => {
    const text = `and ${count - maxAlike} more of ${id}: awsp doctor --json has all of them`;
    return `${wrapped(text, style.width).join('\n')}\n`;
  });
  return [...parts, ...more].join('\n');
}

/** The numbers by severity, in words: `2 errors, 1 warning`. */
export function countsOf(diagnoses: readonly Diagnosis[]): string {
  return severities
    .map((severity) => ({ severity, count: diagnoses.filter((one) => one.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}${count === 1 ? '' : 's'}`)
    .join(', ');
}

// --- internal ---

const styles: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', note: 'dim' };

function renderOne(diagnosis: Diagnosis, { colour, width, home }: ReportStyle): string {
  const { severity, file, line, message, why, remedy, command } = diagnosis;
  const columns = Math.min(width, 100);
  const place = file === null ? 'this shell' : displayPlace({ file, line }, home);
  const paragraph = (text: string) => wrapped(`  ${printable(text)}`, columns, 2);
  return [
    `${paint(printable(place), 'bold', colour)}: ${paint(severity, styles[severity], colour)}`,
    ...paragraph(message),
    ...paragraph(`why: ${why}`),
    ...paragraph(`do:  ${remedy}`),
    ...(command === null ? [] : [`    ${paint(printable(command), 'cyan', colour)}`]),
    '',
  ].join('\n');
}
