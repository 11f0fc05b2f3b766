import type { EventEmitter } from 'node:events';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import type { ReadStream, WriteStream } from 'node:tty';
import { Back, Cancelled } from '../errors.ts';
import { hasControl } from '../lib/text.ts';
import { clearLine } from '../terminal/notice.ts';
import { terminalText } from '../terminal/terminal-text.ts';
import { wrapped } from '../terminal/wrap.ts';
import type { Key, Screen, ScreenEvent, Terminal } from '../world.ts';
import type { SignalSource } from './processes.ts';

/**
 * Reads from and draws on a terminal. What is typed before a prompt is not lost. On a terminal that cannot draw, the
 * terminal itself edits the line.
 */
export function openConsole(
  input: ReadStream,
  output: WriteStream,
  signals: SignalSource,
  canDraw: boolean,
): Pick<Terminal, 'ask' | 'takeOver'> {
  /** Input that was read together with a line and comes after it: whole lines, and the beginning of one. */
  let ahead = '';
  const takeAhead = (): Typed => {
    const [, text = '', end = ''] = /^([^\r\n]*)(\r\n|\r|\n|)/.exec(ahead) ?? [];
    ahead = ahead.slice(text.length + end.length);
    return { text, isWhole: end !== '' };
  };
  const takeTyped = (): Typed => (ahead === '' ? readTypedLine() : takeAhead());

  /** Throws away what was typed so far. Throws `Cancelled` if Ctrl-C, Ctrl-D or the end of the input is in it. */
  async function discardTyped(): Promise<void> {
    ahead = '';
    let isQuiet = true;
    let isCancelled = false;
    const onData = (data: Buffer) => {
      isQuiet = false;
      isCancelled ||= data.includes(interrupt) || data.includes(endOfInput);
    };
    const onEnd = () => {
      isCancelled = true;
    };
    // In raw mode the terminal also hands over the beginning of a line.
    input.setRawMode(true);
    input.on('data', onData).on('end', onEnd).on('error', onEnd).resume();
    const end = Date.now() + maxDiscardMs;
    do {
      isQuiet = true;
      await new Promise((resolve) => setTimeout(resolve, quietMs));
    } while (!isQuiet && !isCancelled && Date.now() < end);
    input.off('data', onData).off('end', onEnd).off('error', onEnd).pause();
    input.setRawMode(false);
    if (isCancelled) throw new Cancelled();
  }

  async function ask(asked: string, draft = '', typedAhead: 'use' | 'discard' = 'use'): Promise<string> {
    const question = questionOn(output.columns || 80, terminalText(asked));
    if (typedAhead === 'discard') await discardTyped();
    const { text, isWhole } = typedAhead === 'discard' ? { text: '', isWhole: false } : takeTyped();
    if (canDraw && text.endsWith(escapeKey)) throw new Back();
    if (isWhole) {
      output.write(terminalText(`${question}${text}\n`));
      return text;
    }
    const { createInterface } = await import('node:readline');
    const onInterrupt = () => lines.close();
    const lines = createInterface({
      ...{ input, output, prompt: question, terminal: canDraw, historySize: 0 },
      escapeCodeTimeout: escapeTimeoutMs,
    });
    try {
      const typed = await new Promise<string>((resolve, reject) => {
        // On Ctrl-Z readline would stop the process with the terminal still in raw mode.
        lines.on('SIGTSTP', () => {});
        lines.once('SIGINT', () => reject(new Cancelled()));
        const onKey = (_: unknown, { name }: Partial<Key>) => {
          if (name === 'escape') reject(new Back());
        };
        input.on('keypress', onKey);
        lines.once('close', () => {
          input.off('keypress', onKey);
          reject(new Cancelled());
        });
        signals.on('SIGINT', onInterrupt);
        lines.once('line', (line) => {
          resolve(line);
          // Further lines of the same read are emitted before the promise is settled.
          lines.on('line', (next) => {
            ahead += `${next}\n`;
          });
        });
        // A draft is text and never keys: readline gets it as its line, not as input that could hold Enter.
        if (canDraw && !hasControl(draft)) Object.assign(lines, { line: draft, cursor: draft.length });
        lines.prompt(true);
        lines.write(text);
      });
      ahead += lines.line;
      return typed;
    } catch (error) {
      output.write('\n');
      throw error;
    } finally {
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

    /** Typed text that the terminal has already echoed at the cursor. */
    let echo = '';
    let isListening = false;
    let onData = (data: Buffer): void => {
      ahead += data.toString();
    };
    const listener = (data: Buffer) => onData(data);
    const listen = async () => {
      isListening = true;
      input.on('data', listener).on('end', onGone).on('error', onGone).resume();
      // After two turns the event loop has polled once: input that is already there may still be in lines.
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      onData = decode;
      const typed = takeAhead();
      echo = typed.text;
      press(typed);
    };

    const first = takeTyped();
    input.setRawMode(true);
    output.on('resize', onResize);
    for (const signal of endingSignals) signals.on(signal, onGone);
    press(first);
    // After a whole line nothing more is read until it is needed: the next prompt, or the shell, gets the rest.
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
        for (const signal of endingSignals) signals.off(signal, onGone);
        if (echo !== '') output.write(clearLine);
      },
    };
  }

  return { ask, takeOver };
}

// --- internal ---

/** A question in lines of so many columns; its answer begins on a line of its own where it would have next to no room. */
function questionOn(columns: number, question: string): string {
  const text = wrapped(question, columns, 2).join('\n');
  const taken = (text.length - text.lastIndexOf('\n') - 1) % columns;
  return question.endsWith(': ') && columns - taken < minAnswer ? `${text}\n  ` : text;
}

const minAnswer = 6;

/** Text that was typed, and whether Enter was pressed after it. */
interface Typed {
  readonly text: string;
  readonly isWhole: boolean;
}

const enter: Key = { name: 'return', text: '', ctrl: false, meta: false, shift: false };

/** The signals that end a process by default. */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The Esc key is told from the start of an escape sequence by this pause after it. */
const escapeTimeoutMs = 60;

/** A paste comes in several reads, with pauses shorter than this. A person who holds a key down is not waited for. */
const [quietMs, maxDiscardMs] = [30, 2_000];

/** The Esc key, with which sequences begin too. */
const escapeKey = '\u001B';

/** Ctrl-C and Ctrl-D, as bytes. */
const [interrupt, endOfInput] = [3, 4];

/**
 * A line that was typed before the prompt, or the beginning of one. It is read byte by byte, so that the next line is
 * left to the shell. Enter is a carriage return if it was pressed while the shell still had the terminal in raw mode.
 */
function readTypedLine(): Typed {
  const bytes: number[] = [];
  const byte = Buffer.alloc(1);
  let isWhole = false;
  try {
    const terminal = openSync('/dev/tty', constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      while (!isWhole && bytes.length < maxLineLength && readSync(terminal, byte) === 1) {
        isWhole = byte[0] === lineFeed || byte[0] === carriageReturn;
        if (!isWhole) bytes.push(byte[0] as number);
      }
    } finally {
      closeSync(terminal);
    }
  } catch {
    // Nothing more to read, or no terminal.
  }
  return { text: Buffer.from(bytes).toString(), isWhole };
}

const [lineFeed, carriageReturn, maxLineLength] = [10, 13, 4_096];

/** Decodes a terminal's input into keys, as Node's readline does; the keys of one read are passed on together. */
async function keyDecoder(pass: (keys: readonly Key[]) => void): Promise<(data: Buffer) => void> {
  const { emitKeypressEvents } = await import('node:readline');
  const { EventEmitter } = await import('node:events');
  const stream: EventEmitter = new EventEmitter();
  let keys: Key[] | null = null;
  // These are all the members that `emitKeypressEvents` uses.
  emitKeypressEvents(stream as ReadStream, { escapeCodeTimeout: escapeTimeoutMs } as never);
  stream.on('keypress', (text: string | undefined, { name = '', ctrl, meta, shift }) => {
    const key: Key = { name, text: text ?? '', ctrl, meta, shift };
    // Outside a read it is an Esc whose timeout has passed.
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
