import { folderOfFiles } from '../aws-config/file-dates.ts';
import { filesFact, overridingVariables } from '../environment/delta.ts';
import type { World } from '../world.ts';
import { endAhead } from './limit.ts';

/** Whether the profile is active in this shell, no variable overrides it, and its time limit has not passed. */
export function isActiveAndUnshadowed({ env, now }: World, name: string): boolean {
  const isExpired = Boolean(env.AWSP_UNTIL) && endAhead(env.AWSP_UNTIL, now()) === null;
  return env.AWS_PROFILE === name && overridingVariables(env).length === 0 && !isExpired;
}

/** Whether the facts in this shell are of the files and endpoints that it has now. */
export function areFactsOfHere(world: World): boolean {
  const { env } = world;
  return env.AWSP_FILES === filesFact(env) && (env.AWSP_FOLDER ?? null) === folderOfFiles(world);
}

/**
 * Whether awsp has switched this shell to the profile as production, and it is still active: AWS_PROFILE alone may have
 * been set by hand, and the profile may be one of another account or of other files by now. Everybody who can write
 * this environment can use the profile without awsp, so the facts need no proof.
 */
export function isProductionInUse(world: World, name: string, accountId: string | null): boolean {
  const { env } = world;
  return (
    isActiveAndUnshadowed(world, name) &&
    env.AWSP_PROFILE === name &&
    env.AWSP_LEVEL === 'production' &&
    (env.AWSP_STATE === 'verified' || env.AWSP_STATE === 'unverified') &&
    areFactsOfHere(world) &&
    (accountId === null || env.AWSP_ACCOUNT_ID === accountId)
  );
}
