import type { World } from '../world.ts';

/** After so many milliseconds a person wonders whether anything happens. */
const aWhile = 1_000;

/** Back to the start of the line, which is empty then (ECMA-48, CR and EL). */
export const clearLine = '\r\u001B[K';

/** Says on a terminal what is being waited for, if it takes long; the line is gone when it is over. */
export function noticeAfterAWhile({ terminal }: World, text: string): { stop(): void } {
  if (!terminal.interactive) return { stop: () => {} };
  let isShown = false;
  const timer = setTimeout(() => {
    isShown = true;
    terminal.write(text);
  }, aWhile);
  return {
    stop: () => {
      clearTimeout(timer);
      if (isShown) terminal.write(clearLine);
      isShown = false;
    },
  };
}
