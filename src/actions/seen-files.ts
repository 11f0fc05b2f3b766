import { folderOfFiles } from '../aws-config/file-dates.ts';
import { chain } from '../aws-config/profiles.ts';
import type { Profile } from '../aws-config/types.ts';
import type { Context } from '../context.ts';
import { type Facts, filesFact } from '../environment/delta.ts';
import { roleNameOf } from '../identity/arn.ts';
import { sdkConfig } from '../identity/sdk-config.ts';
import { fingerprint } from '../lib/fingerprint.ts';
import { maxNameLength } from '../lib/text.ts';
import { xdgDirectory } from '../lib/xdg-directory.ts';
import type { World } from '../world.ts';

/** The role in the facts: that of the credentials, else that of the profile. One that is too long to export is no role's. */
export function roleFact(profile: Profile, arn: string | null): string | null {
  const role = (arn === null ? null : roleNameOf(arn)) ?? profile.roleName;
  return role !== null && role.length > maxNameLength ? null : role;
}

/** Keeps the dates of AWS's files for the prompt; what the shell gets to know of it. Without a place for them there is none. */
export function keepSeen(context: Context, facts: Facts, profile: Profile): Pick<Facts, 'seen' | 'folder'> {
  const { world } = context;
  const folder = folderOfFiles(world);
  const seen = directoryOf(world, facts);
  if (seen === null || context.dates.length === 0) return { seen: null, folder };
  try {
    world.files.keepDates(seen, context.dates, sectionsOf(context, profile));
    return { seen, folder };
  } catch {
    return { seen: null, folder };
  }
}

/** The facts that the prompt shows. */
type Known = Pick<Facts, 'profile' | 'accountId' | 'roleName' | 'state' | 'level'>;

/** The directory for the dates: one for all shells with the same facts, so that one of them can look again for all. */
export function directoryOf(world: World, { profile, accountId, roleName, state, level }: Known): string | null {
  const folder = xdgDirectory(world, 'state');
  const place = [filesFact(world.env), folderOfFiles(world)];
  const facts = fingerprint(JSON.stringify([profile, accountId, roleName, state, level, place]));
  return folder === null ? null : `${folder}/seen/${facts}`;
}

/** What the files say of a profile and its sources, as a fingerprint: they may hold secrets. */
export function sectionsOf({ profiles }: Context, { name }: Profile): string {
  return fingerprint(sdkConfig(profiles, chain(profiles, name).profiles));
}
