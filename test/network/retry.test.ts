import { describe, expect, it } from 'vitest';
import { type Clock, RetryPolicy } from '../../src/network/retry.ts';

/** A clock that goes on to the next who waits, as soon as there is nothing else to do. */
function fakeClock() {
  const waiting: { readonly until: number; readonly wake: () => void }[] = [];
  let time = 1_000_000;
  const clock: Clock = {
    now: () => time,
    wait: (milliseconds) => new Promise((wake) => waiting.push({ until: time + milliseconds, wake })),
    random: () => 0.5,
  };
  const run = async <T>(work: Promise<T>): Promise<T> => {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    work.then(end, end);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isOver) return work;
      const [next] = waiting.sort((one, other) => one.until - other.until).splice(0, 1);
      if (next === undefined) throw new Error('nobody waits, and nothing goes on');
      time = Math.max(time, next.until);
      next.wake();
    }
  };
  return { clock, run, elapsed: () => time - 1_000_000 };
}

const errors = {
  throttled: { name: 'TooManyRequestsException', $metadata: { httpStatusCode: 429 } },
  oldThrottled: { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } },
  broken: { name: 'InternalFailure', $metadata: { httpStatusCode: 503 } },
  reset: { name: 'Error', code: 'ECONNRESET' },
  late: { name: 'AbortError' },
  refused: { name: 'ForbiddenException', $metadata: { httpStatusCode: 403 } },
  over: { name: 'UnauthorizedException', $metadata: { httpStatusCode: 401 } },
  nowhere: { name: 'Error', code: 'ENOTFOUND' },
  bug: new TypeError('x is not a function'),
};
const failing = (error: object, times = Number.POSITIVE_INFINITY) => {
  const sent = { count: 0 };
  const send = async () => {
    if (sent.count++ < times) throw error;
    return 'answer';
  };
  return { sent, send };
};

describe('a request', () => {
  it.each([
    ['throttled', errors.throttled, 12],
    ['throttled in another way', errors.oldThrottled, 12],
    ['met by trouble', errors.broken, 5],
    ['cut off', errors.reset, 3],
    ['not answered in time', errors.late, 3],
    ['refused', errors.refused, 1],
    ['of a sign-in that is over', errors.over, 1],
    ['to nowhere', errors.nowhere, 1],
    ['that has a bug', errors.bug, 1],
  ])('%s is made so often, and no longer than a minute', async (_what, error, most) => {
    const { clock, run, elapsed } = fakeClock();
    const { sent, send } = failing(error);
    await expect(run(new RetryPolicy(clock).run(send))).rejects.toBe(error);
    expect(sent.count).toBeLessThanOrEqual(most);
    expect(sent.count).toBeGreaterThanOrEqual(Math.min(most, 6));
    expect(elapsed()).toBeLessThanOrEqual(60_000);
  });

  it('is made again after pauses that double, and answered in the end', async () => {
    const { clock, run, elapsed } = fakeClock();
    const { sent, send } = failing(errors.broken, 4);
    expect(await run(new RetryPolicy(clock).run(send))).toBe('answer');
    expect(sent.count).toBe(5);
    // three quarters of 500, 1,000, 2,000 and 4,000: the clock's random number lies in the middle
    expect(elapsed()).toBe(5_625);
  });

  it.each([
    ['3', 3_000],
    ['0', 375],
    ['soon', 375],
  ])('waits as Retry-After: %s says', async (seconds, expected) => {
    const { clock, run, elapsed } = fakeClock();
    const { send } = failing({ ...errors.throttled, $response: { headers: { 'retry-after': seconds } } }, 1);
    await run(new RetryPolicy(clock).run(send));
    expect(elapsed()).toBe(expected);
  });

  it('is not made again where Retry-After is longer than anybody waits', async () => {
    const { clock, run, elapsed } = fakeClock();
    const { sent, send } = failing({ ...errors.throttled, $response: { headers: { 'retry-after': '900' } } });
    await expect(run(new RetryPolicy(clock).run(send))).rejects.toMatchObject(errors.throttled);
    expect([sent.count, elapsed()]).toEqual([1, 0]);
  });

  it('is as patient after an hour as at the beginning', async () => {
    const { clock, run } = fakeClock();
    const retryPolicy = new RetryPolicy(clock);
    await run(retryPolicy.run(async () => 1));
    await run(clock.wait(3_600_000));
    expect(await run(retryPolicy.run(failing(errors.throttled, 3).send))).toBe('answer');
  });
});

describe('requests side by side', () => {
  /** Four that make 300 requests of 20 ms each, of which so many come through in a second. */
  async function crowd(perSecond: number, burst: number) {
    const { clock, run, elapsed } = fakeClock();
    const retryPolicy = new RetryPolicy(clock);
    const count = { sent: 0, throttled: 0 };
    let [tokens, at] = [burst, clock.now()];
    const send = async () => {
      count.sent++;
      tokens = Math.min(burst, tokens + ((clock.now() - at) / 1_000) * perSecond);
      at = clock.now();
      const isGiven = tokens >= 1;
      if (isGiven) tokens--;
      else count.throttled++;
      await clock.wait(20);
      if (!isGiven) throw errors.throttled;
    };
    let left = 300;
    const work = async () => {
      while (left-- > 0) await retryPolicy.run(send);
    };
    await run(Promise.all([work(), work(), work(), work()]));
    return { ...count, elapsed: elapsed() };
  }

  it('that meet no limit are not slowed down', async () => {
    expect(await crowd(1_000, 1_000)).toEqual({ sent: 300, throttled: 0, elapsed: 1_500 });
  });

  it.each([
    [100, 10],
    [50, 10],
    [20, 20],
    [10, 1],
    [5, 5],
    [2, 1],
  ])('%i a second, %i at once: few are throttled, and little time is lost', async (perSecond, burst) => {
    const { throttled, elapsed } = await crowd(perSecond, burst);
    expect(throttled).toBeLessThan(150);
    expect(elapsed).toBeLessThan((300 / perSecond) * 2_500 + 5_000);
  });

  it('wait all when one is told to', async () => {
    const { clock, run } = fakeClock();
    const retryPolicy = new RetryPolicy(clock);
    const { send } = failing({ ...errors.throttled, $response: { headers: { 'retry-after': '5' } } }, 1);
    const started = clock.now();
    const first = retryPolicy.run(send);
    await run(clock.wait(1));
    await run(retryPolicy.run(async () => 1));
    expect(clock.now() - started).toBeGreaterThanOrEqual(5_000);
    await run(first);
  });
});
