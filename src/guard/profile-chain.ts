import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Environment } from '../world.ts';

/**
 * The variable in which programs that hand out credentials tell the next ones, which a `credential_process` starts, for which
 * profiles that is (awscli/customizations/configure/exportcreds.py, `_RECURSION_VAR`): a line of CSV.
 */
const chainVariable = '_AWS_CLI_PROFILE_CHAIN';

/** As many as the AWS CLI allows (`_MAX_RECURSION`). */
const maxChain = 4;

/**
 * The environment for a credential process of this profile. Throws an `AwspError` when credentials of the profile are being
 * asked for already, so that it would never end, and when the chain of processes is too long.
 */
export function withinChain(env: Environment, profile: string): Environment {
  const chain = readLine(env[chainVariable] ?? '');
  const names = [...chain, profile].join(' -> ');
  if (chain.includes(profile)) {
    throw new AwspError(
      exitCodes.failed,
      `the credential_process of "${profile}" asks for its own credentials: ${names}`,
      ['name another profile in credential_process, one that has credentials of its own'],
    );
  }
  if (chain.length >= maxChain) {
    throw new AwspError(
      exitCodes.failed,
      `more than ${maxChain} profiles get their credentials from each other: ${names}`,
      ['name a profile with credentials of its own in credential_process'],
    );
  }
  return { ...env, [chainVariable]: [...chain, profile].map(writeField).join(',') };
}

// --- internal ---

/** The fields of a line of CSV, as Python's `csv` module reads it. */
function readLine(line: string): readonly string[] {
  if (line === '') return [];
  const fields = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...fields].map(([, quoted, plain = '']) => (quoted === undefined ? plain : quoted.replaceAll('""', '"')));
}

function writeField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
