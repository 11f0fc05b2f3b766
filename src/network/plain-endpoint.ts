import type { Environment } from '../world.ts';

/** A service of which awsp sends some requests itself: the end of its variable AWS_ENDPOINT_URL_…, and the start of its host. */
export interface PlainService {
  readonly variable: string;
  readonly host: string;
}

export const plainServices = {
  sts: { variable: 'AWS_ENDPOINT_URL_STS', host: 'sts' },
  portal: { variable: 'AWS_ENDPOINT_URL_SSO', host: 'portal.sso' },
} as const satisfies Record<string, PlainService>;

/**
 * The endpoint of a service where the region and the variables AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_… alone decide on it, as in
 * nearly every profile; null where the SDK has to find it: with FIPS, dual-stack or endpoints in the files, and outside of
 * the partitions `aws` and `aws-cn`. `config` is the text that the SDK reads as the config file.
 */
export function plainEndpoint(
  { variable, host }: PlainService,
  region: string,
  { config, env }: { readonly config: string; readonly env: Environment },
): URL | null {
  const isForSdk =
    /^\s*(?:endpoint_url|services|use_|ignore_)/m.test(config) ||
    Object.keys(env).some((name) => (name.startsWith('AWS_USE_') || name.startsWith('AWS_IGNORE_')) && env[name]);
  if (isForSdk) return null;
  const written = env[variable] || env.AWS_ENDPOINT_URL;
  if (written) return URL.canParse(written) ? origin(new URL(written)) : null;
  const suffix = suffixOf(region);
  return suffix === null ? null : new URL(`https://${host}.${region}.${suffix}`);
}

// --- internal ---

/** The URL where it has nothing but a host. */
function origin(url: URL): URL | null {
  return `${url.protocol}//${url.host}/` === url.href && /^https?:$/.test(url.protocol) ? url : null;
}

/** What a region's hosts end in (botocore/data/partitions.json, `regionRegex`). */
function suffixOf(region: string): string | null {
  if (/^(?:us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-\d$/.test(region)) return 'amazonaws.com';
  return /^cn-[a-z]+-\d$/.test(region) ? 'amazonaws.com.cn' : null;
}
