import { chainEnds } from '../aws-config/profiles.ts';
import type { Context } from '../context.ts';
import { roleCachePath } from '../identity/role-cache.ts';
import { type AwsLogin, awsLoginOf } from '../sso/aws-login.ts';
import { roleCredentialsFolder } from '../sso/role-credentials.ts';
import { type SsoSession, sessionOf } from '../sso/session.ts';

/**
 * The files of the AWS CLI's cache with role credentials that were obtained with one of these sign-ins to portals, or by
 * `aws login`: those of SSO roles, and of roles that are assumed with them. They stay valid for hours after the sign-in has
 * ended.
 */
export function cachedRoles(
  { world, profiles }: Context,
  sessions: readonly SsoSession[],
  logins: readonly AwsLogin[] = [],
): readonly string[] {
  const keys = new Set(sessions.map(({ key }) => key));
  const arns = new Set(logins.map(({ arn }) => arn));
  const rootOf = chainEnds(profiles);
  const paths = profiles.all().flatMap((profile) => {
    const root = rootOf(profile.name);
    const session = root === null ? null : sessionOf(profiles, root);
    const isOfSession = session !== null && keys.has(session.key);
    const isOfLogin = root !== null && arns.has(awsLoginOf(world, profiles, root)?.arn ?? '');
    return isOfSession || isOfLogin ? (roleCachePath(world, profiles, profile, world.env) ?? []) : [];
  });
  const folder = roleCredentialsFolder(world);
  const names = folder === null || paths.length === 0 ? [] : world.files.list(folder);
  const there = new Set(names.map((name) => `${folder}/${name}`));
  return [...new Set(paths)].filter((path) => there.has(path));
}
