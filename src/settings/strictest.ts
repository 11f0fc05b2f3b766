import { pinnedAccount } from '../guard/pins.ts';
import { closest } from '../lib/closest.ts';
import { lineTexts } from '../lib/lines.ts';
import { isProductionName } from '../selection/risk-level.ts';
import { ownSections, readGlobs, settingKeys } from './keys.ts';
import { confirmModes, type Settings, type SettingsFile } from './types.ts';

/**
 * What the text of a settings file with problems may mean at its strictest: production needs a confirmation, the typed
 * one if the word is anywhere, and all patterns count that stand behind a key like `match`, and all accounts that get a name of
 * production. So a misspelt section, a colon in place of `=` or UTF-16 does not take a protection away. Nor is anything allowed by such a file, to people or agents.
 */
export function strictestReading(text: string, file: SettingsFile): SettingsFile {
  const lines = lineTexts(asItLooks(text)).filter((line) => !/^\s*[#;]/.test(line));
  const isTyped = file.values.get('guard.confirm') === 'typed' || lines.some((line) => /\btyped\b/i.test(line));
  const globsOf = (name: string, found: readonly string[]) => {
    return [...new Set([...readGlobs(file.values.get(name) ?? ''), ...found])].join(', ');
  };
  const values = {
    'guard.confirm': isTyped ? 'typed' : 'yes',
    'guard.read-only': 'asked',
    'production.match': globsOf('production.match', [
      ...patternsIn(lines, 'production', 'match'),
      ...productionIn(lines),
    ]),
    'agent.allow': '',
    'agent.deny': globsOf('agent.deny', patternsIn(lines, 'agent', 'deny')),
  };
  const strictest = new Map([...file.values, ...Object.entries(values)]);
  const isWritten = (name: string) => strictest.get(name) === file.values.get(name);
  const lineOf: SettingsFile['lineOf'] = (section, key) =>
    key === null || isWritten(`${section}.${key}`) ? file.lineOf(section, key) : null;
  return { ...file, values: strictest, lineOf };
}

/**
 * The settings of a file, held to those of the user's own: what forbids counts from both files (names of production too), and
 * what allows (`[agent] allow`, `[production] except`, `[read-only] roles`) only where the same glob is in both. `own` has the
 * first word on pins.
 */
export function heldTo(own: Settings, settings: Settings): Settings {
  const either = <T>(of: (one: Settings) => readonly T[]) => [...new Set([...of(own), ...of(settings)])];
  const both = (of: (one: Settings) => readonly string[]) => of(settings).filter((glob) => of(own).includes(glob));
  const limits = [own.productionLimit, settings.productionLimit].filter((limit) => limit !== null);
  return {
    ...settings,
    confirm: confirmModes.findLast((mode) => mode === own.confirm || mode === settings.confirm) ?? 'typed',
    readOnlyFree: own.readOnlyFree && settings.readOnlyFree,
    readOnlyRoles: both((one) => one.readOnlyRoles),
    production: [...either((one) => one.production), ...productionOf(settings.accounts)],
    accounts: own.accounts,
    productionExcept: both((one) => one.productionExcept),
    productionLimit: limits.length === 0 ? null : Math.min(...limits),
    agentAllow: both((one) => one.agentAllow),
    agentDeny: either((one) => one.agentDeny),
    agentLimit: Math.min(own.agentLimit, settings.agentLimit),
    logSwitches: own.logSwitches || settings.logSwitches,
    pins: [...own.pins, ...settings.pins.filter(({ glob }) => pinnedAccount(glob, own.pins) === null)],
    loosenedIn: either((one) => one.loosenedIn),
    // The same file may be among those of both.
    problems: [...new Map(either((one) => one.problems).map((one) => [JSON.stringify(one), one])).values()],
  };
}

// --- internal ---

/** The ids of the accounts with a name of production. */
function productionOf(accounts: Settings['accounts']): readonly string[] {
  return [...accounts].flatMap(([id, name]) => (isProductionName(name) ? [id] : []));
}

/** Without the characters that are not shown, the zero bytes of UTF-16 among them, and with plain letters (NFKC). */
function asItLooks(text: string): string {
  return text.normalize('NFKC').replace(/(?![\t\r\n])[\p{Cc}\p{Cf}\uFFFD]/gu, '');
}

/** The globs behind keys that may be this one, except in sections that are certainly others. */
function patternsIn(lines: readonly string[], ownSection: string, ownKey: string): readonly string[] {
  const sections = [...ownSections, ...settingKeys.map(({ section }) => section)];
  const otherSections = new Set(sections.filter((name) => name !== ownSection));
  let section = '';
  return lines.flatMap((line) => {
    const [, header, behind] = /^[^\w[]*\[([^\]=:]*)\]?(.*)$/.exec(line) ?? [];
    section = header?.trim() ?? section;
    const [, key = '', value = ''] = /^\W*([\w-]+)\W*?[=:](.*)$/.exec(behind ?? line) ?? [];
    const isOwn = !otherSections.has(section) && closest(key, [ownKey], 1).length > 0;
    return isOwn ? readGlobs(value.replace(/\s[;#].*$/, '').replaceAll(/["']/g, '')) : [];
  });
}

/** The ids of the accounts that a line, in whatever section, gives a name of production. */
function productionIn(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => {
    const [, id, name = ''] = /^\W*(\d{12})\W*?[=:](.*)$/.exec(line) ?? [];
    return id !== undefined && isProductionName(name) ? [id] : [];
  });
}
