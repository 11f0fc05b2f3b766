import type { Environment } from '../world.ts';
import { identityEndpoints } from './variables.ts';

/** A variable that sends requests to another server than AWS's. */
interface ReplacedEndpoint {
  readonly name: string;
  /** The host and port in its value; the name of the variable when it is no URL. A URL may hold a password. */
  readonly host: string;
}

/**
 * The variables that replace AWS's endpoints in this environment, those of the services that tell who a profile is first.
 * None when AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true (botocore/configprovider.py and the AWS SDKs). The emulator of `awsp
 * demo` is not among them: the person has asked for it, and AWSP_EMULATOR is its URL.
 */
export function replacedEndpoints(env: Environment): readonly ReplacedEndpoint[] {
  if (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS?.toLowerCase() === 'true') return [];
  const rank = (name: string) => (identityEndpoints as readonly string[]).indexOf(name) >>> 0;
  return Object.keys(env)
    .filter(
      (name) =>
        name.startsWith('AWS_ENDPOINT_URL') &&
        /^AWS_ENDPOINT_URL(_\w+)?$/.test(name) &&
        env[name] &&
        env[name] !== env.AWSP_EMULATOR,
    )
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map((name) => ({ name, host: hostOf(env[name] ?? '') ?? name }));
}

// --- internal ---

function hostOf(url: string): string | null {
  try {
    return new URL(url).host || null;
  } catch {
    return null;
  }
}
