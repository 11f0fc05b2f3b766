import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import './aws-cli.ts';

/** Vitest's global setup: the tests run the program as it is built now. */
export default function build(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../scripts/build.mjs', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
