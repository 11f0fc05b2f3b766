// Looks at the prompt with the real themes and frameworks of a folder, on real terminals, and writes the table of docs/shells.md.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error(
    'usage: npm run shells -- FOLDER, with the checkouts of frameworks: see test/shells/frameworks.test.ts',
  );
  process.exit(2);
}
const env = { ...process.env, AWSP_FRAMEWORKS: resolve(folder) };
const { status } = spawnSync('npx', ['vitest', 'run', 'test/shells/frameworks.test.ts'], { env, stdio: 'inherit' });
process.exit(status ?? 1);
