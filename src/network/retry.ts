/** What of time a patient client needs; milliseconds. */
export interface Clock {
  now(): number;
  wait(milliseconds: number): Promise<void>;
  /** From 0 up to 1. */
  random(): number;
}

/** So often a request is made while AWS says that there are too many, while it is in trouble, and where it cannot be reached. */
const attempts = { throttled: 12, broken: 5, unreached: 3 } as const;

const minPause = 250;
const maxPause = 20_000;
/** Nobody is asked any more when for so long nothing but trouble has been answered. */
const maxSilence = 60_000;

const minGap = 25;
const maxGap = 2_000;

/**
 * Asks AWS again while it is too busy or in trouble: after a pause that doubles, at random so that clients do not come back
 * together ("Exponential Backoff And Jitter", AWS Architecture Blog), or as long as `Retry-After` says (RFC 9110, 10.2.3).
 * Requests that are made side by side share it: a throttled one slows all of them down, and answers let them become faster.
 */
export class RetryPolicy {
  readonly #clock: Clock;
  /** No request is made before. */
  #next = 0;
  /** Between two requests. */
  #gap = 0;
  #slowedAt = Number.NEGATIVE_INFINITY;
  /** When the first answer came that was none, since the last that was one. */
  #troubledSince: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What `send` answers in the end; rejects with its last error. */
  async ask<T>(send: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      await this.#turn();
      const sentAt = this.#clock.now();
      try {
        const answer = await send();
        this.#troubledSince = null;
        this.#gap = this.#gap < minGap ? 0 : this.#gap * 0.9;
        return answer;
      } catch (error) {
        const trouble = troubleOf(error);
        if (trouble === null || attempt >= attempts[trouble]) throw error;
        if (trouble === 'throttled') this.#slowDown(sentAt);
        const now = this.#clock.now();
        const resumes = now + Math.max(this.#backOff(attempt), retryAfter(error));
        this.#troubledSince ??= now;
        if (resumes > this.#troubledSince + maxSilence) throw error;
        this.#next = Math.max(this.#next, resumes);
      }
    }
  }

  async #turn(): Promise<void> {
    const now = this.#clock.now();
    const turn = Math.max(now, this.#next);
    this.#next = turn + this.#gap;
    if (turn > now) await this.#clock.wait(turn - now);
  }

  /** Once for all requests that were under way together. */
  #slowDown(sentAt: number): void {
    if (sentAt < this.#slowedAt) return;
    this.#gap = Math.min(maxGap, Math.max(minGap, this.#gap * 2));
    this.#slowedAt = this.#clock.now();
  }

  /** Between half of what doubles at each attempt and all of it. */
  #backOff(attempt: number): number {
    const most = Math.min(maxPause, minPause * 2 ** attempt);
    return most / 2 + (this.#clock.random() * most) / 2;
  }
}

// --- internal ---

/** The part of the SDK's errors that tells. */
interface ServiceError {
  readonly name?: string;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

function troubleOf(error: unknown): keyof typeof attempts | null {
  const { name = '', code, $metadata } = error as ServiceError;
  const status = $metadata?.httpStatusCode ?? 0;
  if (status === 429 || /^(TooManyRequests|Throttling)/.test(name)) return 'throttled';
  if (status >= 500) return 'broken';
  const isCut = /^(TimeoutError|AbortError)$/.test(name) || /^(ECONNRESET|EPIPE|ETIMEDOUT)$/.test(String(code));
  return isCut ? 'unreached' : null;
}

/** In milliseconds; AWS gives seconds, not dates. */
function retryAfter(error: unknown): number {
  const seconds = Number((error as ServiceError).$response?.headers?.['retry-after']);
  return seconds > 0 ? seconds * 1_000 : 0;
}
