import type { Message } from '../outcome.ts';
import { say } from '../terminal/messages.ts';
import { clearLine } from '../terminal/notice.ts';
import type { World } from '../world.ts';

/** A line at the end of the terminal that says that awsp waits for a person. */
export interface Waiting {
  /** Says something above the line. */
  say(message: Message): void;
  stop(): void;
}

/** Shows on a terminal that awsp waits for a person, with the time that is left and the code; elsewhere no line. */
export function showWaiting({ terminal, now }: World, seconds: number, code: string | null): Waiting {
  if (!terminal.interactive) return { say: (message) => say(terminal, message), stop: () => {} };
  const end = now() + seconds * 1_000;
  let turn = 0;
  const draw = () => {
    const sign = '|/-\\'[turn++ % 4] ?? '';
    terminal.write(`${clearLine}${waitingLine(sign, end - now(), code, terminal.columns)}`);
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

/** The line, as much of it as fits: one that wraps could not be drawn over. `left` in milliseconds. */
export function waitingLine(sign: string, left: number, code: string | null, columns: number): string {
  const seconds = Math.max(0, Math.round(left / 1_000));
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} left`;
  const shown = code === null ? '' : ` (${code})`;
  const whole = `${sign} waiting for the sign-in${shown}, ${time}; Ctrl-C cancels`;
  const short = `${sign} waiting${shown}, ${time}`;
  return whole.length < columns ? whole : short.slice(0, Math.max(0, columns - 1));
}
