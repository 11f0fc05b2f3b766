import { pinnedAccount } from '../guard/pins.ts';
import { isProductionName } from '../selection/risk-level.ts';
import { defaults } from './defaults.ts';
import { defaultOf, nameOfKey, type SettingKey, settingKeys } from './keys.ts';
import type { Settings, SettingsFile } from './types.ts';

/**
 * What two files say together, of which one is the team's. Of most keys the person's own value holds. What guards (patterns of
 * production, a confirmation, a time limit, `[agent] deny`, pins, names of production) counts from both, at its strictest. What
 * takes from a guard counts, where the team's file guards at all, only as far as that file has it too.
 */
export function withTeam(own: SettingsFile, team: SettingsFile): SettingsFile {
  const isGuarded = guards(team);
  const values = settingKeys.flatMap((key): (readonly [string, string])[] => {
    const value = heldValue(key, own, team, isGuarded);
    return value === null ? [] : [[nameOfKey(key), value]];
  });
  const pins = own.pins.filter(({ glob }) => pinnedAccount(glob, team.pins) === null);
  const isKept = (id: string, name: string) => isProductionName(name) && !isProductionName(own.accounts.get(id) ?? '');
  const named = [...team.accounts].filter(([id, name]) => !own.accounts.has(id) || isKept(id, name));
  return {
    path: own.path,
    values: new Map(values),
    aliases: new Map([...team.aliases, ...own.aliases]),
    accounts: new Map([...own.accounts, ...named]),
    pins: [...team.pins, ...pins],
    loosenedIn: isGuarded ? team.loosenedIn : own.loosenedIn,
    problems: [...team.problems, ...own.problems],
    lineOf: own.lineOf,
  };
}

/** The settings that a file stands for. */
export function settingsOf({ values, aliases, accounts, pins, loosenedIn, problems }: SettingsFile): Settings {
  const read = settingKeys.map((key) => {
    const value = values.get(nameOfKey(key));
    return value === undefined ? null : key.read(value);
  });
  return Object.assign({ ...defaults, aliases, accounts, pins, loosenedIn, problems }, ...read);
}

// --- internal ---

const guardingSections: readonly string[] = ['production', 'read-only', 'guard', 'agent'];

/** Whether a file has anything that guards production. */
function guards({ values, accounts }: SettingsFile): boolean {
  const hasKey = settingKeys.some((key) => guardingSections.includes(key.section) && values.has(nameOfKey(key)));
  return hasKey || [...accounts.values()].some(isProductionName);
}

function heldValue(key: SettingKey, own: SettingsFile, team: SettingsFile, isGuarded: boolean): string | null {
  const name = nameOfKey(key);
  const [ofOwn, ofTeam] = [own.values.get(name), team.values.get(name)];
  const held = ofTeam ?? (isGuarded && key.loosens ? (defaultOf(key) ?? '') : undefined);
  if (ofOwn === undefined || held === undefined) return ofOwn ?? ofTeam ?? null;
  return key.besideTeam?.(ofOwn, held) ?? ofOwn;
}
