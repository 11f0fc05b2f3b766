import { datesOfFiles } from './aws-config/file-dates.ts';
import { loadProfiles } from './aws-config/load.ts';
import type { ProfileSet } from './aws-config/types.ts';
import { withPins } from './guard/pins.ts';
import { type AccountNames, readAccountNames } from './selection/account-names.ts';
import { loadSettings } from './settings/settings.ts';
import type { Settings } from './settings/types.ts';
import type { FileDate, World } from './world.ts';

/** What nearly every command needs. */
export interface Context {
  readonly world: World;
  readonly settings: Settings;
  readonly profiles: ProfileSet;
  readonly accounts: AccountNames;
  /** The dates of AWS's files before they were read. */
  readonly dates: readonly FileDate[];
}

export async function loadContext(world: World): Promise<Context> {
  const settings = await loadSettings(world);
  const dates = datesOfFiles(world);
  const profiles = withPins(loadProfiles(world), settings.pins);
  return { world, settings, dates, profiles, accounts: readAccountNames(world, settings.accounts) };
}
