import { type Command, Complaint, type OptionSpec } from './command.ts';

/** The flag of every command that can print JSON. */
export const json: OptionSpec = { name: 'json', describe: 'print JSON' };

/** For a command without words. */
export const noWords: Command['words'] = { min: 0, max: 0 };

/** For a command whose words are a query. */
export const queryWords: Command['words'] = { min: 0, max: Number.POSITIVE_INFINITY, value: 'PROFILE' };

/** What is wrong with a region, or null. An unknown region may be right: AWS adds regions. */
export function regionComplaint(region: string | null): Complaint | null {
  return region === null || /^[a-z0-9-]+$/.test(region) ? null : new Complaint(`"${region}" is not a region`);
}
