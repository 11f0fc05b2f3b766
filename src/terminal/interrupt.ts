import { Cancelled } from '../errors.ts';
import type { World } from '../world.ts';
import { clearLine, noticeAfterAWhile } from './notice.ts';

/** Makes Ctrl-C reject what is being waited for. */
export interface Interrupt {
  /**
   * Resolves to what `work` resolves to; rejects with `Cancelled` on Ctrl-C, and then the result of `work` is ignored.
   */
  orCancelled<T>(work: Promise<T>): Promise<T>;
  /** Ctrl-C ends the program again. */
  end(): void;
}

/** Until `end`, Ctrl-C does not end the program, so that it can clean up. */
export function listenForInterrupt(world: World): Interrupt {
  let cancel: (reason: Cancelled) => void = () => {};
  const cancelled = new Promise<never>((_, reject) => {
    cancel = reject;
  });
  // If nothing is being waited for at Ctrl-C, this is not an unhandled rejection.
  cancelled.catch(() => {});
  return {
    orCancelled: (work) => Promise.race([work, cancelled]),
    end: world.onInterrupt(() => {
      // Remove the ^C that the terminal has echoed.
      if (world.terminal.interactive) world.terminal.write(clearLine);
      cancel(new Cancelled());
    }),
  };
}

/**
 * Resolves to what `work` resolves to; rejects with `Cancelled` on Ctrl-C. A terminal shows `text` if it takes long.
 */
export async function waitFor<T>(world: World, work: Promise<T>, text: string | null): Promise<T> {
  const interrupt = listenForInterrupt(world);
  const notice = text === null ? null : noticeAfterAWhile(world, text);
  try {
    return await interrupt.orCancelled(work);
  } finally {
    notice?.stop();
    interrupt.end();
  }
}
