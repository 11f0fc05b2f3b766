/** Time and chance, so that tests can control them; in milliseconds. */
export interface Clock {
  now(): number;
  wait(milliseconds: number): Promise<void>;
  /** From 0 up to 1. */
  random(): number;
}

/** How often a request is sent at most, by the kind of failure: throttling, a server error (5xx), no connection. */
const maxAttempts = { throttled: 12, serverError: 5, noConnection: 3 } as const;

const minPause = 250;
const maxPause = 20_000;
/** The retries end when every request has failed for this long. */
const maxFailingTime = 60_000;

const minGap = 25;
const maxGap = 2_000;

/**
 * Retries a request that AWS throttles or fails to serve, with exponential backoff and jitter ("Exponential Backoff And
 * Jitter", AWS Architecture Blog), or after the time in `Retry-After` (RFC 9110, 10.2.3). Concurrent requests share one
 * policy: a throttled request slows all of them down, successful ones speed them up again.
 */
export class RetryPolicy {
  readonly #clock: Clock;
  /** The earliest time of the next request. */
  #next = 0;
  /** The pause between two requests. */
  #gap = 0;
  #slowedAt = Number.NEGATIVE_INFINITY;
  /** The time of the first failure since the last success. */
  #failingSince: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns what `send` finally resolves to; rejects with its last error. */
  async run<T>(send: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      await this.#waitForTurn();
      const sentAt = this.#clock.now();
      try {
        const result = await send();
        this.#failingSince = null;
        this.#gap = this.#gap < minGap ? 0 : this.#gap * 0.9;
        return result;
      } catch (error) {
        const failure = failureKind(error);
        if (failure === null || attempt >= maxAttempts[failure]) throw error;
        if (failure === 'throttled') this.#slowDown(sentAt);
        const now = this.#clock.now();
        const resumes = now + Math.max(this.#backOff(attempt), retryAfter(error));
        this.#failingSince ??= now;
        if (resumes > this.#failingSince + maxFailingTime) throw error;
        this.#next = Math.max(this.#next, resumes);
      }
    }
  }

  async #waitForTurn(): Promise<void> {
    const now = this.#clock.now();
    const turn = Math.max(now, this.#next);
    this.#next = turn + this.#gap;
    if (turn > now) await this.#clock.wait(turn - now);
  }

  /** Requests that were in flight together slow down only once. */
  #slowDown(sentAt: number): void {
    if (sentAt < this.#slowedAt) return;
    this.#gap = Math.min(maxGap, Math.max(minGap, this.#gap * 2));
    this.#slowedAt = this.#clock.now();
  }

  /** The pause doubles with each attempt; a random part of its second half is left out. */
  #backOff(attempt: number): number {
    const pause = Math.min(maxPause, minPause * 2 ** attempt);
    return pause / 2 + (this.#clock.random() * pause) / 2;
  }
}

// --- internal ---

/** The fields of an SDK error that are used here. */
interface ServiceError {
  readonly name?: string;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

function failureKind(error: unknown): keyof typeof maxAttempts | null {
  const { name = '', code, $metadata } = error as ServiceError;
  const status = $metadata?.httpStatusCode ?? 0;
  if (status === 429 || /^(TooManyRequests|Throttling)/.test(name)) return 'throttled';
  if (status >= 500) return 'serverError';
  const isCut = /^(TimeoutError|AbortError)$/.test(name) || /^(ECONNRESET|EPIPE|ETIMEDOUT)$/.test(String(code));
  return isCut ? 'noConnection' : null;
}

/** The time of `Retry-After` in milliseconds, or 0; AWS sends seconds, not dates. */
function retryAfter(error: unknown): number {
  const seconds = Number((error as ServiceError).$response?.headers?.['retry-after']);
  return seconds > 0 ? seconds * 1_000 : 0;
}
