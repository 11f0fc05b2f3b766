import type { Location } from '../aws-config/types.ts';
import { quoteWord } from '../lib/shell-words.ts';
import type { Finding } from './types.ts';

/** A finding with the usual values: a warning without a place, a command or a fix. */
export function finding(what: Pick<Finding, 'message' | 'why' | 'remedy'> & Partial<Finding>): Finding {
  return { severity: 'warning', file: null, line: null, command: null, fix: null, ...what };
}

/** The place of a property or a section, as fields of a finding. */
export function place(location: Location | undefined): Pick<Finding, 'file' | 'line'> {
  return { file: location?.file ?? null, line: location?.line ?? null };
}

/** A path as a word for a shell: `~/.aws/config`, in quotes if it needs them. */
export function pathWord(path: string, home: string | null): string {
  if (!home || !path.startsWith(`${home}/`)) return quoteWord(path);
  const rest = quoteWord(path.slice(home.length + 1));
  return `~/${rest}`;
}

/**
 * The program of a `credential_process`, without its quotes, as Python's `shlex.split` reads it (botocore/credentials.py,
 * `ProcessProvider`); null if it is empty.
 */
export function programOf(command: string): string | null {
  const word = /^\s*((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+)/s.exec(command)?.[1];
  if (word === undefined) return null;
  const parts = /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)|([^"'\\]+)/gs;
  return word.replace(parts, (_all, double, single, escaped, plain) => {
    return double?.replace(/\\(["\\])/g, '$1') ?? single ?? escaped ?? plain;
  });
}
