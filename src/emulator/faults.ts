import type { ServiceName } from './service.ts';

export type FaultEffect =
  /** The response is delayed. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /**
   * The service returns an error with this status and AWS error code. `members` are further members of the error in JSON,
   * such as `region` and `endpoint` of `InvalidRequestRegionException`.
   */
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly code: string;
      readonly message?: string;
      readonly members?: Readonly<Record<string, string>>;
    }
  /**
   * The service throttles, with its own error; `retryAfter` adds that header, in seconds. With a `bucket` it throttles only
   * while the bucket is empty, as AWS does (the documentation of API Gateway and EC2 describes token buckets): a request
   * that is not throttled takes one token, and `perSecond` tokens are added, up to `burst`.
   */
  | { readonly kind: 'throttle'; readonly retryAfter?: number; readonly bucket?: Bucket }
  /** The connection is reset without a response. */
  | { readonly kind: 'reset' }
  /** Status 200 and a body that is not in the service's format, as a captive portal returns. */
  | { readonly kind: 'garbage' }
  /** There is no response at all. */
  | { readonly kind: 'silence' };

interface Bucket {
  readonly perSecond: number;
  readonly burst: number;
  /** The tokens at the time of the last request; full when not given. */
  readonly level?: { readonly tokens: number; readonly at: number };
}

/** A fault to inject; without `service` or `operation` it applies to all of them. */
export interface Fault {
  readonly service?: ServiceName;
  readonly operation?: string;
  /** The number of requests that it applies to; without it to all. */
  readonly times?: number;
  readonly effect: FaultEffect;
}

/**
 * The effects for a request: any delays, then at most one effect that ends it. The counts of the faults that apply are
 * reduced in the list, and faults that are used up are removed. `now` is in milliseconds since 1970.
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

// --- internal ---

/** Takes a token out of the fault's bucket; false when it has no bucket, or the bucket is empty. */
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
  const remaining = fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [];
  faults.splice(faults.indexOf(fault), 1, ...remaining);
}
