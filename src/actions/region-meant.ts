import type { Context } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { isRegionName } from '../lib/region-name.ts';
import { printable } from '../lib/text.ts';
import { regions, regionsMeant, similarRegion } from '../network/regions.ts';
import { choose } from '../picker/choose.ts';
import type { SwitchOptions } from './switch-options.ts';

/**
 * The region that a person means by its name, a part of it, its place or its short code; of several, the one that the
 * person picks. `force` lets a region pass that awsp does not know, because it is new. Throws an `AwspError` when there is
 * no such region, and when there are several and nobody can pick.
 */
export async function regionMeant(context: Context, typed: string, force: boolean): Promise<string> {
  const found = regionsMeant(typed);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined) {
    if (!isRegionName(typed)) throw new AwspError(exitCodes.usage, `"${typed}" is not a region${similarRegion(typed)}`);
    if (force) return typed;
    throw new AwspError(exitCodes.usage, `awsp knows no region "${typed}"${similarRegion(typed)}`, [
      'if it is one that AWS has added: give --force as well',
    ]);
  }
  if (!context.world.terminal.interactive) {
    const lines = found.map((region) => `${region}  ${regions[region]}`);
    throw new AwspError(exitCodes.usage, `"${printable(typed)}" fits ${found.length} regions`, lines);
  }
  return choose(context, {
    items: found,
    noun: 'regions',
    describe: (shown) => ({
      titles: ['Region', 'Place'],
      rows: shown.map((region) => [{ text: region }, { text: regions[region] ?? '' }]),
      spare: ['Place'],
    }),
    texts: (region) => [region, regions[region] ?? ''],
  });
}

/** The options of a switch, with the name of the region that is meant by what was typed. */
export async function withRegionMeant(context: Context, options: SwitchOptions): Promise<SwitchOptions> {
  if (options.region === null) return options;
  return { ...options, region: await regionMeant(context, options.region, options.forceRegion) };
}
