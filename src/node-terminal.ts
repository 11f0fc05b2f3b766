import type { ReadStream, WriteStream } from 'node:tty';
import { Cancelled } from './errors.ts';
import type { ChildProcess, Environment, Key, Screen, ScreenEvent, Terminal } from './world.ts';

/** An Esc that nothing follows for so many milliseconds is a person's; terminals begin their own sequences with it too. */
const escapeAlone = 60;

/** The keyboard and the screen of a terminal; nothing that is typed before it is asked for is lost. */
export function openConsole(
  input: ReadStream,
  output: WriteStream,
  signals: SignalSource,
): Pick<Terminal, 'ask' | 'takeOver'> {
  /** Read already, and not yet asked for. */
  let ahead = '';
  /** The first line of that without its end, or all of it. */
  const takeLine = (): { text: string; isWhole: boolean } => {
    const [, text = '', end = ''] = /^([^\r\n]*)(\r\n|\r|\n|)/.exec(ahead) ?? [];
    ahead = ahead.slice(text.length + end.length);
    return { text, isWhole: end !== '' };
  };

  async function ask(question: string): Promise<string> {
    const { text, isWhole } = takeLine();
    if (isWhole) {
      output.write(`${question}${text}\n`);
      return text;
    }
    const { createInterface } = await import('node:readline');
    const lines = createInterface({ input, output, prompt: question, terminal: true, historySize: 0 });
    try {
      return await new Promise<string>((resolve, reject) => {
        // Stopped by Ctrl-Z, readline would leave the terminal in a state of its own.
        lines.on('SIGTSTP', () => {});
        lines.once('SIGINT', () => reject(new Cancelled()));
        lines.once('close', () => reject(new Cancelled()));
        lines.once('line', (line) => {
          resolve(line);
          // What came along with it, all of which has come when the promise is settled.
          lines.on('line', (next) => {
            ahead += `${next}\n`;
          });
        });
        lines.prompt();
        lines.write(text);
      });
    } catch (error) {
      output.write('\n');
      throw error;
    } finally {
      ahead += lines.line;
      lines.close();
    }
  }

  async function takeOver(): Promise<Screen> {
    const { emitKeypressEvents } = await import('node:readline');
    const { EventEmitter } = await import('node:events');
    const events: ScreenEvent[] = [];
    let wake = () => {};
    const push = (event: ScreenEvent) => {
      events.push(event);
      wake();
    };

    const decoder = new EventEmitter();
    let keys: Key[] = [];
    let isDecoding = false;
    const pass = () => {
      if (keys.length > 0) push({ kind: 'keys', keys });
      keys = [];
    };
    emitKeypressEvents(decoder as ReadStream, { escapeCodeTimeout: escapeAlone } as never);
    decoder.on('keypress', (text: string | undefined, { name = '', ctrl, meta, shift }) => {
      keys.push({ name, text: text ?? '', ctrl, meta, shift });
      // The Esc that its time made a key.
      if (!isDecoding) pass();
    });
    const decode = (data: Buffer) => {
      isDecoding = true;
      decoder.emit('data', data);
      isDecoding = false;
      pass();
    };

    let isEarly = true;
    const onData = (data: Buffer) => {
      if (isEarly) ahead += data.toString();
      else decode(data);
    };
    const onResize = () => push({ kind: 'resize' });
    const onGone = () => push({ kind: 'gone' });
    input.setRawMode(true);
    input.on('data', onData).on('end', onGone).on('error', onGone).resume();
    output.on('resize', onResize);
    for (const signal of endings) signals.on(signal, onGone);
    // The loop has then looked once for what was typed while the terminal still made lines of it, and showed them.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    isEarly = false;
    const { text, isWhole } = takeLine();
    if (text !== '') decode(Buffer.from(text));
    if (isWhole) push({ kind: 'keys', keys: [{ name: 'return', text: '', ctrl: false, meta: false, shift: false }] });

    return {
      size: () => ({ columns: output.columns || 80, rows: output.rows || 24 }),
      draw: (drawing) => void output.write(drawing),
      hasNext: () => events.length > 0,
      async next() {
        while (events.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        return events.shift() as ScreenEvent;
      },
      close() {
        input.setRawMode(false);
        input.off('data', onData).off('end', onGone).off('error', onGone).pause();
        output.off('resize', onResize);
        for (const signal of endings) signals.off(signal, onGone);
        // The terminal had shown it before it was taken over.
        if (text !== '') output.write('\r\u001B[K');
      },
    };
  }

  return { ask, takeOver };
}

/** The signals that end a program which does not catch them. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The part of `process` that a child needs its parent to have. */
interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

/**
 * Runs a program on this terminal and resolves to its exit code, or 128 + the number of the signal that ended it. While
 * it runs, Ctrl-C is its own business (the terminal sends it there too), and what would end awsp ends it.
 */
export async function runChild(child: ChildProcess, parent: SignalSource): Promise<number> {
  return (await runWith(child, parent, null)).code;
}

/** The same, with a text on its standard input; what it wrote on its standard output comes along. */
export function filterThrough(child: ChildProcess, parent: SignalSource, input: string): Promise<Finished> {
  return runWith(child, parent, input);
}

interface Finished {
  readonly code: number;
  /** Empty where it went to the terminal. */
  readonly stdout: string;
}

async function runWith(
  { program, args, env, cwd }: ChildProcess,
  parent: SignalSource,
  input: string | null,
): Promise<Finished> {
  const { spawn } = await import('node:child_process');
  const { constants } = await import('node:os');
  return new Promise((resolve, reject) => {
    const stdio = input === null ? 'inherit' : 'pipe';
    const child = spawn(program, args, { env: { ...env }, cwd, stdio: [stdio, stdio, 'inherit'] });
    let stdout = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    // It may end without reading all of what it is given.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    const ignore = () => {};
    const pass = (signal: NodeJS.Signals) => {
      child.kill(signal);
    };
    const listeners = [
      ['SIGINT', ignore],
      ['SIGQUIT', ignore],
      ['SIGTERM', pass],
      ['SIGHUP', pass],
    ] as const;
    for (const [signal, listener] of listeners) parent.on(signal, listener);
    const end = () => {
      for (const [signal, listener] of listeners) parent.off(signal, listener);
    };
    child.once('error', (error) => {
      end();
      reject(error);
    });
    child.once('close', (code, signal) => {
      end();
      resolve({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), stdout });
    });
  });
}

/** Starts a program that goes on by itself, with nothing of this terminal. */
export async function launch(program: string, args: readonly string[], env: Environment): Promise<void> {
  const { spawn } = await import('node:child_process');
  const child = spawn(program, args, { env: { ...env }, stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
