import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { expect } from 'vitest';
import type { Sandbox } from './program.ts';
import { findProgram } from './shells.ts';

/** A real Chromium without a window; `describeWith('chromium', …)` is for the tests that need it. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = findProgram('chromium') ?? '';
  // its sandbox needs what containers lack, and refuses root
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** A browser that opens nothing, but hands over what it is asked to open. */
export interface HandOver {
  /** What BROWSER is to be. */
  readonly command: string;
  /** The address that the program asked to open, as soon as it has; the first, or that of the so-many-th time. */
  given(time?: number): Promise<string>;
  /** The page that this address leads to: awsp's own redirects once. */
  opened(time?: number): Promise<string>;
}

export function handOver(sandbox: Sandbox): HandOver {
  sandbox.write('bin/hand-over', '#!/bin/sh\nprintf "%s\\n" "$1" >>"$HOME/handed-over"\n', 0o755);
  const file = `${sandbox.home}/handed-over`;
  appendFileSync(file, '');
  const address = (time: number) => readFileSync(file, 'utf8').split('\n').slice(0, -1)[time - 1];
  const given = async (time = 1) => {
    await expect.poll(() => existsSync(file) && address(time)).toBeTruthy();
    return address(time) ?? '';
  };
  return {
    command: `${sandbox.home}/bin/hand-over`,
    given,
    opened: async (time) => pageBehind(await given(time)),
  };
}

/** Where awsp's own address, which it gives to a browser, leads to; another address is the page itself. */
export async function pageBehind(address: string): Promise<string> {
  const isOwn = /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}$/.test(address);
  const response = isOwn ? await fetch(address, { redirect: 'manual' }) : null;
  return response?.headers.get('location') ?? address;
}
