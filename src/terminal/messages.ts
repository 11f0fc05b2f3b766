import type { Message, MessageKind } from '../outcome.ts';
import type { Terminal } from '../world.ts';
import { paint, type Style } from './colour.ts';

const styles: Record<MessageKind, Style> = {
  done: 'green',
  note: 'dim',
  warning: 'yellow',
  error: 'red',
};

/** Messages as lines for stderr, each `awsp: text`, its details indented under it; ends with a newline unless empty. */
export function renderMessages(messages: readonly Message[], colour: boolean): string {
  return messages.map((message) => renderMessage(message, colour)).join('');
}

/** Says something at once, before the outcome: what a person must know while the command goes on. */
export function say(terminal: Terminal, message: Message): void {
  terminal.write(renderMessages([message], terminal.colour.stderr));
}

/** Text from files or from AWS, made safe for a terminal: control characters, escape sequences' first among them, show as U+FFFD. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001F\u007F-\u009F]/g, '\uFFFD');
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last;
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
