import fc from 'fast-check';

/**
 * The values that the variables get which a switch or one of AWS's tools reads: undefined is unset. Most are unset, or the
 * same few would decide each case. `FOLDER`, `AGENT` and `ENDPOINTS` stand for what is known at run time.
 */
const values: Readonly<Record<string, readonly (string | undefined)[]>> = {
  AWS_PROFILE: [undefined, '', 'a', 'b', 'gone'],
  AWS_DEFAULT_PROFILE: [undefined, undefined, '', 'b', 'gone'],
  AWS_EB_PROFILE: [undefined, undefined, undefined, 'b'],
  AWS_ACCESS_KEY_ID: [undefined, undefined, '', 'KEYS:environment'],
  AWS_SECRET_ACCESS_KEY: [undefined, undefined, '', 'secret'],
  AWS_SESSION_TOKEN: [undefined, undefined, '', 'of KEYS:environment', 'stale'],
  AWS_SECURITY_TOKEN: [undefined, undefined, undefined, 'stale'],
  AWS_CREDENTIAL_EXPIRATION: [undefined, undefined, '', 'never', '2001-01-01T00:00:00Z', '2999-01-01T00:00:00Z'],
  AWS_SESSION_EXPIRATION: [undefined, undefined, '2001-01-01T00:00:00Z'],
  AWS_ACCESS_KEY: [undefined, undefined, undefined, 'KEYS:old'],
  AWS_SECRET_KEY: [undefined, undefined, undefined, 'secret'],
  AWS_ACCOUNT_ID: [undefined, undefined, undefined, '111111111111'],
  AWS_CREDENTIAL_SCOPE: [undefined, undefined, undefined, 'scope'],
  AWS_WEB_IDENTITY_TOKEN_FILE: [undefined, undefined, undefined, undefined, '', 'FOLDER/token', '/nowhere'],
  AWS_ROLE_ARN: [undefined, undefined, undefined, undefined, '', 'arn:aws:iam::123456789012:role/pod'],
  AWS_ROLE_SESSION_NAME: [undefined, undefined, undefined, '', 'pod'],
  AWS_REGION: [undefined, undefined, '', 'eu-north-1'],
  AWS_DEFAULT_REGION: [undefined, undefined, '', 'eu-south-1'],
  AWS_VAULT: [undefined, undefined, undefined, undefined, undefined, 'b'],
  AWS_SSO_PROFILE: [undefined, undefined, undefined, undefined, undefined, 'b'],
  AWSUME_PROFILE: [undefined, undefined, undefined, undefined, undefined, 'b'],
  GRANTED_SSO: [undefined, undefined, undefined, undefined, undefined, 'true'],
  AWS_CONFIG_FILE: [...Array(6), '', '~/.aws/config', '$HOME/.aws/config', '.aws/config', 'gone'],
  AWS_SHARED_CREDENTIALS_FILE: [...Array(6), '', '~/.aws/credentials', '.aws/credentials', 'gone'],
  AWS_SDK_LOAD_CONFIG: [undefined, undefined, '', '0', '1'],
  AWS_CONTAINER_CREDENTIALS_FULL_URI: [undefined, undefined, undefined, undefined, '', 'AGENT'],
  AWS_ENDPOINT_URL: [undefined, undefined, undefined, 'ENDPOINTS', 'ENDPOINTS/elsewhere'],
  AWS_ENDPOINT_URL_STS: ['ENDPOINTS', 'ENDPOINTS', 'ENDPOINTS', 'ENDPOINTS/elsewhere'],
  AWS_ENDPOINT_URL_SSO: ['ENDPOINTS'],
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: [undefined, undefined, undefined, 'false'],
  AWS_STS_REGIONAL_ENDPOINTS: [undefined, undefined, undefined, 'legacy', 'regional'],
  AWS_USE_FIPS_ENDPOINT: [undefined, undefined, undefined, 'false'],
  AWS_USE_DUALSTACK_ENDPOINT: [undefined, undefined, undefined, 'false'],
  AWS_MAX_ATTEMPTS: [undefined, undefined, '1', '2'],
  AWS_RETRY_MODE: [undefined, undefined, 'standard'],
  AWS_CA_BUNDLE: [undefined, undefined, undefined, ''],
  REQUESTS_CA_BUNDLE: [undefined, undefined, undefined, ''],
  HTTPS_PROXY: [undefined, undefined, undefined, ''],
  NO_PROXY: [undefined, undefined, '', 'amazonaws.com', '*'],
  AWS_DEFAULT_OUTPUT: [undefined, undefined, undefined, 'json', 'text', '', 'xml'],
  AWS_PAGER: [undefined, ''],
  AWS_LOGIN_CACHE_DIRECTORY: [undefined, undefined, undefined, '', '~/.aws/login/cache'],
  AWSP_PROFILE: [undefined, undefined, 'b'],
  AWSP_REGION: [undefined, undefined, 'eu-north-1'],
};

/** Environments in which somebody may type `awsp`; where a tool could ask an EC2 instance, that is switched off. */
export const randomEnvironments: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .record(Object.fromEntries(Object.entries(values).map(([name, some]) => [name, fc.constantFrom(...some)])))
  .chain((all) => {
    // All of them at once are rare: a part of the cases has few, so that each shows what it does by itself.
    const names = Object.keys(all);
    const kept = fc.oneof(fc.constant(names), fc.subarray(names, { maxLength: 6 }), fc.constant([]));
    return kept.map((some) => withValues(all, new Set([...some, ...always])));
  });

/** One in which nothing has been set that matters to a tool. */
export const plainEnvironment: Readonly<Record<string, string>> = {
  AWS_ENDPOINT_URL_STS: 'ENDPOINTS',
  AWS_ENDPOINT_URL_SSO: 'ENDPOINTS',
  AWS_EC2_METADATA_DISABLED: 'true',
};

// --- internal ---

const always = ['AWS_ENDPOINT_URL_STS', 'AWS_ENDPOINT_URL_SSO'];

function withValues(all: Readonly<Record<string, string | undefined>>, kept: ReadonlySet<string>) {
  const entries = Object.entries(all).filter((entry): entry is [string, string] => {
    return entry[1] !== undefined && kept.has(entry[0]);
  });
  return { ...Object.fromEntries(entries), AWS_EC2_METADATA_DISABLED: 'true' };
}
