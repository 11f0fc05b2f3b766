import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasProxies, proxyFor } from '../../src/network/proxies.ts';

const sts = 'https://sts.eu-west-1.amazonaws.com';
const proxy = 'http://proxy:3128';

describe('the proxy for an address', () => {
  it.each<[string, Record<string, string>, string, string | null]>([
    ['none', {}, sts, null],
    ['HTTPS_PROXY', { HTTPS_PROXY: proxy }, sts, proxy],
    ['https_proxy', { https_proxy: proxy }, sts, proxy],
    ['both: the one in lower case', { https_proxy: proxy, HTTPS_PROXY: 'http://other' }, sts, proxy],
    ['an empty one in lower case switches it off', { https_proxy: '', HTTPS_PROXY: proxy }, sts, null],
    ['an empty one in upper case does not', { HTTPS_PROXY: '', https_proxy: proxy }, sts, proxy],
    ['HTTP_PROXY is for http', { HTTP_PROXY: proxy }, sts, null],
    ['HTTP_PROXY, for http', { HTTP_PROXY: proxy }, 'http://localhost:4566', proxy],
    ['HTTP_PROXY in a CGI script is a header', { HTTP_PROXY: proxy, REQUEST_METHOD: 'GET' }, 'http://x', null],
    ['ALL_PROXY is not used', { ALL_PROXY: proxy, all_proxy: proxy }, sts, null],
    ['one without a scheme', { HTTPS_PROXY: 'localhost:3128' }, sts, 'http://localhost:3128'],
    ['one without a scheme, but with slashes', { HTTPS_PROXY: '//localhost:3128' }, sts, 'http://localhost:3128'],
    ['one of https', { HTTPS_PROXY: 'https://proxy' }, sts, 'https://proxy'],
    ['the host', { HTTPS_PROXY: proxy, NO_PROXY: 'sts.eu-west-1.amazonaws.com' }, sts, null],
    ['a domain above the host', { HTTPS_PROXY: proxy, NO_PROXY: 'amazonaws.com' }, sts, null],
    ['such a domain with a dot', { HTTPS_PROXY: proxy, NO_PROXY: '.amazonaws.com' }, sts, null],
    ['such a domain in capitals', { HTTPS_PROXY: proxy, NO_PROXY: 'AmazonAWS.com' }, sts, null],
    ['the end of a word', { HTTPS_PROXY: proxy, NO_PROXY: 'naws.com' }, sts, proxy],
    ['one of several', { HTTPS_PROXY: proxy, NO_PROXY: 'a.b, .amazonaws.com ,c' }, sts, null],
    ['several without commas', { HTTPS_PROXY: proxy, NO_PROXY: 'a.b amazonaws.com' }, sts, proxy],
    ['all hosts', { HTTPS_PROXY: proxy, NO_PROXY: '*' }, sts, null],
    ['a wildcard with more', { HTTPS_PROXY: proxy, NO_PROXY: '*.amazonaws.com' }, sts, proxy],
    ['nothing', { HTTPS_PROXY: proxy, NO_PROXY: ' , ,' }, sts, proxy],
    ['a port', { HTTPS_PROXY: proxy, NO_PROXY: 'x.test:8443' }, 'https://x.test:8443', null],
    ['another port', { HTTPS_PROXY: proxy, NO_PROXY: 'x.test:1' }, 'https://x.test:8443', proxy],
    ['an address of IPv6', { HTTPS_PROXY: proxy, NO_PROXY: '[::1]' }, 'https://[::1]:8443', null],
    ['no_proxy before NO_PROXY', { HTTPS_PROXY: proxy, NO_PROXY: '*', no_proxy: 'x' }, sts, proxy],
  ])('%s', (_what, env, address, expected) => {
    expect(proxyFor(new URL(address), env)).toBe(expected);
  });

  it('is looked for where a variable names one for https or http', () => {
    expect(hasProxies({ HTTPS_PROXY: proxy })).toBe(true);
    expect(hasProxies({ http_proxy: proxy })).toBe(true);
    expect(hasProxies({ ALL_PROXY: proxy, NO_PROXY: '*', https_proxy: '' })).toBe(false);
  });
});

const hasBotocore = spawnSync('python3', ['-c', 'import botocore.session']).status === 0;
if (!hasBotocore) console.warn('skipped in test/network/proxies.test.ts: there is no python3 with botocore');

describe('what botocore chooses', () => {
  it.skipIf(!hasBotocore)('is chosen in 2,000 random environments', () => {
    const word = fc.constantFrom('amazonaws.com', 'com', 'x', '*', 'sts', 'y.x', '[::1]', 'x:8443', 'localhost:3128');
    const entry = fc
      .tuple(fc.constantFrom('', '.', ' ', '*.', '..'), word, fc.constantFrom('', ' '))
      .map((all) => all.join(''));
    const list = fc.array(entry, { maxLength: 3 }).map((entries) => entries.join(','));
    const address = fc.constantFrom('', 'p:1', '//p:1', 'http://p:1', 'https://u:v@p');
    const env = fc.record(
      {
        HTTPS_PROXY: address,
        https_proxy: address,
        Http_Proxy: address,
        HTTP_PROXY: address,
        http_proxy: address,
        ALL_PROXY: address,
        NO_PROXY: list,
        no_proxy: list,
        REQUEST_METHOD: fc.constantFrom('GET'),
      },
      { requiredKeys: [] },
    );
    const url = fc.constantFrom(
      sts,
      'http://x',
      'https://y.x:8443',
      'https://[::1]:8443',
      'https://x',
      'http://localhost:1',
    );
    const cases = fc.sample(fc.tuple(env, url), { numRuns: 2_000, seed: 20_261_128 });
    const code = `import json, os, sys
from urllib import request
from botocore.httpsession import ProxyConfiguration
from botocore.utils import get_environ_proxies
answers = []
for env, url in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(env)
    answers.append(ProxyConfiguration(get_environ_proxies(url)).proxy_url_for(url) or None)
print(json.dumps(answers))`;
    const { stdout, stderr } = spawnSync('python3', ['-c', code], { input: JSON.stringify(cases), encoding: 'utf8' });
    expect(stderr).toBe('');
    const answers: (string | null)[] = JSON.parse(stdout);
    const different = cases.filter(([env, url], index) => proxyFor(new URL(url), env) !== answers[index]);
    expect(different).toEqual([]);
  });
});
