import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Environment, World } from '../world.ts';

/**
 * The certificates (PEM) that the AWS CLI would trust: AWS_CA_BUNDLE, or the profile's `ca_bundle`; null for the
 * defaults.
 */
export function certificatesFor(world: World, env: Environment, caBundle: string | null): string | null {
  const path = env.AWS_CA_BUNDLE || caBundle;
  if (!path) return null;
  const read = world.files.read(path.startsWith('~/') && world.home !== null ? `${world.home}${path.slice(1)}` : path);
  if (read.kind === 'text') return read.text;
  const reason = read.kind === 'missing' ? 'no such file' : read.reason;
  throw new AwspError(exitCodes.failed, `the certificates in "${path}" cannot be read: ${reason}`, [
    env.AWS_CA_BUNDLE ? 'AWS_CA_BUNDLE names the file' : 'the ca_bundle of the profile names the file',
  ]);
}
