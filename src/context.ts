import { loadProfiles } from './aws-config/load.ts';
import type { ProfileSet } from './aws-config/types.ts';
import { withPins } from './guard/pins.ts';
import { loadSettings } from './settings/settings.ts';
import type { Settings } from './settings/types.ts';
import type { World } from './world.ts';

/** What nearly every command needs. */
export interface Context {
  readonly world: World;
  readonly settings: Settings;
  readonly profiles: ProfileSet;
}

export async function loadContext(world: World): Promise<Context> {
  const settings = await loadSettings(world);
  return { world, settings, profiles: withPins(loadProfiles(world), settings.pins) };
}
