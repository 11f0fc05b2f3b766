import type { Profile } from '../aws-config/types.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { listed } from '../lib/text.ts';
import { withTimeout } from '../lib/timeout.ts';
import { Portal } from '../sso/portal.ts';
import { sessionOf } from '../sso/session.ts';
import type { VerificationRequest } from './types.ts';

/**
 * The error of a role that the portal does not give, with the roles that it does give in that account; null where it does
 * not tell them.
 */
export async function roleNotGiven(
  { world, profiles, settings }: VerificationRequest,
  link: Profile,
  cause: unknown,
): Promise<AwspError | null> {
  const { accountId, roleName } = link;
  const session = sessionOf(profiles, link);
  if (session === null || accountId === null) return null;
  const asked = await withTimeout(new Portal(world, session).roles(accountId), settings.verifyTimeout).catch(
    () => null,
  );
  if (asked?.kind !== 'done' || asked.value.length === 0) return null;
  return new AwspError(
    exitCodes.failed,
    `IAM Identity Center gives you no role "${roleName}" in account ${accountId}`,
    [
      `you do have these roles there: ${listed(asked.value)}`,
      'correct sso_role_name of the profile, or ask for the access',
    ],
    cause,
  );
}
