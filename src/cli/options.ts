import type { Command, OptionSpec } from './command.ts';

/** The flag of every command that can print JSON. */
export const json: OptionSpec = { name: 'json', describe: 'print JSON' };

/** For a command without words. */
export const noWords: Command['words'] = { min: 0, max: 0 };

/** For a command whose words are a query. */
export const queryWords: Command['words'] = { min: 0, max: Number.POSITIVE_INFINITY, value: 'PROFILE' };

/** Of every command that takes a region: AWS adds regions. */
export const forceRegion: OptionSpec = { name: 'force', describe: 'take a region that awsp does not know' };
