// Bundles the program into dist/: CommonJS, because Node starts it about 4 ms sooner than ES modules; in chunks, so that a
// plain switch loads neither the AWS SDK nor yargs; each with its compiled code beside it, which src/start.ts explains.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';
import { rolldown } from 'rolldown';
import { importSource } from './source.mjs';

const { codeHeader } = await importSource('src/lib/code-header.ts');
const root = fileURLToPath(new URL('..', import.meta.url));
const dist = `${root}/dist`;
const { version, engines } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));

// In syntax that old versions of Node read as well: it tells them that they are too old.
const start = await bundle({ awsp: `${root}/src/start.ts` }, { banner: '#!/usr/bin/env node' }, 'node12');
const chunks = await bundle(
  { program: `${root}/src/main.ts` },
  {
    // One chunk for all that a switch loads, also for what its definition imports late: eight chunks take half a millisecond
    // longer.
    codeSplitting: { groups: [{ name: 'core', test: /\/src\/(main|actions\/(switch|unset))\.ts$/ }] },
    // Only yargs asks a module for its own address.
    intro: (chunk) =>
      chunk.moduleIds.some((id) => id.includes('/yargs/'))
        ? 'const __moduleUrl = require("node:url").pathToFileURL(__filename).href;'
        : '',
  },
);
const files = [
  ...start.map(({ fileName, code }) => ({ name: fileName, content: code, mode: 0o755 })),
  ...chunks.flatMap(({ fileName, code }) => [
    { name: `${fileName}.code`, content: compiled(fileName, code), mode: 0o644 },
    { name: fileName, content: code, mode: 0o644 },
  ]),
];

// File by file, and what is stale last: a program that is starting meanwhile finds all of its chunks.
mkdirSync(dist, { recursive: true });
for (const { name, content, mode } of files) {
  writeFileSync(`${dist}/${name}.new`, content, { mode });
  renameSync(`${dist}/${name}.new`, `${dist}/${name}`);
}
const made = new Set(files.map(({ name }) => name));
for (const file of readdirSync(dist)) if (!made.has(file)) rmSync(`${dist}/${file}`, { recursive: true });

async function bundle(input, outputOptions, target = undefined) {
  const build = await rolldown({
    input,
    platform: 'node',
    // The SDK's ES modules: of its CommonJS nothing could be left out, and nothing loaded later.
    resolve: { mainFields: ['module', 'main'] },
    transform: {
      ...(target === undefined ? {} : { target }),
      define: {
        __AWSP_VERSION__: JSON.stringify(version),
        __AWSP_NODE__: JSON.stringify(engines.node.replace(/^>=/, '')),
        'import.meta.url': '__moduleUrl',
      },
    },
    // yargs would read its configuration files by a resolver that a bundle has not; it is never asked to.
    // And what one command imports late may be a part of another one.
    onwarn: (warning, warn) =>
      !['EMPTY_IMPORT_META', 'INEFFECTIVE_DYNAMIC_IMPORT'].includes(warning.code) && warn(warning),
  });
  const { output } = await build.generate({
    format: 'cjs',
    // Code that V8 has compiled before cannot import; what it imports of Node it can require as well.
    dynamicImportInCjs: false,
    minify: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    ...outputOptions,
  });
  await build.close();
  return output;
}

/** V8's code of all functions of a chunk, also of those that run late, behind its header; of the very text that src/start.ts compiles. */
function compiled(filename, code) {
  const source = `(function(exports,require,module,__filename,__dirname){${code}\n})`;
  setFlagsFromString('--no-lazy');
  const script = new Script(source, { filename });
  // The flags are part of what V8 compares.
  setFlagsFromString('--lazy');
  const bytes = script.createCachedData();
  return Buffer.concat([Buffer.from(codeHeader(process, crc32(bytes)), 'latin1'), bytes]);
}
