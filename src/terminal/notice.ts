import type { World } from '../world.ts';

/** A wait that is shorter needs no notice. */
const noticeDelayMs = 1_000;

/** Empties the line and moves the cursor to its start (CR, and EL of ECMA-48). */
export const clearLine = '\r\u001B[K';

/** Shows on a terminal what is being waited for, if it takes long; `stop` removes the line. */
export function noticeAfterAWhile({ terminal }: World, text: string): { stop(): void } {
  if (!terminal.interactive) return { stop: () => {} };
  let isShown = false;
  const timer = setTimeout(() => {
    isShown = true;
    terminal.write(text);
  }, noticeDelayMs);
  return {
    stop: () => {
      clearTimeout(timer);
      if (isShown) terminal.write(clearLine);
      isShown = false;
    },
  };
}
