import type { Location } from '../aws-config/types.ts';
import { quoteWord } from '../lib/shell-words.ts';
import type { Finding } from './types.ts';

/** A finding with what most have: a warning without a place, a command or a fix. */
export function finding(what: Pick<Finding, 'message' | 'why' | 'remedy'> & Partial<Finding>): Finding {
  return { severity: 'warning', file: null, line: null, command: null, fix: null, ...what };
}

/** Where a property, or a section, is. */
export function place(location: Location | undefined): Pick<Finding, 'file' | 'line'> {
  return { file: location?.file ?? null, line: location?.line ?? null };
}

/** A path as a word for a shell: `~/.aws/config`, in quotes where it needs them. */
export function pathWord(path: string, home: string | null): string {
  if (!home || !path.startsWith(`${home}/`)) return quoteWord(path);
  const rest = quoteWord(path.slice(home.length + 1));
  return `~/${rest}`;
}
