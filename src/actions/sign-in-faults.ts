import { displayPlace } from '../aws-config/paths.ts';
import type { Problem } from '../aws-config/problems.ts';
import type { Context } from '../context.ts';
import type { Message } from '../outcome.ts';

/**
 * What keeps people from signing in: sessions and profiles without a portal or its region, or with one that is none; missing
 * sessions.
 */
export function signInFaults({ profiles, world }: Context): readonly Message[] {
  return profiles
    .problems()
    .filter(keepsFromSigningIn)
    .map((problem) => ({ kind: 'warning', text: `${displayPlace(problem, world.home)}: ${problem.message}` }));
}

// --- internal ---

function keepsFromSigningIn(problem: Problem): boolean {
  switch (problem.id) {
    case 'dangling':
      return problem.fault === 'sso-session';
    case 'misspelt':
      return /^sso_(session|start_url|region)$/.test(problem.meant);
    case 'bad-header':
      return problem.fault === 'misspelt-prefix' && problem.prefix.startsWith('sso-session ');
    case 'bad-value':
      return problem.fault === 'sign-in';
    case 'incomplete':
      if (problem.fault === 'session') return true;
      return problem.fault === 'sso' && problem.missing.some((key) => key === 'sso_start_url' || key === 'sso_region');
    default:
      return false;
  }
}
