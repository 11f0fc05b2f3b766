import { overridingVariables } from '../environment/delta.ts';
import type { World } from '../world.ts';
import { endAhead } from './limit.ts';

/** The shell's tools use the profile already, and nothing but it, and are still meant to. */
export function isActiveAndUnshadowed({ env, now }: World, name: string): boolean {
  const isOver = Boolean(env.AWSP_UNTIL) && endAhead(env.AWSP_UNTIL, now()) === null;
  return env.AWS_PROFILE === name && overridingVariables(env).length === 0 && !isOver;
}
