import { Complaint } from '../cli/command.ts';
import { readLimit } from '../guard/limit.ts';

/** Refuses what is not the ARN of an IAM role, of any partition. */
export function roleArnComplaint(arn: string): Complaint | null {
  return /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(arn)
    ? null
    : new Complaint(`"--role-arn ${arn}" is not the ARN of a role: arn:aws:iam::123456789012:role/Name`);
}

/**
 * How long the keys of a role or a console session last, in seconds (AWS STS API Reference, AssumeRole, `DurationSeconds`; IAM
 * User Guide, "Enable custom identity broker access to the AWS console", `SessionDuration`).
 */
export function readSessionDuration(time: string | null): number | null | Complaint {
  if (time === null) return null;
  const seconds = (readLimit(time) ?? 0) / 1_000;
  const isInRange = seconds >= minSeconds && seconds <= maxSeconds;
  return isInRange ? seconds : new Complaint(`"--duration ${time}" is not a time from 15m to 12h`);
}

// --- internal ---

const minSeconds = 900;
const maxSeconds = 43_200;
