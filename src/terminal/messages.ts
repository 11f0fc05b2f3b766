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
 * Messages as lines for stderr: `awsp: text`, and indented details under it. Ends with a newline unless it is empty.
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
  const lines = text.split('\n').map(printable);
  const [first = '', ...rest] = lines;
  return [`${prefix} ${label}${first}`, ...[...rest, ...details.map(printable)].map((line) => `  ${line}`), ''].join(
    '\n',
  );
}
