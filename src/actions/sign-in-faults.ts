import { displayPlace } from '../aws-config/paths.ts';
import type { Problem } from '../aws-config/problems.ts';
import type { Context } from '../context.ts';
import type { SignInNeeded } from '../errors.ts';
import type { Message } from '../outcome.ts';
import { awsLoginNeeded } from '../sso/aws-login.ts';
import { signInOf } from '../sso/sign-in-state.ts';

/** What keeps people from signing in: sessions and profiles without a portal or its region, and missing sessions. */
export function signInFaults({ profiles, world }: Context): readonly Message[] {
  return profiles
    .problems()
    .filter(keepsFromSigningIn)
    .map((problem) => ({ kind: 'warning', text: `${displayPlace(problem, world.home)}: ${problem.message}` }));
}

/** The profiles of `aws login` that a person has to sign in for, each with the command that does it. */
export function awsLoginsNeeded({ profiles, world }: Context): readonly SignInNeeded[] {
  return profiles.all().flatMap((profile) => {
    const state = profile.kind === 'login' ? signInOf(world, profile)?.state : undefined;
    return state === 'none' || state === 'expired' ? [awsLoginNeeded(profile, state)] : [];
  });
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
    case 'incomplete':
      if (problem.fault === 'session') return true;
      return problem.fault === 'sso' && problem.missing.some((key) => key === 'sso_start_url' || key === 'sso_region');
    default:
      return false;
  }
}
