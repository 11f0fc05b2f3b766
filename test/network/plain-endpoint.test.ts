import { GetRoleCredentialsCommand, SSOClient } from '@aws-sdk/client-sso';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { externalDataInterceptor } from '@smithy/core/config';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { plainEndpoint, plainServices } from '../../src/network/plain-endpoint.ts';
import { regions } from '../../src/network/regions.ts';

afterEach(() => vi.unstubAllEnvs());

let files = 0;

/** Where the SDK sends the same request. */
async function bySdk(service: keyof typeof plainServices, region: string, config: string): Promise<string> {
  // The SDK reads a path once.
  const path = `/awsp/test/config-${files++}`;
  externalDataInterceptor.interceptFile(path, config);
  externalDataInterceptor.interceptFile('/awsp/test/credentials', '');
  vi.stubEnv('AWS_CONFIG_FILE', path);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/awsp/test/credentials');
  const options = { region, profile: 'dev', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
  const { url } =
    service === 'sts'
      ? await getEndpointFromInstructions({}, GetCallerIdentityCommand, { ...new STSClient(options).config })
      : await getEndpointFromInstructions({}, GetRoleCredentialsCommand as never, {
          ...new SSOClient(options).config,
        });
  return url.href;
}

const profile = '[profile dev]\nregion = eu-west-1\n';
/** Name, config file, environment, and whether the region and the variables decide alone. */
const circumstances: readonly (readonly [string, string, Record<string, string>, boolean])[] = [
  ['nothing else', profile, {}, true],
  ['AWS_ENDPOINT_URL', profile, { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }, true],
  ['AWS_ENDPOINT_URL_STS', profile, { AWS_ENDPOINT_URL_STS: 'https://sts.example.org:8443/' }, true],
  ['AWS_ENDPOINT_URL_SSO', profile, { AWS_ENDPOINT_URL_SSO: 'https://portal.example.org' }, true],
  [
    'a variable of the service beside that for all',
    profile,
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_SSO: '' },
    true,
  ],
  ['an address with a path', profile, { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566/aws' }, false],
  ['an endpoint in the profile', `${profile}endpoint_url = http://127.0.0.1:4566\n`, {}, false],
  ['FIPS by a variable', profile, { AWS_USE_FIPS_ENDPOINT: 'true' }, false],
  ['FIPS in the profile', `${profile}use_fips_endpoint = true\n`, {}, false],
  ['dual-stack by a variable', profile, { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, false],
  ['dual-stack in the profile', `${profile}use_dualstack_endpoint = true\n`, {}, false],
  [
    'services',
    `${profile}services = mine\n[services mine]\nsts =\n  endpoint_url = http://127.0.0.1:4566\nsso =\n  endpoint_url = http://127.0.0.1:4566\n`,
    {},
    false,
  ],
  [
    'variables that are ignored',
    profile,
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
    false,
  ],
];

describe('an endpoint without the SDK is that of the SDK, or none', () => {
  for (const service of ['sts', 'portal'] as const) {
    it.each(circumstances)(`${service}: %s`, async (_name, config, env, isPlain) => {
      for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
      const found = plainEndpoint(plainServices[service], 'eu-west-1', { config, env });
      expect(found?.href ?? null).toBe(isPlain ? await bySdk(service, 'eu-west-1', config) : null);
    });

    it(`${service}: in each region`, async () => {
      const found = Object.keys(regions).map((region) => ({
        region,
        endpoint: plainEndpoint(plainServices[service], region, { config: profile, env: {} })?.href ?? null,
      }));
      for (const { region, endpoint } of found) {
        expect(endpoint ?? region).toBe(endpoint === null ? region : await bySdk(service, region, profile));
      }
      const bySdkAlone = found.flatMap(({ region, endpoint }) => (endpoint === null ? [region] : []));
      expect(
        bySdkAlone.every((region) => /^(us-gov|us-iso|eu-iso|eusc)/.test(region)),
        bySdkAlone.join(),
      ).toBe(true);
    });
  }
});
