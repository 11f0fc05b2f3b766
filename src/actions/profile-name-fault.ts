import { standIn } from '../guard/limit.ts';
import { hasControl, maxNameLength } from '../lib/text.ts';

/** Why a name is none for a profile that a command writes, in words; null for a good one. */
export function profileNameFault(name: string): string | null {
  if (name.trim() === '') return 'it is empty';
  if (name.trim() !== name) return 'it begins or ends with a blank';
  if (hasControl(name) || name.includes('\uFFFD')) return 'it has a control character, or is not UTF-8';
  if (name.includes(']')) return 'it has a "]", which ends the header of a section';
  if (name.length > maxNameLength) return `it is longer than ${maxNameLength} characters`;
  return name === standIn ? 'a shell has that name in place of a profile whose time is over' : null;
}
