import { printable } from '../lib/text.ts';
import type { Message } from '../outcome.ts';
import { say } from '../terminal/messages.ts';
import { clearLine } from '../terminal/notice.ts';
import type { World } from '../world.ts';

/** The last line of the terminal, which shows that awsp waits for the person to sign in. */
export interface StatusLine {
  /** Prints a message above the line. */
  say(message: Message): void;
  /** Removes the line. */
  stop(): void;
}

/** Shows the status line with the time that is left and the device code; without a terminal no line is shown. */
export function showStatusLine({ terminal, now }: World, seconds: number, code: string | null): StatusLine {
  if (!terminal.interactive) return { say: (message) => say(terminal, message), stop: () => {} };
  const end = now() + seconds * 1_000;
  let frame = 0;
  const draw = () => {
    const spinner = '|/-\\'[frame++ % 4] ?? '';
    terminal.write(`${clearLine}${statusText(spinner, end - now(), code, terminal.columns)}`);
  };
  draw();
  const timer = setInterval(draw, 250);
  return {
    say: (message) => {
      terminal.write(clearLine);
      say(terminal, message);
    },
    stop: () => {
      clearInterval(timer);
      terminal.write(clearLine);
    },
  };
}

/**
 * The text of the status line, shortened to the width of the terminal, because a line that wraps cannot be redrawn. `left`
 * is in milliseconds.
 */
export function statusText(spinner: string, left: number, code: string | null, columns: number): string {
  const seconds = Math.max(0, Math.round(left / 1_000));
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} left`;
  const shownCode = code === null ? '' : ` (${printable(code)})`;
  const long = `${spinner} waiting for the sign-in${shownCode}, ${time}; Ctrl-C cancels`;
  const short = `${spinner} waiting${shownCode}, ${time}`;
  return long.length < columns ? long : short.slice(0, Math.max(0, columns - 1));
}
