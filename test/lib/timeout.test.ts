import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { PausableTimeout, withDeadline, withTimeout } from '../../src/lib/timeout.ts';

const never = new Promise<never>(() => {});

describe('a timeout', () => {
  it('returns the value if the work is in time', async () => {
    expect(await withTimeout(Promise.resolve(1), 1_000)).toEqual({ kind: 'done', value: 1 });
  });

  it('returns that the time is over', async () => {
    expect(await withTimeout(never, 1)).toEqual({ kind: 'timeout' });
  });

  it('rejects as the work does', async () => {
    await expect(withTimeout(Promise.reject(new Error('broken')), 1_000)).rejects.toThrow('broken');
  });

  it('ignores a failure after it', async () => {
    let fail = () => {};
    const failsLate = new Promise<never>((_, reject) => {
      fail = () => reject(new Error('late'));
    });
    expect(await withTimeout(failsLate, 1)).toEqual({ kind: 'timeout' });
    fail();
    await wait(1);
  });

  it('does not run out while it is suspended, and starts anew afterwards', async () => {
    const timeout = new PausableTimeout();
    const limited = timeout.limit(wait(150, 'done'), 100);
    const answer = await timeout.pausedFor(() => wait(120, 'asked'));
    expect([answer, await limited]).toEqual(['asked', { kind: 'done', value: 'done' }]);
  });

  it('goes by the clock, which goes on while the machine sleeps', async () => {
    let time = 0;
    const slept = withDeadline(never, 600_000, () => {
      time += 300_000;
      return time;
    });
    expect(await slept).toEqual({ kind: 'timeout' });
    const late = wait(5, 'done');
    expect(await withDeadline(late, 600_000, () => 0)).toEqual({ kind: 'done', value: 'done' });
  });
});
