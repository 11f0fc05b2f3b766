import type { Profile } from '../aws-config/types.ts';
import type { Context } from '../context.ts';
import { areFactsOfHere } from '../guard/active-profile.ts';
import { quoteWord } from '../lib/shell-words.ts';
import type { Message } from '../outcome.ts';
import { riskReader } from '../selection/risk-level.ts';
import { directoryOf, roleFact, sectionsOf } from './seen-files.ts';

/** Whether the profile's sections are as they were at the switch; true where nothing was kept of them. */
export function isAsSeen(context: Context, profile: Profile): boolean {
  const { env, files } = context.world;
  if (!env.AWSP_SEEN) return true;
  const read = files.read(`${env.AWSP_SEEN}/facts`);
  return read.kind === 'text' && read.text === sectionsOf(context, profile);
}

/**
 * Looks whether the facts of the last switch in this shell still are true, after AWS's files may have changed. If so, the
 * prompts of this shell and of others with the same facts say no more that the files have changed. `found` is the identity that
 * AWS has told; without it the profile's sections must be what they were. Returns a warning if they are not true any more.
 */
export function recheckFacts(
  context: Context,
  found: { readonly accountId: string | null; readonly arn: string | null } | null,
): readonly Message[] {
  const { world, profiles, settings, accounts, dates } = context;
  const { AWSP_PROFILE: name = '', AWSP_STATE, AWSP_ACCOUNT_ID, AWSP_ROLE, AWSP_LEVEL, AWSP_SEEN } = world.env;
  const profile = profiles.get(name);
  if (profile === null || world.env.AWS_PROFILE !== name || !areFactsOfHere(world)) return [];
  const state = AWSP_STATE === 'verified' ? 'verified' : 'unverified';
  const told = state === 'verified' ? found : null;
  if (told === null && !isAsSeen(context, profile)) return [hasChanged(name)];
  const accountId = told === null ? (AWSP_ACCOUNT_ID ?? null) : told.accountId;
  const roleName = told === null ? (AWSP_ROLE ?? null) : roleFact(profile, told.arn);
  const level = riskReader(profiles, settings, accounts)({ name, accountId, roleName });
  const before = { accountId: AWSP_ACCOUNT_ID ?? null, roleName: AWSP_ROLE ?? null, level: AWSP_LEVEL ?? 'normal' };
  if (before.accountId !== accountId || before.roleName !== roleName || before.level !== level) {
    return [hasChanged(name)];
  }
  const seen = directoryOf(world, { profile: name, accountId, roleName, state, level });
  if (seen === null || AWSP_SEEN !== seen) return [];
  try {
    world.files.keepDates(seen, dates, sectionsOf(context, profile));
  } catch {
    // The prompt goes on saying it.
  }
  return [];
}

// --- internal ---

function hasChanged(name: string): Message {
  return {
    kind: 'warning',
    text: `"${name}" has changed since the switch, so the prompt of this shell may not be true`,
    details: [`to switch again: awsp ${quoteWord(name)}`],
  };
}
