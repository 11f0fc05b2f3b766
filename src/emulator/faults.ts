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
  /** "Rate exceeded", as the service says it. */
  | { readonly kind: 'throttle' }
  /** The connection is reset before anything is answered. */
  | { readonly kind: 'reset' }
  /** Status 200 and a body that is not the service's format: what a captive portal answers. */
  | { readonly kind: 'garbage' }
  /** Nothing is ever answered. */
  | { readonly kind: 'silence' };

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
 * in the list, and those that are used up leave it.
 */
export function takeEffects(faults: Fault[], service: ServiceName, operation: string): readonly FaultEffect[] {
  const effects: FaultEffect[] = [];
  for (const fault of [...faults]) {
    if ((fault.service ?? service) !== service || (fault.operation ?? operation) !== operation) continue;
    effects.push(fault.effect);
    countDown(faults, fault);
    if (fault.effect.kind !== 'delay') break;
  }
  return effects;
}

function countDown(faults: Fault[], fault: Fault): void {
  if (fault.times === undefined) return;
  const left = fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [];
  faults.splice(faults.indexOf(fault), 1, ...left);
}
