import type { ServiceName } from './service.ts';

export type FaultEffect =
  /** The answer comes, later. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /**
   * The service refuses, with this status and AWS error code. `members`: what the error carries besides in JSON, as
   * `InvalidRequestRegionException` its `region` and `endpoint`.
   */
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly code: string;
      readonly message?: string;
      readonly members?: Readonly<Record<string, string>>;
    }
  /**
   * "Rate exceeded", as the service says it; `retryAfter`: with a header that says so many seconds. With a `bucket` only
   * where that is empty, as AWS does it (API Gateway and EC2 document their token buckets): each request that comes
   * through takes one of its tokens, of which there are `burst` at most, and `perSecond` new ones.
   */
  | { readonly kind: 'throttle'; readonly retryAfter?: number; readonly bucket?: Bucket }
  /** The connection is reset before anything is answered. */
  | { readonly kind: 'reset' }
  /** Status 200 and a body that is not the service's format: what a captive portal answers. */
  | { readonly kind: 'garbage' }
  /** Nothing is ever answered. */
  | { readonly kind: 'silence' };

interface Bucket {
  readonly perSecond: number;
  readonly burst: number;
  /** How full it was when a token was last asked for; full where it is not given. */
  readonly level?: { readonly tokens: number; readonly at: number };
}

/** What is to go wrong, and where; without `service` or `operation` everywhere. */
export interface Fault {
  readonly service?: ServiceName;
  readonly operation?: string;
  /** How many requests it meets; all of them where it is not given. */
  readonly times?: number;
  readonly effect: FaultEffect;
}

/**
 * The effects that meet a request: delays, then at most one that ends it. The faults that are taken are counted down
 * in the list, and those that are used up leave it. `now`: milliseconds since 1970.
 */
export function takeEffects(
  faults: Fault[],
  service: ServiceName,
  operation: string,
  now: number,
): readonly FaultEffect[] {
  const effects: FaultEffect[] = [];
  for (const fault of [...faults]) {
    if ((fault.service ?? service) !== service || (fault.operation ?? operation) !== operation) continue;
    if (takeToken(faults, fault, now)) continue;
    effects.push(fault.effect);
    countDown(faults, fault);
    if (fault.effect.kind !== 'delay') break;
  }
  return effects;
}

/** Whether the fault has a bucket, and that had a token left. */
function takeToken(faults: Fault[], fault: Fault, now: number): boolean {
  const { effect } = fault;
  if (effect.kind !== 'throttle' || effect.bucket === undefined) return false;
  const { perSecond, burst, level = { tokens: burst, at: now } } = effect.bucket;
  const tokens = Math.min(burst, level.tokens + ((now - level.at) / 1000) * perSecond);
  if (tokens < 1) return false;
  const bucket = { perSecond, burst, level: { tokens: tokens - 1, at: now } };
  faults.splice(faults.indexOf(fault), 1, { ...fault, effect: { ...effect, bucket } });
  return true;
}

function countDown(faults: Fault[], fault: Fault): void {
  if (fault.times === undefined) return;
  const left = fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [];
  faults.splice(faults.indexOf(fault), 1, ...left);
}
