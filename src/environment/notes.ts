import { listed } from '../lib/text.ts';
import type { Message } from '../outcome.ts';
import type { Note } from './delta.ts';
import { type ShellName, unsetCommand } from './shells.ts';

/** Returns the notes as messages. A command in them is in the syntax of the shell. */
export function describeNotes(notes: readonly Note[], shell: ShellName | undefined): Message[] {
  return notes.map((note) => noteMessage(note, shell));
}

// --- internal ---

function noteMessage(note: Note, shell: ShellName | undefined): Message {
  switch (note.kind) {
    case 'cleared':
      return { kind: 'note', text: `cleared ${listed(note.names)}, which would stand in for a profile` };
    case 'left':
      return {
        kind: 'warning',
        text: `${listed(note.names)} left as set: some tools take this machine's own identity before a profile`,
        details: [`to use the profile in all tools: ${unsetCommand(note.names, shell)}`],
      };
    case 'other-tool':
      return {
        kind: 'warning',
        text: `another tool switched this shell (${listed(note.names)} is set): its prompt and renewals may disagree with awsp`,
      };
    case 'endpoints':
      return {
        kind: 'warning',
        text: `requests go to ${listed(note.hosts)}, not to AWS: ${listed(note.names)} set`,
        details: [`to reach AWS: ${unsetCommand(note.names, shell)}`],
      };
    case 'region':
      return {
        kind: 'note',
        text: `${note.name} is "${note.value}" as you set it; the region of profile "${note.profile}" is "${note.profileRegion}"`,
        details: [`to use the profile's: ${unsetCommand([note.name], shell)}`],
      };
  }
}
