import { spawnSync } from 'node:child_process';

/**
 * The AWS CLI of this machine, if it can be led to an emulator: AWS_ENDPOINT_URL_STS and its like are obeyed since 1.29 and
 * 2.13. Otherwise why not; a machine without one is in order, also where CI is set.
 */
export const awsCli: { readonly reason: string | null } = { reason: reasonAgainst() };

function reasonAgainst(): string | null {
  const { stdout, error } = spawnSync('aws', ['--version'], { encoding: 'utf8' });
  if (error) return 'the AWS CLI is not installed';
  const [, major = 0, minor = 0] = /^aws-cli\/(\d+)\.(\d+)/.exec(stdout)?.map(Number) ?? [];
  const isEnough = major > 2 || (major === 2 && minor >= 13) || (major === 1 && minor >= 29);
  return isEnough ? null : `the AWS CLI ${major}.${minor} obeys no AWS_ENDPOINT_URL_STS`;
}
