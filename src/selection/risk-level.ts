import type { Profile, ProfileSet } from '../aws-config/types.ts';
import { type GlobExpression, globExpression } from '../lib/glob.ts';
import { isPrintableAscii, letterClasses } from '../lib/text.ts';
import type { AccountNames } from './account-names.ts';

/** The risk of using a profile. */
export type Level = 'normal' | 'production';

/** What decides the level, taken from the profile or from AWS. */
export type RiskSubject = Pick<Profile, 'name' | 'accountId' | 'roleName'>;

/** What the settings say of production: globs on the profile's name, the account's name or id, or the role. */
export interface ProductionRules {
  /** Added to the built-in rule. */
  readonly production: readonly string[];
  /** Taken from both; not by the account's name, which a portal tells: only the person's own words end a guard. */
  readonly productionExcept: readonly string[];
}

/** Returns the risk level of a profile. */
export type RiskReader = (subject: RiskSubject) => Level;

/** The parts of a profile set that decide the level of one profile among many. */
type Profiles = Pick<ProfileSet, 'names' | 'namesAround' | 'get'>;

/**
 * Returns the risk level of profiles. A profile is production if its name, its account or its role is, or another
 * profile of the same account is by its name or account. `productionExcept` excludes a profile from that. The other
 * profiles of an account are found by a text search, and only when they decide; the result for an account is kept.
 */
export function riskReader(
  profiles: Profiles,
  rules: ProductionRules,
  accounts: Pick<AccountNames, 'nameOf'>,
): RiskReader {
  const { is, isExcepted } = rulesReader(rules);
  const bySibling = new Map<string, boolean>();

  const hasSibling = (accountId: string): boolean => {
    let isProduction = bySibling.get(accountId);
    if (isProduction === undefined) {
      const isSibling = (name: string) =>
        is({ name, accountId, roleName: null }) &&
        // A text search also finds profiles that only mention the id.
        profiles.get(name)?.accountId === accountId &&
        !isExcepted(profiles.get(name) as Profile);
      isProduction = profiles.namesAround([accountId]).some(isSibling);
      bySibling.set(accountId, isProduction);
    }
    return isProduction;
  };
  const isAccount = (accountId: string): boolean => {
    const name = accounts.nameOf(accountId);
    return (name !== null && is({ name, accountId: null, roleName: null })) || hasSibling(accountId);
  };
  return (subject) => {
    if (isExcepted(subject)) return 'normal';
    const isProduction = is(subject) || (subject.accountId !== null && isAccount(subject.accountId));
    return isProduction ? 'production' : 'normal';
  };
}

/** `riskReader` for one profile. */
export function riskLevel(
  subject: RiskSubject,
  profiles: Profiles,
  rules: ProductionRules,
  accounts: Pick<AccountNames, 'nameOf'>,
): Level {
  return riskReader(profiles, rules, accounts)(subject);
}

/**
 * Whether a profile whose account or role is not known may be production: a pattern of the settings may fit them, or
 * another profile or a known account, which may be the same, is production.
 */
export function mayBeProduction(
  subject: RiskSubject,
  profiles: Profiles,
  rules: ProductionRules,
  accounts: Pick<AccountNames, 'all'>,
): boolean {
  const { accountId, roleName } = subject;
  const { is, isExcepted } = rulesReader(rules);
  if ((accountId !== null && roleName !== null) || isExcepted(subject)) return false;
  const mayFit = (glob: string) => accountId === null || !/^\d{12}$/.test(glob);
  if (rules.production.some(mayFit)) return true;
  const isName = (name: string) => is({ name, accountId: null, roleName: null });
  return accountId === null && (profiles.names.some(isName) || [...accounts.all().values()].some(isName));
}

/**
 * Whether a glob fits the name, the account id or the role as they are written, or the account's name where one is given;
 * with `asItLooks` also as they look.
 */
export function fitsAny(
  subject: RiskSubject,
  globs: readonly string[],
  {
    asItLooks = false,
    accountName = null,
  }: { readonly asItLooks?: boolean; readonly accountName?: string | null } = {},
): boolean {
  const expressions = globs.map(globExpression);
  const read = asItLooks ? plain : (text: string) => text;
  const account = accountName === null ? null : { name: accountName, accountId: null, roleName: null };
  return matchesAny(subject, expressions, read) || (account !== null && matchesAny(account, expressions, read));
}

/** Whether the built-in rule takes a name for that of production. */
export function isProductionName(name: string): boolean {
  return hasProductionPart(plain(name));
}

// --- internal ---

function rulesReader({ production, productionExcept }: ProductionRules) {
  const [patterns, exceptions] = [production, productionExcept].map((globs) => globs.map(globExpression));
  return {
    is: (subject: RiskSubject) => isProductionName(subject.name) || matchesAny(subject, patterns ?? [], plain),
    // As it is written: what only looks like an exception is none.
    isExcepted: (subject: RiskSubject) => matchesAny(subject, exceptions ?? [], (text) => text),
  };
}

/**
 * A name as it looks: without characters that are not shown, such as zero-width spaces, and with full-width and other
 * styled letters as plain ones (Unicode's NFKC).
 */
function plain(text: string): string {
  if (isPrintableAscii(text)) return text;
  return text.normalize('NFKC').replace(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '');
}

const productionParts = ['prod', 'prd', 'live'];

/**
 * The built-in rule: a part of the name is `prod`, `production`, `prd` or `live`, with or without a number, and not
 * after `non`, `not` or `pre`.
 */
function hasProductionPart(name: string): boolean {
  // Nearly every name ends here, without the expressions below.
  const inLowerCase = name.toLowerCase();
  if (!productionParts.some((part) => inLowerCase.includes(part))) return false;
  const { lower, upper, digit, alphanumeric } = letterClasses(name);
  const parts = name
    .replace(new RegExp(`([${lower}${digit}])([${upper}])`, 'gu'), '$1-$2')
    .replace(new RegExp(`([${upper}])([${upper}][${lower}])`, 'gu'), '$1-$2')
    .toLowerCase()
    .split(new RegExp(`[^${alphanumeric}]+`, 'u'));
  return parts.some((part, index) => {
    const before = parts[index - 1];
    return /^\d*(prod|production|prd|live)\d*$/.test(part) && before !== 'non' && before !== 'pre' && before !== 'not';
  });
}

function matchesAny(
  { name, accountId, roleName }: RiskSubject,
  patterns: readonly GlobExpression[],
  read: (text: string) => string,
): boolean {
  if (patterns.length === 0) return false;
  const texts = [name, accountId, roleName].flatMap((text) => (text === null ? [] : [text, read(text)]));
  return patterns.some((pattern) => texts.some((text) => pattern.test(text)));
}
