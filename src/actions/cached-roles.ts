import { chainEnds } from '../aws-config/profiles.ts';
import type { Context } from '../context.ts';
import { roleCachePath } from '../identity/role-cache.ts';
import { type SsoSession, sessionOf } from '../sso/session.ts';

/**
 * The files of the AWS CLI's cache with role credentials that were obtained with one of these sign-ins: those of SSO roles,
 * and of roles that are assumed with them. They stay valid for hours after the sign-in has ended.
 */
export function cachedRoles({ world, profiles }: Context, sessions: readonly SsoSession[]): readonly string[] {
  const keys = new Set(sessions.map(({ key }) => key));
  const rootOf = chainEnds(profiles);
  const paths = profiles.all().flatMap((profile) => {
    const root = rootOf(profile.name);
    const session = root === null ? null : sessionOf(profiles, root);
    const isOfSession = session !== null && keys.has(session.key);
    return isOfSession ? (roleCachePath(world, profiles, profile, world.env) ?? []) : [];
  });
  return [...new Set(paths)].filter((path) => world.files.isFile(path));
}
