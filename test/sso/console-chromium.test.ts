import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { handOver, launchBrowser } from '../support/browser.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';
import { describeWith } from '../support/shells.ts';

describeWith('chromium', 'the console in a real browser', () => {
  let chromium: Browser;
  let sandbox: Sandbox;
  let page: Page;

  beforeAll(async () => {
    [chromium, sandbox] = await Promise.all([launchBrowser(), makeSandbox()]);
    // The portal is at AWS's own name, which leads to the emulator by its proxy.
    const proxy = { server: sandbox.emulator.url, bypass: '127.0.0.1' };
    page = await (await chromium.newContext({ proxy, ignoreHTTPSErrors: true })).newPage();
  });
  afterAll(() => Promise.all([chromium.close(), sandbox.remove()]));

  const shown = async () => ({
    identity: await page.locator('#identity').textContent(),
    destination: await page.locator('#destination').textContent(),
  });

  it('arrives signed in, by the link of the portal and by federation', async () => {
    const browser = handOver(sandbox);
    const env = { BROWSER: browser.command };
    const bySso = sandbox.awsp(['console', 'dev', 's3'], { env });
    await page.goto(await browser.given(1));
    expect(await shown()).toEqual({
      identity: expect.stringMatching(
        /^arn:aws:sts::123456789011:assumed-role\/AWSReservedSSO_AWSAdministratorAccess_\w{16}\/kari\.nordmann@example\.com$/,
      ),
      destination: 'https://eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1',
    });
    expect((await bySso).code).toBe(0);

    const byFederation = sandbox.awsp(['console', 'Hub', 'ec2', '--duration', '1h'], { env });
    const address = await browser.given(2);
    await page.goto(address);
    expect(await shown()).toEqual({
      identity: 'arn:aws:sts::123456789042:assumed-role/Hub/kari',
      destination: 'https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1',
    });
    expect((await byFederation).code).toBe(0);
    // It led there once.
    await expect(page.goto(address)).rejects.toThrow();
  });
});
