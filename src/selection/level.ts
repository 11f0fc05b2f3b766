import type { Profile } from '../aws-config/types.ts';
import { globExpression } from './glob.ts';

/** How careful a person must be with a profile. */
export type Level = 'normal' | 'production';

/**
 * Whether a profile is production: by the settings' patterns where there are any (globs on the name or the account id),
 * else by a part of its name: `prod`, `production`, `prd` or `live`, numbered or not, and not after `non` or `pre`.
 */
export function levelOf(profile: Profile, patterns: readonly string[] | null): Level {
  const production = patterns === null ? hasProductionPart(profile.name) : matchesAny(profile, patterns);
  return production ? 'production' : 'normal';
}

// --- internal ---

function hasProductionPart(name: string): boolean {
  const parts = name
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1-$2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return parts.some((part, index) => {
    const before = parts[index - 1];
    return /^(prod|production|prd|live)\d*$/.test(part) && before !== 'non' && before !== 'pre' && before !== 'not';
  });
}

function matchesAny({ name, accountId }: Profile, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const expression = globExpression(pattern);
    return expression.test(name) || (accountId !== null && expression.test(accountId));
  });
}
