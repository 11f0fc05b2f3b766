// Runs common command lines in this process, and writes beside each chunk that they load the code that V8 compiled for it:
// the code of the functions that ran, for each kind of start apart. So a start reads no code of functions that it does not need,
// and compiles none.
// Started by scripts/build.mjs in the demo, whose sample profiles and emulator the command lines use: node record-code.mjs DIST
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { importSource } from './source.mjs';

const { startOf, starts } = await importSource('src/lib/code-header.ts');

const sso = 'barnehageplass-test-AWSPowerUserAccess-123456789012';
const keys = 'sandkasse-lab-Builder-123456789041';
const role = 'sandkasse-lab-Hub-123456789042';
const commandLines = [
  ['--shell', 'bash', sso, '--no-verify'],
  ['--shell', 'bash', sso, '--verify'],
  ['--shell', 'bash', sso],
  ['--shell', 'zsh', '--mark', 'm', 'power', '9012'],
  ['--shell', 'fish', '--mark', 'm', 'barnehageplasstest'],
  ['--shell', 'bash', keys, '--verify'],
  ['--shell', 'bash', role, '--verify'],
  ['--shell', 'bash', '--unset'],
  ['--complete', 'bash', 'awsp barne', 'barne'],
  ['--complete', 'zsh', 'awsp ', ''],
  ['list'],
  ['current'],
  ['--help'],
  ['help'],
  ['--version'],
];

const [, , dist] = process.argv;
const require = createRequire(import.meta.url);
const exit = process.exit.bind(process);
const environment = { ...process.env };
const flags = ['flush-bytecode', 'compilation-cache'];

for (const start of starts) {
  /** One script for each chunk, whatever runs it: a function that has run once remains compiled. */
  const scripts = new Map();
  // V8 forgets code that has not run for a while, and shares that of one source.
  for (const flag of flags) setFlagsFromString(`--no-${flag}`);
  for (const line of commandLines.filter(([first]) => startOf(first) === start)) {
    const code = await runProgram(line, line[0] === 'current' ? { AWS_PROFILE: sso } : {}, scripts);
    if (code !== 0) throw new Error(`awsp ${line.join(' ')} exited ${code}`);
  }
  // V8 rejects code that was made with other flags.
  for (const flag of flags) setFlagsFromString(`--${flag}`);
  for (const [name, script] of scripts) writeFileSync(`${dist}/${name}.${start}.code`, script.createCachedData());
}
exit(0);

/** Runs a command line in modules of its own, with added variables; resolves to its exit code. */
function runProgram(line, variables, scripts) {
  return new Promise((resolve) => {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, environment, variables);
    process.argv = [process.execPath, `${dist}/awsp.cjs`, ...line];
    process.exit = resolve;
    chunkLoader(scripts)('program.cjs');
  });
}

/** As src/start.ts loads chunks. */
function chunkLoader(scripts) {
  const loaded = new Map();
  const load = (name) => {
    const known = loaded.get(name);
    if (known !== undefined) return known.exports;
    const file = `${dist}/${name}`;
    if (!scripts.has(name)) scripts.set(name, new Script(readFileSync(file, 'utf8'), { filename: file }));
    const module = { exports: Object.create(null) };
    loaded.set(name, module);
    const requireChunk = (id) => (id.startsWith('./') ? load(id.slice(2)) : require(id));
    scripts.get(name).runInThisContext()(module.exports, requireChunk, module, file, dist);
    return module.exports;
  };
  return load;
}
