import type { Profile } from './types.ts';

/** What a profile's name can be made from. */
export interface NameFacts {
  /** The account's name. It may not be unique, and may have characters that a profile's name cannot have. */
  readonly account: string;
  readonly accountId: string;
  readonly role: string;
  /** The name of the session, or of the portal if there is no session. */
  readonly session: string;
}

/** What is wrong with a name template; null if nothing is. */
export function templateFault(template: string): string | null {
  const names: string[] = [...template.matchAll(placeholder)].map(([, name = '']) => name);
  const unknown = names.find((name) => !placeholders.some((known) => known === name));
  const strange = /[^\w\-/.%@:+]/.exec(template.replace(placeholder, ''))?.[0];
  if (unknown !== undefined)
    return `{${unknown}} is not a placeholder; use ${placeholders.map((name) => `{${name}}`).join(', ')}`;
  if (strange !== undefined) return `not all of AWS's tools take "${strange}" in the name of a profile`;
  if (!names.includes('role')) return 'without {role}, the roles of an account cannot be told apart';
  if (!names.includes('account') && !names.includes('accountId'))
    return 'without {account} or {accountId}, accounts cannot be told apart';
  return null;
}

/** The name that a template makes. The template must be valid (`templateFault`). */
export function nameBy(template: string, facts: NameFacts): string {
  return template.replace(placeholder, (_whole, key: keyof NameFacts) => plainWord(facts[key]) || facts.accountId);
}

/**
 * The name of a profile's account: as aws-sso-util writes it, or from the profile's name where a template has made that; null if
 * neither tells.
 */
export function accountIn({ name, accountId, roleName, properties }: Profile, template: string): string | null {
  const written = properties.get('sso_account_name')?.value;
  if (written) return written;
  const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const facts: Record<string, string> = {
    account: '(.+)',
    accountId: escaped(accountId ?? ''),
    role: escaped(roleName ?? ''),
    session: '.+',
  };
  const pattern = template
    .split(/\{([^{}]*)\}/)
    .map((part, index) => (index % 2 === 0 ? escaped(part) : (facts[part] ?? '')))
    .join('');
  return new RegExp(`^${pattern}$`).exec(name)?.[1] ?? null;
}

// --- internal ---

/**
 * A text reduced to the characters that all of AWS's tools accept in a name: with others, the AWS SDK for JavaScript does
 * not see the profile (`prefixKeyRegex` in parseIni.ts), and the one for Java warns and skips it (`ProfileFileReader`,
 * VALID_IDENTIFIER). `/`, `%` and `:` are accepted, but are special in paths and prompts, so they are replaced as well.
 */
function plainWord(text: string): string {
  return [...text.normalize('NFKD')]
    .map((letter) => letters[letter] ?? letter)
    .join('')
    .replace(/\p{M}/gu, '')
    .replace(/[^\w.@+]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

const placeholders: readonly (keyof NameFacts)[] = ['account', 'accountId', 'role', 'session'];
const placeholder = /\{([^{}]*)\}/g;

/** Letters that Unicode normalization does not decompose. */
const letters: Readonly<Record<string, string>> = {
  ...{ æ: 'ae', Æ: 'Ae', ø: 'o', Ø: 'O', œ: 'oe', Œ: 'Oe', ß: 'ss', ł: 'l', Ł: 'L' },
  ...{ đ: 'd', Đ: 'D', ð: 'd', Ð: 'D', þ: 'th', Þ: 'Th' },
};
