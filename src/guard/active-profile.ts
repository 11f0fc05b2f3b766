import { overridingVariables } from '../environment/delta.ts';
import type { World } from '../world.ts';
import { endAhead } from './limit.ts';

/** Whether the profile is active in this shell, no variable overrides it, and its time limit has not passed. */
export function isActiveAndUnshadowed({ env, now }: World, name: string): boolean {
  const isExpired = Boolean(env.AWSP_UNTIL) && endAhead(env.AWSP_UNTIL, now()) === null;
  return env.AWS_PROFILE === name && overridingVariables(env).length === 0 && !isExpired;
}
