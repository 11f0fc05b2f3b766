import type { EventEmitter } from 'node:events';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import type { ReadStream, WriteStream } from 'node:tty';
import { Cancelled } from '../errors.ts';
import type { Key, Screen, ScreenEvent, Terminal } from '../world.ts';
import type { SignalSource } from './processes.ts';

/**
 * The keyboard and the screen of a terminal; nothing that is typed before it is asked for is lost. Where it cannot draw, an
 * answer is edited by the terminal itself.
 */
export function openConsole(
  input: ReadStream,
  output: WriteStream,
  signals: SignalSource,
  canDraw: boolean,
): Pick<Terminal, 'ask' | 'takeOver'> {
  /** What came along with an answer: lines, and the beginning of one. */
  let ahead = '';
  const takeAhead = (): Typed => {
    const [, text = '', end = ''] = /^([^\r\n]*)(\r\n|\r|\n|)/.exec(ahead) ?? [];
    ahead = ahead.slice(text.length + end.length);
    return { text, isWhole: end !== '' };
  };
  const takeTyped = (): Typed => (ahead === '' ? lineTyped() : takeAhead());

  async function ask(question: string, draft = ''): Promise<string> {
    const { text, isWhole } = takeTyped();
    if (isWhole) {
      output.write(`${question}${text}\n`);
      return text;
    }
    const { createInterface } = await import('node:readline');
    const onInterrupt = () => lines.close();
    const lines = createInterface({ input, output, prompt: question, terminal: canDraw, historySize: 0 });
    try {
      return await new Promise<string>((resolve, reject) => {
        // Stopped by Ctrl-Z, readline would leave the terminal in a state of its own.
        lines.on('SIGTSTP', () => {});
        lines.once('SIGINT', () => reject(new Cancelled()));
        lines.once('close', () => reject(new Cancelled()));
        signals.on('SIGINT', onInterrupt);
        lines.once('line', (line) => {
          resolve(line);
          // All that came along has come before the promise is settled.
          lines.on('line', (next) => {
            ahead += `${next}\n`;
          });
        });
        lines.prompt();
        lines.write((canDraw ? draft : '') + text);
      });
    } catch (error) {
      output.write('\n');
      throw error;
    } finally {
      ahead += lines.line;
      lines.close();
      signals.off('SIGINT', onInterrupt);
    }
  }

  async function takeOver(): Promise<Screen> {
    const events: ScreenEvent[] = [];
    let wake = () => {};
    const push = (event: ScreenEvent) => {
      events.push(event);
      wake();
    };
    const decode = await keyDecoder((keys) => push({ kind: 'keys', keys }));
    const press = ({ text, isWhole }: Typed) => {
      if (text !== '') decode(Buffer.from(text));
      if (isWhole) push({ kind: 'keys', keys: [enter] });
    };
    const onResize = () => push({ kind: 'resize' });
    const onGone = () => push({ kind: 'gone' });

    /** What of it the terminal has shown before it was taken over, at the cursor. */
    let echo = '';
    let isListening = false;
    let onData = (data: Buffer): void => {
      ahead += data.toString();
    };
    const listener = (data: Buffer) => onData(data);
    const listen = async () => {
      isListening = true;
      input.on('data', listener).on('end', onGone).on('error', onGone).resume();
      // The loop has then looked once for what is there already, of which the terminal may still have made lines.
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      onData = decode;
      const typed = takeAhead();
      echo = typed.text;
      press(typed);
    };

    const first = takeTyped();
    input.setRawMode(true);
    output.on('resize', onResize);
    for (const signal of endings) signals.on(signal, onGone);
    press(first);
    // What follows a whole line is left to who asks next, awsp or the shell, as long as the line is enough.
    if (!first.isWhole) await listen();

    return {
      size: () => ({ columns: output.columns || 80, rows: output.rows || 24 }),
      draw: (drawing) => void output.write(drawing),
      hasNext: () => events.length > 0,
      async next() {
        if (events.length === 0 && !isListening) await listen();
        while (events.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        return events.shift() as ScreenEvent;
      },
      close() {
        input.setRawMode(false);
        input.off('data', listener).off('end', onGone).off('error', onGone).pause();
        output.off('resize', onResize);
        for (const signal of endings) signals.off(signal, onGone);
        if (echo !== '') output.write('\r\u001B[K');
      },
    };
  }

  return { ask, takeOver };
}

// --- internal ---

/** Text that was typed, and whether Enter was pressed after it. */
interface Typed {
  readonly text: string;
  readonly isWhole: boolean;
}

const enter: Key = { name: 'return', text: '', ctrl: false, meta: false, shift: false };

/** The signals that end a program which does not catch them. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** An Esc that nothing follows for so many milliseconds is a person's; terminals begin their own sequences with it too. */
const escapeAlone = 60;

/**
 * A line that was typed while nobody read, or what there is of one. It is read byte by byte, so that the next line is left to
 * the shell. Enter is a carriage return where the shell had not yet given the terminal back when it was pressed.
 */
function lineTyped(): Typed {
  const bytes: number[] = [];
  const byte = Buffer.alloc(1);
  let isWhole = false;
  try {
    const terminal = openSync('/dev/tty', constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      while (!isWhole && bytes.length < longestLine && readSync(terminal, byte) === 1) {
        isWhole = byte[0] === lineFeed || byte[0] === carriageReturn;
        if (!isWhole) bytes.push(byte[0] as number);
      }
    } finally {
      closeSync(terminal);
    }
  } catch {
    // There is no more.
  }
  return { text: Buffer.from(bytes).toString(), isWhole };
}

const [lineFeed, carriageReturn, longestLine] = [10, 13, 4_096];

/** Makes keys of what a terminal sends, as Node's readline does; those that came at once are passed on at once. */
async function keyDecoder(pass: (keys: readonly Key[]) => void): Promise<(data: Buffer) => void> {
  const { emitKeypressEvents } = await import('node:readline');
  const { EventEmitter } = await import('node:events');
  const stream: EventEmitter = new EventEmitter();
  let keys: Key[] | null = null;
  // It reads no more of a stream, and of readline's options, than this.
  emitKeypressEvents(stream as ReadStream, { escapeCodeTimeout: escapeAlone } as never);
  stream.on('keypress', (text: string | undefined, { name = '', ctrl, meta, shift }) => {
    const key: Key = { name, text: text ?? '', ctrl, meta, shift };
    // Only the time that has passed makes a key of an Esc.
    if (keys === null) pass([key]);
    else keys.push(key);
  });
  return (data) => {
    const some: Key[] = [];
    keys = some;
    stream.emit('data', data);
    keys = null;
    if (some.length > 0) pass(some);
  };
}
