/** The result of waiting for a promise: its value, or that it took too long. */
export type Timed<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'timeout' };

/** Waits for `work` at most so many milliseconds. Rejects as `work` does; after a timeout its outcome is ignored. */
export function withTimeout<T>(work: Promise<T>, milliseconds: number): Promise<Timed<T>> {
  return new PausableTimeout().limit(work, milliseconds);
}

/** In milliseconds: how late a deadline may be noticed. */
const clockStep = 1_000;

/**
 * As `withTimeout`, until a time of the clock (milliseconds since 1970): the timers of a machine that sleeps stand still, and
 * the clock does not.
 */
export async function withDeadline<T>(work: Promise<T>, deadline: number, now: () => number): Promise<Timed<T>> {
  for (;;) {
    const timed = await withTimeout(work, Math.max(0, Math.min(clockStep, deadline - now())));
    if (timed.kind === 'done' || now() >= deadline) return timed;
  }
}

/** A timeout that can be suspended while a person is asked; afterwards the whole time is available again. */
export class PausableTimeout {
  #start: (() => void) | null = null;
  #timer: NodeJS.Timeout | undefined;

  /** As `withTimeout`. */
  async limit<T>(work: Promise<T>, milliseconds: number): Promise<Timed<T>> {
    const timeout = new Promise<Timed<T>>((resolve) => {
      this.#start = () => {
        this.#timer = setTimeout(resolve, milliseconds, { kind: 'timeout' });
      };
      this.#start();
    });
    try {
      return await Promise.race([work.then((value) => ({ kind: 'done', value }) as const), timeout]);
    } finally {
      clearTimeout(this.#timer);
      this.#start = null;
    }
  }

  /** Stops the clock until the promise that `ask` returns is fulfilled. */
  async pausedFor<T>(ask: () => Promise<T>): Promise<T> {
    clearTimeout(this.#timer);
    const result = await ask();
    this.#start?.();
    return result;
  }
}
