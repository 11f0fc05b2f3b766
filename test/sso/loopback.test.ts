import { afterEach, describe, expect, it } from 'vitest';
import { type Loopback, listenForRedirect } from '../../src/sso/loopback.ts';

let loopback: Loopback | undefined;
afterEach(() => loopback?.finish(false, 'the test is over'));

async function listening(): Promise<Loopback> {
  loopback = await listenForRedirect('the-state');
  return loopback;
}

describe('the redirect', () => {
  it('is listened for on the loopback alone, on a port of its own', async () => {
    const [one, other] = [await listening(), await listening()];
    expect(one.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback$/);
    expect(one.redirectUri).not.toBe(other.redirectUri);
    await one.finish(false, '');
  });

  it('is answered when it is known what became of the sign-in', async () => {
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

  it('may say that the person denied it', async () => {
    const { redirectUri, redirect, finish } = await listening();
    const page = fetch(`${redirectUri}?error=access_denied&state=the-state`);
    expect(await redirect).toEqual({ kind: 'denied', reason: 'access_denied' });
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

  it('counts once: a second one gets nothing', async () => {
    const { redirectUri, redirect, finish } = await listening();
    const first = fetch(`${redirectUri}?code=first&state=the-state`);
    await redirect;
    expect((await fetch(`${redirectUri}?code=second&state=the-state`)).status).toBe(400);
    expect(await redirect).toEqual({ kind: 'code', code: 'first' });
    await finish(true, '');
    expect((await first).status).toBe(200);
  });

  it('shows no text of others as HTML', async () => {
    const { redirectUri, redirect, finish } = await listening();
    const page = fetch(`${redirectUri}?code=x&state=the-state`);
    await redirect;
    await finish(false, '<script>alert(1)</script>');
    expect(await (await page).text()).toContain('&lt;script&gt;');
  });
});
