import type { Profile, ProfileSet } from '../aws-config/types.ts';

/** What a `.awsp` file says of its folder: which account, or which profile, belongs there. */
export interface FolderPin {
  readonly kind: 'account' | 'profile';
  readonly value: string;
}

/** Why a `.awsp` file is no pin; `line` is null for the whole file. */
export interface BadPin {
  readonly line: number | null;
  readonly message: string;
}

/** In characters. A longer file is none of awsp's; the shims read four times as much. */
const longest = 1_000;

/**
 * Reads the text of a `.awsp` file: one line `account = 123456789012` or `profile = name`, and comments that begin with `#`,
 * on lines of their own or after a blank.
 */
export function parsePin(text: string): FolderPin | BadPin {
  if (text.length > longest) return { line: null, message: `is longer than ${longest} characters` };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uFFFD]/.test(text)) {
    return { line: null, message: 'has characters that no text has' };
  }
  let pin: FolderPin | null = null;
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
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

/** The folder and those above it, up to the root. */
export function ancestorDirectories(folder: string): readonly string[] {
  const parts = folder.split('/').filter((part) => part !== '');
  return [...parts.map((_, index) => `/${parts.slice(0, parts.length - index).join('/')}`), '/'];
}

/** The profiles that belong where the pin is. */
export function profilesOf(profiles: ProfileSet, { kind, value }: FolderPin): readonly Profile[] {
  if (kind === 'profile') return [profiles.get(value)].filter((profile) => profile !== null);
  return profiles.all().filter(({ accountId }) => accountId === value);
}

/** What is said of a pin that no profile is for. */
export function describeMissing(pin: FolderPin): string {
  return pin.kind === 'account'
    ? `none of your profiles is for ${describePin(pin)}`
    : `there is no ${describePin(pin)}`;
}

export function describePin({ kind, value }: FolderPin): string {
  return kind === 'account' ? `account ${value}` : `profile "${value}"`;
}

// --- internal ---

function parseSetting(text: string): FolderPin | null {
  const [, key, value] = /^(account|profile)\s*=\s*(.+)$/.exec(text) ?? [];
  if (key === 'account') return /^\d{12}$/.test(value ?? '') ? { kind: key, value: value ?? '' } : null;
  return key === 'profile' && value !== undefined ? { kind: key, value } : null;
}
