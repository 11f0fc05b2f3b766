// Bundles src/main.ts into dist/: CommonJS, because Node starts it about 4 ms sooner than ES modules,
// and in chunks, so that a plain switch loads neither the AWS SDK nor yargs.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
const dist = `${root}/dist`;

const bundle = await rolldown({
  input: { awsp: `${root}/src/main.ts` },
  platform: 'node',
  // The SDK's ES modules: of its CommonJS nothing could be left out, and nothing loaded later.
  resolve: { mainFields: ['module', 'main'] },
  transform: { define: { __AWSP_VERSION__: JSON.stringify(version), 'import.meta.url': '__moduleUrl' } },
  // yargs would read its configuration files by a resolver that a bundle has not; it is never asked to.
  onwarn: (warning, warn) => warning.code !== 'EMPTY_IMPORT_META' && warn(warning),
});
const { output } = await bundle.generate({
  format: 'cjs',
  minify: true,
  banner: (chunk) => (chunk.isEntry ? '#!/usr/bin/env node' : ''),
  // Only yargs asks a module for its own address.
  intro: (chunk) =>
    chunk.moduleIds.some((id) => id.includes('/yargs/'))
      ? 'const __moduleUrl = require("node:url").pathToFileURL(__filename).href;'
      : '',
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name]-[hash].cjs',
});
await bundle.close();

// File by file, and what is stale last: a program that is starting meanwhile finds all of its chunks.
mkdirSync(dist, { recursive: true });
for (const { fileName, code, isEntry } of output) {
  writeFileSync(`${dist}/${fileName}.new`, code, { mode: isEntry ? 0o755 : 0o644 });
  renameSync(`${dist}/${fileName}.new`, `${dist}/${fileName}`);
}
const made = new Set(output.map(({ fileName }) => fileName));
for (const file of readdirSync(dist)) if (!made.has(file)) rmSync(`${dist}/${file}`, { recursive: true });
