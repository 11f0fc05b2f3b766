import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CompanyHost } from '../../src/emulator/directory.ts';
import { type HandOver, handOver } from '../support/browser.ts';
import { click } from '../support/emulator.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';

const company = 'https://aws.example.com';
const portal = 'https://ssoins-abc.portal.us-east-1.app.aws';
const profile = (startUrl: string, region = 'us-east-1') => `[profile p]
sso_start_url = ${startUrl}
sso_region = ${region}
sso_account_id = 123456789021
sso_role_name = R
`;

let sandbox: Sandbox;
let browser: HandOver;
let issuers: unknown[];
beforeEach(async () => {
  sandbox = await makeSandbox();
  browser = handOver(sandbox);
  const { directory } = sandbox.emulator;
  directory.portals.push({ startUrl: portal, name: 'ssoins-abc', region: 'us-east-1', user: 'kari' });
  issuers = [];
  const set = directory.clients.set.bind(directory.clients);
  directory.clients.set = (id, client) => {
    issuers.push(client.startUrl);
    return set(id, client);
  };
});
afterEach(() => sandbox.remove());

const redirects = (host: CompanyHost) => sandbox.emulator.directory.companyHosts.set('aws.example.com', host);
const env = () => ({
  ...Object.fromEntries(Object.keys(sandbox.emulator.environment).map((name) => [name, undefined])),
  HTTPS_PROXY: sandbox.emulator.url,
  AWS_CA_BUNDLE: `${sandbox.home}/emulator.pem`,
  BROWSER: browser.command,
});
const asked = () =>
  sandbox.emulator.requests.filter(({ service }) => service === 'company').map(({ operation }) => operation);

describe('an address of the company as start URL', () => {
  it.each([
    ['', { location: portal }, ['HEAD']],
    [' with a query and a fragment', { location: `${portal}/?from=company#/` }, ['HEAD']],
    [' for good', { location: portal, status: 301 }, ['HEAD']],
    [' of a server that accepts only GET', { location: portal, headStatus: 405 }, ['HEAD', 'GET']],
    [' of a server that does not know HEAD', { location: portal, headStatus: 501 }, ['HEAD', 'GET']],
  ])('is followed to the portal%s, by the code and by the browser', async (_what, host, methods) => {
    redirects(host);
    for (const [time, option] of [[], ['--device-code']].entries()) {
      sandbox.write('.aws/config', profile(`${company}/`));
      sandbox.emulator.requests.length = 0;
      const running = sandbox.awsp(['login', 'p', ...option], { env: env() });
      const { location } = await click(sandbox.emulator, await browser.opened(time + 1), 'allow');
      if (location !== null) await fetch(location);
      expect(await running).toMatchObject({ code: 0, stderr: expect.stringContaining(`signed in to ${company}/`) });
      // For the region and for the sign-in; the page itself is not needed, because the host name has the region.
      expect([...new Set(asked())]).toEqual(methods);
      expect(sandbox.emulator.requests.map(({ operation }) => operation)).not.toContain('ShowStart');
      // By sha1sum of the start URL as it is written.
      const token = readFileSync(
        `${sandbox.home}/.aws/sso/cache/43eeab333b9ab965f232ef1276eea998574b5a17.json`,
        'utf8',
      );
      expect(JSON.parse(token)).toMatchObject({ startUrl: `${company}/`, region: 'us-east-1' });
      await sandbox.awsp(['logout', 'p'], { env: env() });
    }
    expect(issuers[0]).toBe(portal);
  });

  it.each([
    ['a page', { location: null }, 'it answers 200, no redirect'],
    ['an error', { location: portal, status: 404 }, 'it answers 404, no redirect'],
    ['a redirect to nowhere', { location: 'http://[' }, 'its redirect has no address'],
    ['a redirect to another company', { location: 'https://evil.example' }, 'it redirects to evil.example'],
    ['a redirect to itself', { location: '/start' }, 'it redirects to aws.example.com'],
    ['a redirect without TLS', { location: 'http://x.awsapps.com/start' }, 'it redirects to http, not https'],
    ['a host that only looks like AWS', { location: 'https://xawsapps.com' }, 'it redirects to xawsapps.com'],
  ])('%s is no portal, and no registration is made', async (_what, host, reason) => {
    redirects(host);
    sandbox.write('.aws/config', profile(company));
    const { code, stderr } = await sandbox.awsp(['login', 'p'], { env: env() });
    expect(code).toBe(1);
    expect(stderr).toContain(
      `awsp: the start URL ${company} is not of AWS, and does not lead to AWS: ${reason}\n  sso_start_url is `,
    );
    expect(issuers).toEqual([]);
  });

  it('with another sso_region than that of the portal’s host ends before AWS is asked', async () => {
    redirects({ location: portal });
    sandbox.write('.aws/config', profile(company, 'eu-west-1'));
    const { code, stderr } = await sandbox.awsp(['login', 'p'], { env: env() });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `awsp: the portal ${company} is in us-east-1, but sso_region says eu-west-1\n  set sso_region = us-east-1 in the profiles that sign in there\n`,
    });
    expect(issuers).toEqual([]);
  });
});
