import type { Profile, ProfileSet } from '../aws-config/types.ts';
import { globExpression } from '../lib/glob.ts';

/** The roles that match one of the settings' globs, in the order of the globs. */
export function readOnlyRoles(roles: readonly string[], globs: readonly string[]): readonly string[] {
  const inOrder = globs.map(globExpression).flatMap((glob) => roles.filter((role) => glob.test(role)));
  return [...new Set(inOrder)];
}

/** Whether a role matches one of the settings' globs; not if it is not known. */
export function isReadOnlyRole(role: string | null, globs: readonly string[]): boolean {
  return role !== null && readOnlyRoles([role], globs).length > 0;
}

/** The read-only profiles of an account, best first: those of the same sign-in, then in the order of the globs. */
export function readOnlyProfiles(
  profiles: ProfileSet,
  { accountId, ssoSession, ssoStartUrl }: Pick<Profile, 'accountId' | 'ssoSession' | 'ssoStartUrl'>,
  globs: readonly string[],
): readonly Profile[] {
  const here = profiles.all().filter((profile) => profile.accountId === accountId && profile.roleName !== null);
  const roles = readOnlyRoles(
    here.map(({ roleName }) => roleName ?? ''),
    globs,
  );
  const distance = (profile: Profile): number => {
    if (profile.ssoSession === ssoSession && profile.ssoStartUrl === ssoStartUrl) return 0;
    return profile.ssoStartUrl === ssoStartUrl ? 1 : 2;
  };
  return roles
    .flatMap((role) => here.filter(({ roleName }) => roleName === role))
    .sort((one, other) => distance(one) - distance(other));
}
