// Builds the program into dist/ and the shims into shell/.
// The program is CommonJS, because Node starts it about 4 ms sooner than ES modules. It is in chunks, so that a plain switch
// loads neither the AWS SDK nor yargs. Beside each chunk is its code as V8 compiled it: src/start.ts explains that.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';
import { rolldown } from 'rolldown';
import { makeShims } from './shims.mjs';
import { importSource } from './source.mjs';
import { fillTemplate } from './template.mjs';

const { codeHeader, starts } = await importSource('src/lib/code-header.ts');
const root = fileURLToPath(new URL('..', import.meta.url));
const dist = `${root}/dist`;
const { name: packageName, version, engines } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));

const minNode = engines.node.replace(/^>=/, '');
/** From dist/ in the package to the Node whose npm has installed it, in PREFIX/lib/node_modules/NAME/dist. */
const nodeOfPackage = `${'../'.repeat(packageName.split('/').length + 3)}bin/node`;

/** The chunks of the picker, for which the build has no terminal: they get the code of all of their functions. */
const ofPicker = ['choose', 'pick', 'pick-here', 'console', 'string-width', 'fuzzy'];

/** The SDK reads `crypto` when it is loaded, for which Node loads Web Crypto, and needs it for no request of awsp's own. */
const lateRandom = {
  name: 'late-random',
  transform(code, id) {
    if (!id.endsWith('/@smithy/core/dist-es/submodules/serde/index.js')) return null;
    const late = code.replace(
      'const _getRandomValues = getRandomValues;\nexport const v4 = bindV4(_getRandomValues);',
      'export const v4 = () => bindV4((array) => getRandomValues(array))();',
    );
    if (late === code) throw new Error(`${id} reads crypto in another way`);
    return late;
  },
};

// In syntax that old versions of Node can parse: they get the message that they are too old.
const start = await bundle({ awsp: `${root}/src/start.ts` }, { banner: '#!/usr/bin/env node' }, 'node12');
const bundled = await bundle(
  { program: `${root}/src/main.ts` },
  {
    // The modules that a switch loads are in one chunk, also those that its definition imports late: eight chunks take half a
    // millisecond longer.
    // The help needs the definitions of all commands, and nothing else.
    codeSplitting: {
      groups: [
        { name: 'core', priority: 2, test: /\/src\/(main|actions\/(switch|unset))\.ts$/ },
        // What a verification loads: fifteen chunks take some milliseconds longer. What other commands need as well is apart.
        {
          name: 'shared',
          priority: 1.8,
          test: /\/src\/(lib|network\/(timeouts|fields|certificates)|sso\/session)\b.*\.ts$/,
        },
        { name: 'verification', priority: 1.5, test: /\/src\/identity\/call-sts\.ts$/ },
        // What other requests load.
        { name: 'sdk', priority: 1.4, test: /\/src\/identity\/(sts|sso-role)\.ts$/ },
        // One chunk for a list: what it prints, the help prints too.
        { name: 'list', priority: 1.2, test: /\/src\/(commands|actions)\/list\.ts$/ },
        { name: 'commands', priority: 1, test: /\/src\/(commands\/.*|actions\/help|cli\/help)\.ts$/ },
      ],
    },
    // Only yargs uses `import.meta.url`.
    intro: (chunk) =>
      chunk.moduleIds.some((id) => id.includes('/yargs/'))
        ? 'const __moduleUrl = require("node:url").pathToFileURL(__filename).href;'
        : '',
  },
);
// Inside of the chunk that every start loads: reading a file of its own takes a third of a millisecond.
const runtime = bundled.find(({ fileName }) => fileName.startsWith('rolldown-runtime'));
const inlined = `exports.runtime=(exports=>{${runtime.code};return exports})({})`;
const chunks = bundled.flatMap(({ fileName, name, code }) => {
  if (fileName === runtime.fileName) return [];
  const whole = code.replace(`require("./${runtime.fileName}")`, () =>
    fileName === 'program.cjs' ? inlined : 'require("./program.cjs").runtime',
  );
  // As src/start.ts compiles it.
  return [{ fileName, name, code: `(function(exports,require,module,__filename,__dirname){${whole}\n})` }];
});
const shims = makeShims();
const sources = [
  ...start.map(({ fileName, code }) => ({ name: fileName, content: code, mode: 0o755 })),
  ...chunks.map(({ fileName, code }) => ({ name: fileName, content: code, mode: 0o644 })),
];
const recorded = recordCode();
const files = [
  ...chunks.flatMap(({ fileName, name, code }) =>
    starts.flatMap((start) => {
      const bytes =
        recorded.get(`${fileName}.${start}.code`) ?? (withAllCode(name, start) ? compiled(fileName, code) : null);
      return bytes === null ? [] : [{ name: `${fileName}.${start}.code`, content: withHeader(bytes), mode: 0o644 }];
    }),
  ),
  ...sources,
  // What runs the program where the Node in PATH is missing or too old.
  { name: 'node-path', content: `${process.execPath}\n`, mode: 0o644 },
  { name: 'awsp.sh', content: makeLauncher(), mode: 0o755 },
  // What fish finds in the place of what `fish_update_completions` makes of the manual page: see the end of its shim.
  { name: 'awsp.fish', content: '# The completion is in shell/awsp.fish.\n', mode: 0o644 },
];

// Each file is replaced at once, and files of an older build are removed last: a program that is starting meanwhile finds all
// of its chunks, and a shell that is starting finds a whole shim.
mkdirSync(dist, { recursive: true });
for (const { name, content, mode } of files) replaceFile(`${dist}/${name}`, content, mode);
for (const { name, content } of shims) replaceFile(`${root}/shell/${name}`, content, 0o644);
const made = new Set(files.map(({ name }) => name));
for (const file of readdirSync(dist)) if (!made.has(file)) rmSync(`${dist}/${file}`, { recursive: true });

function replaceFile(path, content, mode) {
  writeFileSync(`${path}.new`, content, { mode });
  renameSync(`${path}.new`, path);
}

function makeLauncher() {
  const template = readFileSync(`${root}/src/launcher.sh`, 'utf8');
  return fillTemplate('launcher.sh', template, { NODE: minNode, NODE_OF_PACKAGE: nodeOfPackage });
}

async function bundle(input, outputOptions, target = undefined) {
  const build = await rolldown({
    input,
    platform: 'node',
    plugins: [lateRandom],
    // The SDK as ES modules: from CommonJS the bundler can neither leave out unused code nor load parts late.
    resolve: {
      mainFields: ['module', 'main'],
      // The SDK loads the first to read files that awsp gives it as text, and the second also where it sends no request by https.
      alias: {
        'node:fs/promises': `${root}scripts/late-fs-promises.mjs`,
        'node:https': `${root}scripts/late-https.mjs`,
      },
    },
    transform: {
      ...(target === undefined ? {} : { target }),
      define: {
        __AWSP_VERSION__: JSON.stringify(version),
        __AWSP_NODE__: JSON.stringify(minNode),
        __AWSP_NODE_OF_PACKAGE__: JSON.stringify(nodeOfPackage),
        'import.meta.url': '__moduleUrl',
      },
    },
    // yargs needs it to find its own configuration files, which awsp does not use.
    // A module that one command imports late may be imported at once by another.
    onwarn: (warning, warn) =>
      !['EMPTY_IMPORT_META', 'INEFFECTIVE_DYNAMIC_IMPORT'].includes(warning.code) && warn(warning),
  });
  const { output } = await build.generate({
    format: 'cjs',
    // A script that is made from cached code cannot `import()`. Node's own modules can be loaded with `require`.
    dynamicImportInCjs: false,
    // In ASCII, V8 keeps a source in half of the memory, and Node reads it faster.
    minify: { compress: true, mangle: true, codegen: { asciiOnly: true } },
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    ...outputOptions,
  });
  await build.close();
  return output;
}

/**
 * The code that V8 compiled of the chunks that common command lines load, by the name of its file: scripts/record-code.mjs
 * runs them, in the demo of the new program in a temporary folder. Empty where the demo cannot run; awsp only starts slower then.
 */
function recordCode() {
  const folder = mkdtempSync(`${tmpdir()}/awsp-build-`);
  try {
    for (const part of ['dist', 'shell']) mkdirSync(`${folder}/${part}`);
    for (const { name, content } of sources) writeFileSync(`${folder}/dist/${name}`, content);
    for (const { name, content } of shims) writeFileSync(`${folder}/shell/${name}`, content);
    const recorder = `${root}/scripts/record-code.mjs`;
    const command = [process.execPath, recorder, `${folder}/dist`].map(quote).join(' ');
    const demo = [`${folder}/dist/awsp.cjs`, 'demo', '--shell', 'bash', '-c', `exec ${command}`];
    const { status, stderr } = spawnSync(process.execPath, demo, {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    if (status !== 0) {
      console.warn(`scripts/record-code.mjs failed, so that awsp starts more slowly:\n${stderr}`);
      return new Map();
    }
    const names = readdirSync(`${folder}/dist`).filter((name) => name.endsWith('.code'));
    return new Map(names.map((name) => [name, readFileSync(`${folder}/dist/${name}`)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether a chunk of which no code is recorded for a kind of start gets that of all of its functions. */
function withAllCode(name, start) {
  if (ofPicker.includes(name)) return start === 'switch';
  return recorded.size === 0 && ['program', 'core', 'commands'].includes(name);
}

/** The code of all functions of a chunk. */
function compiled(filename, code) {
  setFlagsFromString('--no-lazy');
  const script = new Script(code, { filename });
  // V8 rejects cached code that was made with other flags.
  setFlagsFromString('--lazy');
  return script.createCachedData();
}

/** A file of compiled code, as src/start.ts reads it. */
function withHeader(bytes) {
  return Buffer.concat([Buffer.from(codeHeader(process, crc32(bytes)), 'latin1'), bytes]);
}

function quote(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
