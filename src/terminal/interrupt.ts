import { Cancelled } from '../errors.ts';
import type { World } from '../world.ts';
import { clearLine, noticeAfterAWhile } from './notice.ts';

/** Ctrl-C as a failure of whatever is being waited for. */
export interface Interrupt {
  /** What `work` resolves to; rejects with `Cancelled` on Ctrl-C, and `work` goes on unheard. */
  orCancelled<T>(work: Promise<T>): Promise<T>;
  /** Gives Ctrl-C back. */
  end(): void;
}

/** From now on Ctrl-C does not end the program, so that it can clean up. */
export function listenForInterrupt(world: World): Interrupt {
  let cancel: (reason: Cancelled) => void = () => {};
  const cancelled = new Promise<never>((_, reject) => {
    cancel = reject;
  });
  // Nobody may be waiting when it comes.
  cancelled.catch(() => {});
  return {
    orCancelled: (work) => Promise.race([work, cancelled]),
    end: world.onInterrupt(() => {
      // The terminal has shown it as ^C.
      if (world.terminal.interactive) world.terminal.write(clearLine);
      cancel(new Cancelled());
    }),
  };
}

/** What `work` resolves to; rejects with `Cancelled` on Ctrl-C. On a terminal `text` says what takes long, where work does not. */
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
