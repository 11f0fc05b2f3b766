import { lookup } from 'node:dns/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { fetchPortalPage, isRegionConfirmed, type PortalPage, startUrlDoubt } from '../../src/sso/region.ts';

let close: () => void = () => {};
afterEach(() => close());

const network = { env: {}, certificates: null, timeout: 10_000 };
const meta = '<meta name="region" content="eu-west-1"/>';

/** Looks at a page that is served by `answer`. */
async function look(answer: RequestListener, milliseconds = 5_000) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.close();
    server.closeAllConnections();
  };
  const { port } = server.address() as AddressInfo;
  return fetchPortalPage(`http://127.0.0.1:${port}/start`, network, milliseconds);
}

describe('a portal’s start page', () => {
  it.each<[string, RequestListener, object]>([
    ['tells its region', (_, page) => page.end(`<html>${meta}`), { kind: 'region', region: 'eu-west-1' }],
    [
      'tells it where it leads to',
      ({ url }, page) => (url === '/start' ? page.writeHead(302, { location: '/there' }).end() : page.end(meta)),
      { kind: 'region', region: 'eu-west-1' },
    ],
    ['may not tell', (_, page) => page.end('<html>welcome'), { kind: 'unknown' }],
    ['may tell nonsense', (_, page) => page.end('<meta name="region" content="<b>"/>'), { kind: 'unknown' }],
    ['may lead nowhere', (_, page) => page.writeHead(302, { location: '/start' }).end(), { kind: 'unknown' }],
    ['may lead to no address', (_, page) => page.writeHead(302, { location: 'http://[' }).end(), { kind: 'unknown' }],
    ['may not be there', (_, page) => page.writeHead(404).end(meta), { kind: 'missing' }],
    ['may be there no more', (_, page) => page.writeHead(410).end(), { kind: 'missing' }],
    ['may be refused', (_, page) => page.writeHead(403).end(), { kind: 'unknown' }],
    ['may be cut off', (_, page) => page.destroy(), { kind: 'unknown' }],
  ])('%s', async (_what, answer, expected) => {
    expect(await look(answer)).toEqual(expected);
  });

  it('is given up after the timeout', async () => {
    expect(await look(() => {}, 300)).toEqual({ kind: 'unknown' });
  });

  it('is not read beyond a maximum', async () => {
    const answer: RequestListener = (_, page) => page.write('x'.repeat(300_000));
    expect(await look(answer)).toEqual({ kind: 'unknown' });
  });

  it('is unknown when the host does not exist', async () => {
    // RFC 6761: no host name ends in "invalid". Without a network the error may be another one.
    const code = await lookup('portal.invalid').catch((error: NodeJS.ErrnoException) => error.code);
    const page = await fetchPortalPage('https://portal.invalid/start', network, 5_000);
    expect(page).toEqual({ kind: code === 'ENOTFOUND' ? 'unknown-host' : 'unknown' });
  });

  it('is unknown when the start URL is not a URL', async () => {
    expect(await fetchPortalPage('no address', network, 5_000)).toEqual({ kind: 'unknown' });
  });
});

describe('the result of a look at the start page', () => {
  const url = 'https://skjemma.awsapps.com/start';
  const elsewhere = { AWS_ENDPOINT_URL_SSO: 'http://127.0.0.1:1' };
  it.each<[PortalPage, Record<string, string>, RegExp | null, boolean]>([
    [{ kind: 'region', region: 'eu-west-1' }, {}, null, true],
    [{ kind: 'missing' }, {}, /^there seems to be no portal at .*skjemma.* \(no such page\)/, false],
    [{ kind: 'missing' }, elsewhere, /no such page/, true],
    [{ kind: 'unknown-host' }, {}, /its address was not found/, false],
    [{ kind: 'unknown-host' }, elsewhere, null, true],
    [{ kind: 'unknown' }, {}, null, false],
    [{ kind: 'unknown' }, elsewhere, null, true],
  ])('%j %j', (page, env, doubt, isSure) => {
    const said = startUrlDoubt(url, page, env);
    if (doubt === null) expect(said).toBeNull();
    else expect(said).toMatch(doubt);
    expect(isRegionConfirmed(page, env)).toBe(isSure);
  });
});
