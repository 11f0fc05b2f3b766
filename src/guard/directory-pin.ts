import type { Profile, ProfileSet } from '../aws-config/types.ts';
import { lineTexts } from '../lib/lines.ts';
import { hasControl } from '../lib/text.ts';

/** What a `.awsp` file says about its directory: which account, or which profile, belongs there. */
export interface DirectoryPin {
  readonly kind: 'account' | 'profile';
  readonly value: string;
}

/** Why a `.awsp` file is not a pin; `line` is null for the whole file. */
export interface BadPin {
  readonly line: number | null;
  readonly message: string;
}

/** In characters. A longer file is not one of awsp's; the shims read four times as much. */
const maxLength = 1_000;

/**
 * Reads the text of a `.awsp` file: one line `account = 123456789012` or `profile = name`, and comments that begin with
 * `#`, on lines of their own or after a blank.
 */
export function parsePin(text: string): DirectoryPin | BadPin {
  if (text.length > maxLength) return { line: null, message: `is longer than ${maxLength} characters` };
  const lines = lineTexts(text.replace(/^\uFEFF/, ''));
  if (text.includes('\uFFFD') || lines.some((line) => hasControl(line.replaceAll('\t', ' ')))) {
    return { line: null, message: 'has a control character, or is not UTF-8' };
  }
  let pin: DirectoryPin | null = null;
  for (const [index, line] of lines.entries()) {
    const setting = line.replace(/(^|\s)#.*$/, '').trim();
    if (setting === '') continue;
    const found = parseSetting(setting);
    if (found === null) {
      return { line: index + 1, message: 'is neither "account = <twelve digits>" nor "profile = <name>"' };
    }
    if (pin !== null) return { line: index + 1, message: 'is a second pin: one is enough' };
    pin = found;
  }
  return pin ?? { line: null, message: 'pins nothing' };
}

/** The directory and those above it, up to the root. */
export function ancestorDirectories(directory: string): readonly string[] {
  const parts = directory.split('/').filter((part) => part !== '');
  return [...parts.map((_, index) => `/${parts.slice(0, parts.length - index).join('/')}`), '/'];
}

/** The profiles that the pin allows. */
export function profilesOf(profiles: ProfileSet, { kind, value }: DirectoryPin): readonly Profile[] {
  if (kind === 'profile') return [profiles.get(value)].filter((profile) => profile !== null);
  return profiles.all().filter(({ accountId }) => accountId === value);
}

/** The message for a pin that no profile matches. */
export function describeMissing(pin: DirectoryPin): string {
  return pin.kind === 'account'
    ? `none of your profiles is for ${describePin(pin)}`
    : `there is no ${describePin(pin)}`;
}

/** The account or profile of a pin in words, with the name of the account where one is given. */
export function describePin({ kind, value }: DirectoryPin, accountName: string | null = null): string {
  const name = accountName === null ? '' : ` "${accountName}"`;
  return kind === 'account' ? `account ${value}${name}` : `profile "${value}"`;
}

// --- internal ---

function parseSetting(text: string): DirectoryPin | null {
  const [, key, value] = /^(account|profile)\s*=\s*(.+)$/.exec(text) ?? [];
  if (key === 'account') return /^\d{12}$/.test(value ?? '') ? { kind: key, value: value ?? '' } : null;
  return key === 'profile' && value !== undefined ? { kind: key, value } : null;
}
