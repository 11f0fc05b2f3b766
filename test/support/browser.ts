import { type Browser, chromium } from 'playwright-core';
import { findProgram } from './shells.ts';

/** A real Chromium without a window; `describeWith('chromium', …)` is for the tests that need it. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = findProgram('chromium') ?? '';
  // its sandbox needs what containers lack, and refuses root
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
