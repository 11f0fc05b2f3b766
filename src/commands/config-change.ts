import { describeChange } from '../aws-config/changes.ts';
import { configPaths } from '../aws-config/paths.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { World } from '../world.ts';
import { isWanted } from './questions.ts';

/** Where new profiles go. Throws `AwspError` when there is no such place. */
export function configFile(world: World): string {
  const { config } = configPaths(world.env, world.home);
  if (config === null) throw new AwspError(exitCodes.failed, 'HOME is not set, so there is no place for a profile');
  return config;
}

export interface Agreement {
  readonly question: string;
  /** What Enter means. */
  readonly byDefault: boolean;
  /** Nobody is asked. */
  readonly yes: boolean;
  /** What is said where nobody can be asked. */
  readonly refusal: string;
}

/** Shows the lines by which a change would change a file, and asks; throws `AwspError` without a yes. */
export async function agreeToChange(
  world: World,
  path: string,
  change: (text: string | null) => string,
  { question, byDefault, yes, refusal }: Agreement,
): Promise<void> {
  const { terminal } = world;
  const read = world.files.read(path);
  const before = read.kind === 'text' ? read.text : '';
  terminal.write(`${describeChange(before, change(before))}\n`);
  if (!yes && !terminal.interactive) throw new AwspError(exitCodes.refused, refusal, ['to agree: --yes']);
  if (!(await isWanted(terminal, question, yes, byDefault))) throw new AwspError(exitCodes.cancelled, '');
}
