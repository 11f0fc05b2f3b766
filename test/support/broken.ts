import { exitCodes } from '../../src/exit-codes.ts';
import { steersTerminal } from './hostile-values.ts';
import type { Finished } from './run.ts';

/** What no person should be shown: a stack, an error of Node or the SDK, its code, and values that are no text. */
const raw =
  /^\s+at \S|node:|\b\w*(?:Error|Exception)\b|\bE(?:NOENT|ACCES|PERM|ROFS|NOSPC|DQUOT|[MN]FILE|IO|NOTDIR|ISDIR|LOOP|NAMETOOLONG|EXIST|BUSY|STALE|AGAIN|NXIO|BADF|INVAL|PIPE|TIMEDOUT|CONN[A-Z]+)\b|\[object |\bundefined\b|\bNaN\b|\bsyscall\b|@aws-sdk|this is a bug/m;

const codes: readonly number[] = Object.values(exitCodes);

/**
 * What is wrong with an end of awsp, whatever has happened to it: what it says is its own words, its exit code one of the
 * table, and a shell gets no code of a command that failed. Null if nothing is.
 */
export function brokenBy({ code, stdout, stderr }: Finished, usual: number): string | null {
  if (!codes.includes(code)) return `exit code ${code}`;
  const shown = `${stdout}\n${stderr}`;
  const found = raw.exec(shown) ?? steersTerminal.exec(shown.replaceAll('\n', ''));
  if (found !== null) return `shows ${JSON.stringify(found[0])}`;
  if (code !== usual && code !== exitCodes.done && stderr === '') return 'fails without a word';
  return null;
}
