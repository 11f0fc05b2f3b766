/** What the name of a profile may be made of. */
export interface NameFacts {
  /** The account's name; need not be unique, nor be fit for a profile's name. */
  readonly account: string;
  readonly accountId: string;
  readonly role: string;
  /** The name of the session, or the portal's where there is none. */
  readonly session: string;
}

/** The convention `<product>-<environment>-<role>-<account id>`, where accounts are named `<product>-<environment>`. */
export const defaultNameTemplate = '{account}-{role}-{accountId}';

/** Why a template makes no good names; null when it does. */
export function templateFault(template: string): string | null {
  const names: string[] = [...template.matchAll(placeholder)].map(([, name = '']) => name);
  const unknown = names.find((name) => !placeholders.some((known) => known === name));
  const strange = /[^\w\-/.%@:+]/.exec(template.replace(placeholder, ''))?.[0];
  if (unknown !== undefined)
    return `it knows no {${unknown}}, only ${placeholders.map((name) => `{${name}}`).join(', ')}`;
  if (strange !== undefined) return `not all of AWS's tools take "${strange}" in the name of a profile`;
  if (!names.includes('role')) return 'without {role}, the roles of an account cannot be told apart';
  if (!names.includes('account') && !names.includes('accountId'))
    return 'without {account} or {accountId}, accounts cannot be told apart';
  return null;
}

/** The name by a template that has no fault. */
export function nameBy(template: string, facts: NameFacts): string {
  return template.replace(placeholder, (_whole, key: keyof NameFacts) => plainWord(facts[key]) || facts.accountId);
}

// --- internal ---

/**
 * A text in the characters that a name may have for all of AWS's tools: the AWS SDK for JavaScript sees no profile with any
 * other (`prefixKeyRegex` of its parseIni.ts), the one for Java warns and leaves it out (`ProfileFileReader`, VALID_IDENTIFIER).
 * `/`, `%` and `:`, which those take, mean something else to paths and prompts.
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

/** Letters that Unicode does not take apart. */
const letters: Readonly<Record<string, string>> = {
  ...{ æ: 'ae', Æ: 'Ae', ø: 'o', Ø: 'O', œ: 'oe', Œ: 'Oe', ß: 'ss', ł: 'l', Ł: 'L' },
  ...{ đ: 'd', Đ: 'D', ð: 'd', Ð: 'D', þ: 'th', Þ: 'Th' },
};
