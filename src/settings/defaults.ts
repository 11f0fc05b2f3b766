import { defaultPromptWidth } from '../environment/prompt-text.ts';
import type { Settings, SettingsFile } from './types.ts';

/** The settings without a file. */
export const defaults: Settings = {
  verifyTimeout: 5_000,
  verifyRemember: 15 * 60_000,
  signInOffer: 'ask',
  signInBrowser: null,
  consoleBrowser: null,
  production: [],
  productionExcept: [],
  productionLimit: null,
  confirm: 'off',
  readOnlyFree: false,
  agentAllow: [],
  agentDeny: [],
  agentLimit: 60 * 60_000,
  logSwitches: false,
  readOnlyRoles: ['*ReadOnly*', '*ViewOnly*', '*Audit*'],
  pins: [],
  // The convention `<product>-<environment>-<role>-<account id>`, where accounts are named `<product>-<environment>`.
  nameTemplate: '{account}-{role}-{accountId}',
  promptFormat: null,
  promptWidth: defaultPromptWidth,
  picker: 'awsp',
  aliases: new Map(),
  accounts: new Map(),
  loosenedIn: [],
  problems: [],
};

/** A file that says nothing. */
export function emptyFile(path: string): SettingsFile {
  const { aliases, accounts, pins, problems } = defaults;
  return { path, values: new Map(), aliases, accounts, pins, loosenedIn: [path], problems, lineOf: () => null };
}

/** A file that cannot be read, which may have asked for more caution. */
export function unreadable(path: string, reason: string): SettingsFile {
  const problems = [{ file: path, line: null, message: `cannot be read: ${reason}` }];
  return { ...emptyFile(path), values: new Map([['guard.confirm', 'yes']]), problems };
}
