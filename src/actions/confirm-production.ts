import { AwspError, Cancelled } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { isPrintableAscii, printable } from '../lib/text.ts';
import { accountInWords, nameUntold } from '../selection/account-names.ts';
import type { RiskSubject } from '../selection/risk-level.ts';
import type { Confirm } from '../settings/types.ts';
import { confirm } from '../terminal/confirm.ts';
import { say } from '../terminal/messages.ts';
import type { Terminal } from '../world.ts';

/** How production has to be confirmed. */
export interface ProductionConsent {
  /** The confirmation that the settings require. */
  readonly confirm: Confirm;
  /** `--yes`: no confirmation is required. */
  readonly yes: boolean;
  /** What was typed, if it only resembles the profile's name: then a confirmation is always required. */
  readonly guessedFrom: string | null;
  /** The name of its account, where one is known. */
  readonly accountName?: string | null;
  /** Its account or role is not known, and may be production. */
  readonly isPossible?: boolean;
  /** What the person has to know before: why there is a question, what is odd about the name. */
  readonly notices?: readonly string[];
  /** What the profile is wanted for; by default "switch to it". */
  readonly purpose?: string;
}

/**
 * Has the person confirm a switch to production. Throws `refused` (6) if the settings require a confirmation and there is no
 * terminal, or the wrong name was typed; `noProfile` (3) for a guess without a terminal; `Cancelled` for a no.
 */
export async function confirmProduction(
  terminal: Terminal,
  profile: RiskSubject,
  {
    confirm: mode,
    yes,
    guessedFrom,
    accountName = null,
    isPossible = false,
    notices = [],
    purpose = 'switch to it',
  }: ProductionConsent,
): Promise<void> {
  const wanted = yes ? 'off' : mode;
  if (guessedFrom === null && wanted === 'off') return;
  const { name } = profile;
  const isProduction = isPossible ? 'may be production' : 'is production';
  const unknown = isPossible ? ': AWS has not told its account and role' : '';
  if (!terminal.interactive) {
    throw guessedFrom === null
      ? new AwspError(exitCodes.refused, `"${name}" ${isProduction}, and there is no terminal to ask on${unknown}`, [
          ...notices,
          `to ${purpose} without being asked: --yes`,
        ])
      : new AwspError(exitCodes.noProfile, `"${guessedFrom}" only resembles a production profile: name it`, [name]);
  }
  const resembles = guessedFrom === null ? '' : `, which "${guessedFrom}" only resembles`;
  const subject = `awsp: "${name}" ${isProduction}${describe(profile, accountName)}${resembles}${unknown}`;
  for (const text of notices) say(terminal, { kind: 'warning', text });
  if (wanted !== 'typed') {
    if (!(await confirm(terminal, `${printable(subject)}: ${purpose}?`, { default: false }))) throw new Cancelled();
    return;
  }
  const word = wordOf(profile, accountName);
  const question = `${printable(`${subject}: to ${purpose}, type "${word}"`)}: `;
  const answer = (await terminal.ask(question, undefined, 'discard')).trim();
  if (answer === '') throw new Cancelled();
  if (answer !== word) throw new AwspError(exitCodes.refused, `"${answer}" is not "${word}": nothing was done`);
}

// --- internal ---

function describe({ name, accountId, roleName }: RiskSubject, accountName: string | null): string {
  const known = [
    accountId === null ? [] : [accountInWords(accountId, nameUntold(accountName, name))],
    roleName === null ? [] : [`role ${roleName}`],
  ].flat();
  return known.length === 0 ? '' : ` (${known.join(', ')})`;
}

/**
 * The account's name, as far as a keyboard has it, or what the profile's name has in its place: `<account>-<role>-<account
 * id>`; else the profile's name.
 */
function wordOf({ name, accountId, roleName }: RiskSubject, accountName: string | null): string {
  if (accountName !== null && isPrintableAscii(accountName)) return accountName;
  const end = `-${roleName}-${accountId}`;
  return name.endsWith(end) && name.length > end.length ? name.slice(0, -end.length) : name;
}
