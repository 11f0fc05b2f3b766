import { readdirSync, readFileSync } from 'node:fs';
import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type HandOver, handOver, launchBrowser } from '../support/browser.ts';
import { makeSandbox, programFolder, type Sandbox } from '../support/program.ts';
import { bareEnvironment, describeEachShell, describeWith } from '../support/shells.ts';
import { openShell, type Screen } from '../support/terminal.ts';

const stage = 'skjema-stage-AWSPowerUserAccess-123456789021';
const portal = 'https://skjema.awsapps.com/start';

describeWith('chromium', 'a sign-in in a real browser', () => {
  let chromium: Browser;
  let sandbox: Sandbox;
  let browser: HandOver;
  /** One window for all tests: a new one takes as long as three pages. */
  let shared: Page;
  let page: Page;
  let requested: string[];

  beforeAll(async () => {
    chromium = await launchBrowser();
    shared = await (await chromium.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  });
  afterAll(() => chromium.close());

  beforeEach(async () => {
    sandbox = await makeSandbox();
    browser = handOver(sandbox);
    page = shared;
    requested = [];
    page.on('request', (request: Request) => requested.push(request.url()));
  });
  afterEach(async () => {
    if (page !== shared) await page.context().close();
    shared.removeAllListeners('request');
    await shared.goto('about:blank');
    await shared.context().clearCookies();
    await sandbox.remove();
  });

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const heading = () => page.getByRole('heading', { level: 1 }).textContent();
  const env = () => ({ BROWSER: browser.command });

  /** The cached token of the session `skjema`; null when it is not a new one. */
  function token(): { accessToken: string; startUrl: string } | null {
    const folder = `${sandbox.home}/.aws/sso/cache`;
    const found = readdirSync(folder)
      .map((name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')))
      .find(({ startUrl, accessToken }) => startUrl === portal && accessToken !== 'sample-skjema-token');
    return found ?? null;
  }

  /** The whole cache, to compare it later. */
  const cache = () => {
    const folder = `${sandbox.home}/.aws/sso/cache`;
    return readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]);
  };

  /** What a person sees on awsp's own page, which loads nothing else. */
  async function lastPage(): Promise<{ title: string; heading: string | null; text: string; resources: string[] }> {
    await page.waitForURL('http://127.0.0.1:*/oauth/callback?**');
    const origin = new URL(page.url()).origin;
    const own = requested.filter((url) => url.startsWith(origin)).map((url) => new URL(url).pathname);
    // The address that the browser was started with leads to the page of AWS.
    expect(own.filter((path) => path !== '/favicon.ico')).toEqual([
      expect.stringMatching(/^\/[\w-]{32}$/),
      '/oauth/callback',
    ]);
    const others = requested.filter((url) => ![origin, sandbox.emulator.url].includes(new URL(url).origin));
    expect(others).toEqual([]);
    return {
      title: await page.title(),
      heading: await heading(),
      text: await page.locator('main p').innerText(),
      resources: await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name)),
    };
  }

  it('allowed: the page says so, and the token is in the cache', async () => {
    const login = sandbox.awsp(['login', 'skjema'], { env: env() });
    await page.goto(await browser.given());
    expect(await heading()).toBe('Allow access?');
    expect(await page.locator('main').innerText()).toContain('awsp-skjema asks to act for kari.nordmann@example.com');
    await press('Allow');
    expect(await lastPage()).toEqual({
      title: 'awsp: You are signed in',
      heading: 'You are signed in',
      text: 'awsp has what it needs. You can close this page and go back to the terminal.',
      resources: [],
    });
    const { code, stderr } = await login;
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining(`signed in to ${portal}`) });
    expect(sandbox.emulator.directory.accessTokens.has(token()?.accessToken ?? '')).toBe(true);
  });

  it('denied: page, message and exit code say so, and nothing is written', async () => {
    const before = cache();
    const login = sandbox.awsp(['login', 'skjema'], { env: env() });
    await page.goto(await browser.given());
    await press('Deny');
    expect(await lastPage()).toEqual({
      title: 'awsp: The sign-in did not work',
      heading: 'The sign-in did not work',
      text: 'It was not allowed, so nothing has changed. You can close this page.',
      resources: [],
    });
    expect(await login).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^awsp: the sign-in was denied in the browser$/m),
    });
    expect(cache()).toEqual(before);
  });

  it('the page fits a phone, dark or light', async () => {
    for (const colorScheme of ['dark', 'light'] as const) {
      if (page !== shared) await page.context().close();
      const options = { viewport: { width: 320, height: 568 }, isMobile: true, hasTouch: true, colorScheme };
      page = await (await chromium.newContext(options)).newPage();
      const login = sandbox.awsp(['login', 'skjema'], { env: env() });
      await page.goto(await browser.given(colorScheme === 'dark' ? 1 : 2));
      await press('Allow');
      await page.waitForURL('**/oauth/callback?**');
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect(width).toBeLessThanOrEqual(320);
      const style = 'getComputedStyle(document.body)';
      const [ink, paper] = [await page.evaluate(`${style}.color`), await page.evaluate(`${style}.backgroundColor`)];
      expect(ink).not.toBe(paper);
      expect((await login).code).toBe(0);
      await sandbox.awsp(['logout', 'skjema']);
    }
  });

  it('with a device code: the page shows the code that the terminal shows', async () => {
    const login = sandbox.awsp(['login', 'skjema', '--device-code'], { env: env() });
    await page.goto(await browser.given());
    expect(await heading()).toBe('Is this your code?');
    const shown = await page.locator('.code').innerText();
    await press('Confirm');
    expect(await heading()).toBe('Request approved');
    const { code, stderr } = await login;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain(`and confirm that it shows the code ${shown}\n`);
    expect(sandbox.emulator.directory.accessTokens.has(token()?.accessToken ?? '')).toBe(true);
  });

  it('with a device code, denied: nothing is written', async () => {
    const before = cache();
    const login = sandbox.awsp(['login', 'skjema', '--device-code'], { env: env() });
    await page.goto(await browser.given());
    await press('Deny');
    expect(await heading()).toBe('Request denied');
    expect(await login).toMatchObject({ code: 1, stderr: expect.stringMatching(/^awsp: the sign-in was denied$/m) });
    expect(cache()).toEqual(before);
  });

  describeEachShell('on the way of a switch', (shell) => {
    it('it is offered, and the switch goes on', async () => {
      const shim = shell === 'fish' ? "function fish_prompt; echo '> '; end" : "PS1='> '";
      const rc = `${shim}\n. '${programFolder}/shell/awsp.${shell}'`;
      const own = { ...bareEnvironment(sandbox.home), ...sandbox.env, ...env(), AWSP_NO_PROMPT: '1' };
      const screen: Screen = openShell(shell, rc, own, sandbox.home);
      await screen.prompt(/^>$/);
      screen.type('awsp skjema\r');
      await screen.prompt(/sign in now\? \[Y\/n\]$/);
      screen.type('y\r');
      await page.goto(await browser.given());
      await screen.prompt(/waiting for the sign-in, (10:00|9:\d\d) left; Ctrl-C cancels$/);
      await press('Allow');
      await page.waitForURL('**/oauth/callback?**');
      await screen.prompt(/^>$/);
      expect(screen.lines().some((line) => line.includes('waiting'))).toBe(false);
      screen.type('echo "=$AWS_PROFILE $AWSP_STATE="\r');
      await expect.poll(() => screen.lines()).toContain(`=${stage} verified=`);
      expect(token()).not.toBeNull();
    });
  });
});
