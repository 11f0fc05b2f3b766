import { type ProfileFault, remedyOf } from '../aws-config/fault.ts';
import { displayPlace } from '../aws-config/paths.ts';
import type { Profile } from '../aws-config/types.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';

/** The error for a profile that cannot be used: what is wrong, where, and what to do. */
export function unusable(profile: Profile, fault: ProfileFault, home: string | null): AwspError {
  const code = fault.isRenewal ? exitCodes.signInNeeded : exitCodes.failed;
  return new AwspError(code, `"${profile.name}" cannot be used: ${faultText(profile, fault, home)}`, [
    remedyOf(fault, home),
  ]);
}

/** What is wrong with a profile, and where, in one line. */
export function faultText({ name }: Profile, { problem }: ProfileFault, home: string | null): string {
  const own = `profile "${name}": `;
  const text = problem.message.startsWith(own) ? problem.message.slice(own.length) : problem.message;
  return `${text} (${displayPlace(problem, home)})`;
}
