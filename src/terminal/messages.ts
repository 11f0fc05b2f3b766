import { printable } from '../lib/text.ts';
import type { Message, MessageKind } from '../outcome.ts';
import type { Terminal } from '../world.ts';
import { paint, type Style } from './colour.ts';
import { wrapped } from './wrap.ts';

const styles: Record<MessageKind, Style> = {
  done: 'green',
  note: 'dim',
  warning: 'yellow',
  error: 'red',
};

/** How messages are written. */
export interface MessageStyle {
  readonly colour: boolean;
  /** Those of the terminal; infinite where stderr is none, and asked for only where there is a message. */
  readonly columns: number;
}

/** The style of messages on the terminal. */
export function messageStyle(terminal: Terminal): MessageStyle {
  return {
    colour: terminal.colour.stderr,
    get columns() {
      return terminal.stderrIsTerminal ? terminal.columns : Number.POSITIVE_INFINITY;
    },
  };
}

/**
 * Messages as lines for stderr: `awsp: text`, and indented details under it, wrapped at the columns. Ends with a newline unless
 * it is empty. The text and each detail is one line otherwise: a newline in a text from outside cannot add a line of its own.
 */
export function renderMessages(messages: readonly Message[], style: MessageStyle): string {
  return messages.map((message) => renderMessage(message, style)).join('');
}

/** Prints a message at once, while the command goes on. */
export function say(terminal: Terminal, message: Message): void {
  terminal.write(renderMessages([message], messageStyle(terminal)));
}

/** Prints lines at once that are no message of awsp, such as what belongs to a question. */
export function tell(terminal: Terminal, ...lines: readonly string[]): void {
  const { columns } = messageStyle(terminal);
  terminal.write(lines.map((line) => `${wrappedLine(line, columns)}\n`).join(''));
}

// --- internal ---

function renderMessage({ kind, text, details = [] }: Message, { colour, columns }: MessageStyle): string {
  const label = kind === 'warning' ? ' warning:' : '';
  const first = wrappedLine(`awsp:${label} ${text}`, columns).replace('awsp:', (prefix) =>
    paint(prefix, styles[kind], colour),
  );
  return [first, ...details.map((detail) => wrappedLine(`  ${detail}`, columns)), ''].join('\n');
}

/** What follows the first line is two columns further in. */
function wrappedLine(line: string, columns: number): string {
  const indent = line.startsWith('  ') ? 4 : 2;
  return wrapped(printable(line), columns, indent).join('\n');
}
