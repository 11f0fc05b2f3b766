import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Environment, World } from '../world.ts';

/**
 * The certificates (PEM) that the AWS CLI would trust: those of AWS_CA_BUNDLE, else of the profile's `ca_bundle`
 * (botocore/configprovider.py), else of REQUESTS_CA_BUNDLE (botocore/endpoint.py, `_get_verify_value`); null for the
 * defaults. `~` is expanded in them and variables are not, as by urllib3 (connection.py, `HTTPSConnection`).
 */
export function certificatesFor(world: World, env: Environment, caBundle: string | null): string | null {
  const choice = chosenBundle(env, caBundle);
  if (choice === null) return null;
  const { path, source } = choice;
  const file = path.startsWith('~/') && world.home !== null ? `${world.home}${path.slice(1)}` : path;
  const read = world.files.read(file, 'read');
  if (read.kind === 'text') return read.text;
  const reason = read.kind === 'missing' ? 'no such file' : read.reason;
  const details = [`${source} names the file`];
  if (path.includes('$'))
    details.push('variables are not expanded there, by the AWS CLI neither: write the whole path');
  throw new AwspError(exitCodes.failed, `the certificates in "${path}" cannot be read: ${reason}`, details);
}

// --- internal ---

function chosenBundle(
  env: Environment,
  caBundle: string | null,
): { readonly path: string; readonly source: string } | null {
  if (env.AWS_CA_BUNDLE) return { path: env.AWS_CA_BUNDLE, source: 'AWS_CA_BUNDLE' };
  if (caBundle) return { path: caBundle, source: 'the ca_bundle of the profile' };
  return env.REQUESTS_CA_BUNDLE ? { path: env.REQUESTS_CA_BUNDLE, source: 'REQUESTS_CA_BUNDLE' } : null;
}
