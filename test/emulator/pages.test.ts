import { createHash } from 'node:crypto';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateTokenCommand,
  RegisterClientCommand,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
} from '@aws-sdk/client-sso-oidc';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { samples } from '../../src/emulator/samples.ts';
import { launchBrowser } from '../support/browser.ts';
import { describeWith } from '../support/shells.ts';

const startUrl = 'https://barnehage.awsapps.com/start';
const codeVerifier = 'v'.repeat(64);
const phone = { viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true };
const desktop = { viewport: { width: 1280, height: 800 } };

describeWith('chromium', 'the pages of a sign-in', () => {
  let browser: Browser;
  let emulator: Emulator;
  let program: Server;
  let redirected: URL[];
  /** One window for all tests: a new one takes as long as three pages. */
  let shared: Page;
  let page: Page;

  beforeAll(async () => {
    browser = await launchBrowser();
    shared = await newPage(desktop);
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    emulator = await startEmulator({ directory: samples({ now: Date.now() }).directory });
    redirected = [];
    program = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://127.0.0.1');
      if (url.pathname === '/oauth/callback') redirected.push(url);
      response.end('<title>back at the program</title>');
    });
    await new Promise<void>((resolve) => program.listen(0, '127.0.0.1', resolve));
    page = shared;
  });
  afterEach(async () => {
    if (page !== shared) await page.context().close();
    await shared.goto('about:blank');
    await shared.context().clearCookies();
    program.close();
    program.closeAllConnections();
    await emulator.close();
  });

  async function newPage(options: BrowserContextOptions): Promise<Page> {
    return (await browser.newContext(options)).newPage();
  }

  const oidcAt = (endpoint: string) => new SSOOIDCClient({ endpoint, region: 'eu-west-1', maxAttempts: 1 });

  /** A program that uses the authorization code grant. */
  async function startCode(endpoint = emulator.url) {
    const oidc = oidcAt(endpoint);
    const redirectUri = `http://127.0.0.1:${(program.address() as AddressInfo).port}/oauth/callback`;
    const { clientId, clientSecret } = await oidc.send(
      new RegisterClientCommand({
        clientName: 'awsp-barnehage',
        clientType: 'public',
        scopes: ['sso:account:access'],
        grantTypes: ['authorization_code', 'refresh_token'],
        redirectUris: ['http://127.0.0.1/oauth/callback'],
        issuerUrl: startUrl,
      }),
    );
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId ?? '',
      redirect_uri: redirectUri,
      state: 'a state/with+signs',
      code_challenge_method: 'S256',
      scope: 'sso:account:access',
      code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    });
    return {
      url: `${endpoint}/authorize?${query}`,
      redeem: (code: string | null) =>
        oidc.send(
          new CreateTokenCommand({
            ...{ clientId, clientSecret, redirectUri, codeVerifier },
            grantType: 'authorization_code',
            code: code ?? undefined,
          }),
        ),
    };
  }

  /** A program that uses the device code grant. */
  async function startDevice(endpoint = emulator.url) {
    const oidc = oidcAt(endpoint);
    const { clientId, clientSecret } = await oidc.send(
      new RegisterClientCommand({ clientName: 'awsp-legacy', clientType: 'public' }),
    );
    const device = await oidc.send(new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl }));
    return {
      userCode: device.userCode ?? '',
      url: device.verificationUri ?? '',
      urlWithCode: device.verificationUriComplete ?? '',
      poll: () =>
        oidc
          .send(
            new CreateTokenCommand({
              ...{ clientId, clientSecret, deviceCode: device.deviceCode },
              grantType: 'urn:ietf:params:oauth:grant-type:device_code',
            }),
          )
          .then(
            () => 'a token',
            (error) => error.name,
          ),
    };
  }

  const heading = () => page.getByRole('heading', { level: 1 }).textContent();
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

  it('authorize: allowed, the browser is redirected to the program with a valid code', async () => {
    const { url, redeem } = await startCode();
    await page.goto(url);
    await expect.poll(heading).toBe('Allow access?');
    const text = await page.locator('main').innerText();
    expect(text).toContain('barnehage access portal, eu-west-1');
    expect(text).toContain('awsp-barnehage asks to act for kari.nordmann@example.com');
    expect(text).toContain('see your AWS accounts and roles');
    await press('Allow');
    await page.waitForURL('**/oauth/callback?**');
    expect(await page.title()).toBe('back at the program');
    expect(redirected).toHaveLength(1);
    expect(redirected[0]?.searchParams.get('state')).toBe('a state/with+signs');
    expect((await redeem(redirected[0]?.searchParams.get('code') ?? null)).refreshToken).toMatch(/./);
  });

  it('authorize: denied, the browser is redirected with access_denied', async () => {
    await page.goto((await startCode()).url);
    await press('Deny');
    await page.waitForURL('**/oauth/callback?**');
    expect(Object.fromEntries(redirected[0]?.searchParams ?? [])).toEqual({
      error: 'access_denied',
      state: 'a state/with+signs',
    });
  });

  it('authorize: in the wrong region, the page shows invalid_grant and the program gets no redirect', async () => {
    await page.goto((await startCode(await emulator.endpoint('eu-north-1'))).url);
    await press('Allow');
    await expect.poll(heading).toBe('invalid_grant');
    expect(await page.getByRole('alert').textContent()).toBe('Invalid grant provided');
    expect(redirected).toEqual([]);
  });

  it('device: the code in the address is shown and confirmed, and the program gets its token', async () => {
    const device = await startDevice();
    await page.goto(device.urlWithCode);
    await expect.poll(heading).toBe('Is this your code?');
    expect(await page.locator('.code').textContent()).toBe(device.userCode);
    expect(await device.poll()).toBe('AuthorizationPendingException');
    await press('Confirm');
    await expect.poll(heading).toBe('Request approved');
    expect(await device.poll()).toBe('a token');
  });

  it('device: denied', async () => {
    const device = await startDevice();
    await page.goto(device.urlWithCode);
    await press('Deny');
    await expect.poll(heading).toBe('Request denied');
    expect(await device.poll()).toBe('AccessDeniedException');
  });

  it('device: the code is typed with the keyboard alone, wrong first, then carelessly', async () => {
    const device = await startDevice();
    await page.goto(device.url);
    const field = page.getByLabel('The code that your terminal shows');
    const waitForFocus = () => page.locator('input:focus').waitFor();
    await waitForFocus();
    await page.keyboard.type('nope-nope');
    await page.keyboard.press('Enter');
    await expect.poll(heading).toBe('Enter the code again');
    expect(await page.getByRole('alert').textContent()).toContain('No program is waiting with this code');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await waitForFocus();
    await page.keyboard.type(` ${device.userCode.toLowerCase().replace('-', ' ')}`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator('.code').textContent()).toBe(device.userCode);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(heading).toBe('Request approved');
    expect(await device.poll()).toBe('a token');
  });

  it('device: in the wrong region, the page shows invalid_grant and the program goes on waiting', async () => {
    const device = await startDevice(await emulator.endpoint('eu-north-1'));
    await page.goto(device.urlWithCode);
    await press('Confirm');
    await expect.poll(heading).toBe('invalid_grant');
    expect(await device.poll()).toBe('AuthorizationPendingException');
  });

  it('start: the portal, with its region and the accounts and roles of its user', async () => {
    await page.goto(`${emulator.url}/start/barnehage`);
    expect(await page.locator('meta[name="region"]').getAttribute('content')).toBe('eu-west-1');
    expect(await page.locator('dt').allTextContents()).toContain('barnehageplass-prod (123456789013)');
    const response = await page.goto(`${emulator.url}/start/nobody`);
    expect(response?.status()).toBe(404);
  });

  it('start and device: at AWS’s own addresses, through the proxy', async () => {
    const proxied = await newPage({ proxy: { server: emulator.url }, ignoreHTTPSErrors: true });
    await proxied.goto(startUrl);
    expect(await proxied.getByRole('heading', { level: 1 }).textContent()).toBe('AWS accounts');
    await proxied.goto('https://oidc.eu-west-1.amazonaws.com/device');
    expect(await proxied.getByRole('heading', { level: 1 }).textContent()).toBe('Enter your code');
    await proxied.context().close();
  });

  describe.each([
    ['desktop', desktop],
    ['phone', phone],
    ['phone, dark', { ...phone, colorScheme: 'dark' as const }],
  ])('on a %s', (name, options) => {
    it('every page fits, is readable and operable, and loads nothing else', async () => {
      page = await newPage(options);
      const outside: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => {
        if (!request.url().startsWith('http://127.0.0.1:')) outside.push(request.url());
      });
      page.on('console', (message) => complaints.push(message.text()));
      const device = await startDevice();
      const pages: [string, string][] = [
        ['authorize', (await startCode()).url],
        ['authorize-error', `${emulator.url}/authorize`],
        ['device', device.urlWithCode],
        ['device-code', device.url],
        ['device-code-again', `${device.url}?user_code=XXXX-XXXX`],
        ['start', `${emulator.url}/start/barnehage`],
      ];
      for (const [title, url] of pages) {
        await page.goto(url);
        expect({ title, ...(await page.evaluate<Measured>(measure)) }).toEqual({
          title,
          lang: 'en',
          tooWide: [],
          tooSmall: [],
          tooPale: [],
        });
        await shoot(`${title}-${name}`);
      }
      await page.goto(device.urlWithCode);
      await press('Confirm');
      expect(await page.evaluate<Measured>(measure)).toMatchObject({ tooWide: [], tooPale: [] });
      await shoot(`device-done-${name}`);
      expect(outside).toEqual([]);
      expect(complaints.filter((text) => !/status of (400|404)/.test(text))).toEqual([]);
    });
  });

  /** Writes screenshots to look at: `SCREENS=/some/folder npx vitest run test/emulator/pages.test.ts`. */
  async function shoot(name: string): Promise<void> {
    const folder = process.env.SCREENS;
    if (folder) await page.screenshot({ path: `${folder}/${name.replaceAll(/\W+/g, '-')}.png` });
  }
});

interface Measured {
  readonly lang: string;
  readonly tooWide: string[];
  readonly tooSmall: string[];
  readonly tooPale: string[];
}

/**
 * Finds the accessibility faults of a page: target sizes by WCAG 2.2, 2.5.5 (44 pixels), contrast by 1.4.3 (4.5 to 1).
 * It is a string, not a function, because it runs in the browser, whose types the tests do not have.
 */
const measure = `(() => {
  const all = [...document.body.querySelectorAll('*')];
  const name = (element) => element.tagName + ' ' + element.textContent.trim().slice(0, 20);
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = (element) => {
    if (element === null) return 'rgb(255, 255, 255)';
    const colour = getComputedStyle(element).backgroundColor;
    return channels(colour)[3] === 0 ? background(element.parentElement) : colour;
  };
  const contrast = (element) => {
    const [low, high] = [luminance(getComputedStyle(element).color), luminance(background(element))].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
  return {
    lang: document.documentElement.lang,
    tooWide: all.filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5).map(name),
    tooSmall: [...document.querySelectorAll('button, input:not([type="hidden"])')]
      .filter((element) => element.getBoundingClientRect().height < 44)
      .map(name),
    tooPale: all.filter((element) => hasText(element) && contrast(element) < 4.5).map(name),
  };
})()`;

describe('/open', () => {
  it.each([
    ['/authorize?a=b', 'evil.example', '/authorize?a=b'],
    ['https://oidc.eu-west-1.amazonaws.com/authorize?a=b', 'evil.example:80', '/authorize?a=b'],
    ['https://evil.example/device?user_code=x', '127.0.0.1', '/device?user_code=x'],
  ])('of %s opens a page of the emulator itself, whatever Host says (%s)', async (page, host, opened) => {
    const addresses: string[] = [];
    const emulator = await startEmulator({ openPage: (address) => addresses.push(address) });
    try {
      const { port } = new URL(emulator.url);
      const status = await new Promise((resolve, reject) => {
        const path = `/open?page=${encodeURIComponent(page)}`;
        get({ host: '127.0.0.1', port, path, headers: { host } }, ({ statusCode }) => resolve(statusCode)).once(
          'error',
          reject,
        );
      });
      expect({ status, addresses }).toEqual({ status: 200, addresses: [`${emulator.url}${opened}`] });
    } finally {
      await emulator.close();
    }
  });
});
