import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { printable } from '../lib/text.ts';
import { messageOf } from '../network/errors.ts';
import { tell } from '../terminal/messages.ts';
import type { World } from '../world.ts';

/** The MFA device of a role's source, `mfa_serial`, and the profile that the code is for. */
export interface MfaNeed {
  readonly serial: string;
  readonly profileName: string;
}

/**
 * Calls `use` with an MFA code that the person is asked for, and returns its result. Asks again where the code is not six
 * digits or AWS does not take it, three times in all; then throws what the last one failed with. Without a terminal it
 * throws at once. `whileAsking` runs each question.
 */
export async function withMfaCode<T>(
  { terminal }: Pick<World, 'terminal'>,
  { serial, profileName }: MfaNeed,
  whileAsking: (question: () => Promise<string>) => Promise<string>,
  use: (code: string) => Promise<T>,
): Promise<T> {
  if (!terminal.interactive) {
    throw new AwspError(
      exitCodes.failed,
      `the MFA device "${serial}" must be asked for a code, and there is no terminal to ask on`,
    );
  }
  const question = `MFA code of device "${printable(deviceName(serial))}" for "${printable(profileName)}": `;
  for (let tries = 1; ; tries++) {
    const code = (await whileAsking(() => terminal.ask(question))).trim();
    const isCode = /^\d{6}$/.test(code);
    try {
      if (!isCode) throw new AwspError(exitCodes.failed, 'an MFA code has six digits');
      return await use(code);
    } catch (error) {
      if (tries === maxTries || (isCode && !isWrongCode(error))) throw error;
      tell(terminal, isCode ? '  AWS did not take that code; each works once' : '  an MFA code has six digits');
    }
  }
}

// --- internal ---

const maxTries = 3;

/** A virtual device is named at the end of its ARN; the serial number of one in hardware is its name. */
function deviceName(serial: string): string {
  return /^arn:[^:]*:iam::[^:]*:mfa\/(.+)$/.exec(serial)?.[1] ?? serial;
}

/** STS has no error code of its own for it: AccessDenied also says that the role is not for this caller. */
function isWrongCode(error: unknown): boolean {
  return /invalid MFA one time pass code/i.test(messageOf(error, ''));
}
