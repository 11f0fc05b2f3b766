import type { Profile } from '../aws-config/types.ts';
import { globExpression } from '../lib/glob.ts';

/** How careful a person must be with a profile. */
export type Level = 'normal' | 'production';

/** What decides the level: as the profile promises it, or as AWS says it. */
export type RiskSubject = Pick<Profile, 'name' | 'accountId' | 'roleName'>;

/**
 * Whether a profile is production: by the settings' patterns where there are any (globs on the name, the account id or
 * the role), else by a part of its name: `prod`, `production`, `prd` or `live`, numbered or not, and not after `non`,
 * `not` or `pre`.
 */
export function riskLevel(profile: RiskSubject, patterns: readonly string[] | null): Level {
  const production = patterns === null ? hasProductionPart(profile.name) : matchesAny(profile, patterns);
  return production ? 'production' : 'normal';
}

// --- internal ---

function hasProductionPart(name: string): boolean {
  // Letters of all scripts take V8 a millisecond to get ready for, at every switch.
  if (!/prod|prd|live/i.test(name)) return false;
  const parts = name
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1-$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1-$2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return parts.some((part, index) => {
    const before = parts[index - 1];
    return /^\d*(prod|production|prd|live)\d*$/.test(part) && before !== 'non' && before !== 'pre' && before !== 'not';
  });
}

function matchesAny({ name, accountId, roleName }: RiskSubject, patterns: readonly string[]): boolean {
  const texts = [name, accountId, roleName].filter((text) => text !== null);
  return patterns.map(globExpression).some((pattern) => texts.some((text) => pattern.test(text)));
}
