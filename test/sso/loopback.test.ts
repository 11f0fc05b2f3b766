import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type Loopback, listenForRedirect } from '../../src/sso/loopback.ts';

let loopback: Loopback | undefined;
afterEach(() => loopback?.finish(false, 'the test is over'));

async function listening(): Promise<Loopback> {
  loopback = await listenForRedirect('the-state');
  return loopback;
}

describe('the redirect', () => {
  it('is expected on the loopback interface only, on a port of its own', async () => {
    const [one, other] = [await listening(), await listening()];
    expect(one.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback$/);
    expect(one.redirectUri).not.toBe(other.redirectUri);
    await one.finish(false, '');
  });

  it('gets its response when the result of the sign-in is known', async () => {
    const { redirectUri, redirect, finish } = await listening();
    const page = fetch(`${redirectUri}?code=the-code&state=the-state`);
    expect(await redirect).toEqual({ kind: 'code', code: 'the-code' });
    await finish(true, 'You can close this page.');
    const answer = await page;
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('You are signed in');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    await expect(fetch(redirectUri)).rejects.toThrow();
  });

  it('may carry an error: the person denied the access', async () => {
    const { redirectUri, redirect, finish } = await listening();
    const page = fetch(`${redirectUri}?error=access_denied&state=the-state`);
    expect(await redirect).toEqual({ kind: 'error', error: 'access_denied' });
    await finish(false, 'It was denied.');
    const answer = await page;
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('The sign-in did not work');
  });

  it.each([
    ['another state', '?code=x&state=other'],
    ['no state', '?code=x'],
    ['no query', ''],
    ['another path', '/../elsewhere?code=x&state=the-state'],
  ])('with %s is answered and forgotten', async (_what, rest) => {
    const { redirectUri, redirect, finish } = await listening();
    const answer = await fetch(`${redirectUri}${rest}`);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('not the sign-in');
    const page = fetch(`${redirectUri}?code=right&state=the-state`);
    expect(await redirect).toEqual({ kind: 'code', code: 'right' });
    await finish(true, '');
    expect((await page).status).toBe(200);
  });

  /** Sends a request as it is written; returns the first line of the response, or '' when there is none. */
  function send(uri: string, request: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(uri).port), '127.0.0.1', () => socket.write(request));
      let text = '';
      socket.setEncoding('utf8').on('data', (data) => {
        text += data;
      });
      socket.once('error', reject).once('close', () => resolve(text.split('\r\n')[0] ?? ''));
    });
  }

  const query = '?code=x&state=the-state';
  it.each([
    ['another method', `POST /oauth/callback${query}`],
    ['the method HEAD', `HEAD /oauth/callback${query}`],
    ['the icon of the page', 'GET /favicon.ico'],
    ['no path', `GET //${query}`],
    ['a path that is no address', `GET //[/oauth/callback${query}`],
    ['a whole address', `GET http://127.0.0.1/oauth/callback${query}`],
    ['a path with a dot', `GET /./oauth/callback${query}`],
    ['a name that is encoded', 'GET /oauth/callback?code=x&state=the%2Dstate%00'],
    ['a star', 'OPTIONS *'],
  ])('with %s is answered and forgotten', async (_what, request) => {
    const { redirectUri, redirect, finish } = await listening();
    expect(await send(redirectUri, `${request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toContain(' 400 ');
    const page = fetch(`${redirectUri}?code=right&state=the-state`);
    expect(await redirect).toEqual({ kind: 'code', code: 'right' });
    await finish(true, '');
    expect((await page).status).toBe(200);
  });

  it('does not block when the browser has closed the connection', async () => {
    const { redirectUri, redirect, finish } = await listening();
    const socket = connect(Number(new URL(redirectUri).port), '127.0.0.1');
    socket.write(`GET /oauth/callback${query} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await redirect;
    socket.destroy();
    await sleep(100);
    await finish(true, '');
    await expect(fetch(redirectUri)).rejects.toThrow();
  });

  it('does not wait for a request that never ends', async () => {
    const { redirectUri, finish } = await listening();
    const socket = connect(Number(new URL(redirectUri).port), '127.0.0.1', () => socket.write('GET /oauth'));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await sleep(100);
    await finish(true, '');
    await closed;
  });

  it('counts once: a second one gets status 400', async () => {
    const { redirectUri, redirect, finish } = await listening();
    const first = fetch(`${redirectUri}?code=first&state=the-state`);
    await redirect;
    expect((await fetch(`${redirectUri}?code=second&state=the-state`)).status).toBe(400);
    expect(await redirect).toEqual({ kind: 'code', code: 'first' });
    await finish(true, '');
    expect((await first).status).toBe(200);
  });

  it('shows text from outside escaped', async () => {
    const { redirectUri, redirect, finish } = await listening();
    const page = fetch(`${redirectUri}?code=x&state=the-state`);
    await redirect;
    await finish(false, '<script>alert(1)</script>');
    expect(await (await page).text()).toContain('&lt;script&gt;');
  });
});

describe('the address that the browser is started with', () => {
  const target = 'https://oidc.eu-west-1.amazonaws.com/authorize?state=the-state&code_challenge=x';

  it('redirects once to the page of AWS, and has nothing of it in it', async () => {
    const own = await listening();
    const address = own.redirectOnce('the-secret', target);
    expect(address).toBe(`${new URL(own.redirectUri).origin}/the-secret`);
    const first = await fetch(address, { redirect: 'manual' });
    expect([first.status, first.headers.get('location')]).toEqual([302, target]);
    expect([first.headers.get('cache-control'), first.headers.get('referrer-policy')]).toEqual([
      'no-store',
      'no-referrer',
    ]);
    const second = await fetch(address, { redirect: 'manual' });
    expect([second.status, second.headers.get('location')]).toEqual([400, null]);
    expect(await second.text()).toContain('This address works once');
  });

  it.each([
    ['another path', 'GET', '/the-secre'],
    ['a query', 'GET', '/the-secret?x'],
    ['another method', 'HEAD', '/the-secret'],
    ['no path', 'GET', '/'],
  ])('with %s is no such address, and is not used up', async (_what, method, path) => {
    const own = await listening();
    const address = own.redirectOnce('the-secret', target);
    const other = await fetch(new URL(path, address), { method, redirect: 'manual' });
    expect([other.status, other.headers.get('location')]).toEqual([400, null]);
    expect((await fetch(address, { redirect: 'manual' })).status).toBe(302);
  });

  it('is none before it is asked for', async () => {
    const { redirectUri } = await listening();
    expect((await fetch(new URL('/null', redirectUri), { redirect: 'manual' })).status).toBe(400);
  });
});
