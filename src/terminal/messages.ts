import { printable } from '../lib/text.ts';
import type { Message, MessageKind } from '../outcome.ts';
import type { Terminal } from '../world.ts';
import { paint, type Style } from './colour.ts';

const styles: Record<MessageKind, Style> = {
  done: 'green',
  note: 'dim',
  warning: 'yellow',
  error: 'red',
};

/**
 * Messages as lines for stderr: `awsp: text`, and indented details under it. Ends with a newline unless it is empty. The
 * text and each detail is one line, whatever is in it: a newline in a text from outside cannot add a line of its own.
 */
export function renderMessages(messages: readonly Message[], colour: boolean): string {
  return messages.map((message) => renderMessage(message, colour)).join('');
}

/** Prints a message at once, while the command goes on. */
export function say(terminal: Terminal, message: Message): void {
  terminal.write(renderMessages([message], terminal.colour.stderr));
}

// --- internal ---

function renderMessage({ kind, text, details = [] }: Message, colour: boolean): string {
  const prefix = paint('awsp:', styles[kind], colour);
  const label = kind === 'warning' ? 'warning: ' : '';
  return [`${prefix} ${label}${printable(text)}`, ...details.map((line) => `  ${printable(line)}`), ''].join('\n');
}
