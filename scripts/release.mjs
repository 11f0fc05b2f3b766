// Makes the packages of a release, of what is built: the npm package, the same as an archive for plugin managers, and a .deb.
// Another folder than release/ can be given.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = resolve(process.argv[2] ?? `${root}/release`);
const { version, description, engines } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));

if (spawnSync('dpkg-deb', ['--version']).status !== 0) {
  console.error('dpkg-deb is needed for the .deb: install the package dpkg');
  process.exit(1);
}
// Everybody can read what the packages install, whatever the umask of who makes them.
process.umask(0o022);
mkdirSync(folder, { recursive: true });
const work = mkdtempSync(`${tmpdir()}/awsp-release-`);
try {
  const names = [packForNpm()];
  run('tar', '-xzf', `${folder}/${names[0]}`, '-C', work);
  renameSync(`${work}/package`, `${work}/awsp`);
  names.push(`awsp-${version}.tar.gz`);
  run('tar', '-czf', `${folder}/${names[1]}`, '-C', work, 'awsp');
  names.push(makeDeb());
  const sums = names.map((name) => `${sha256(`${folder}/${name}`)}  ${name}\n`);
  writeFileSync(`${folder}/SHA256SUMS`, sums.join(''));
  for (const name of names)
    console.log(`${folder}/${name}: ${Math.ceil(statSync(`${folder}/${name}`).size / 1000)} kB`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Makes the npm package, and returns its file name. */
function packForNpm() {
  const json = run('npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder);
  const [{ filename }] = JSON.parse(json);
  return filename;
}

/** Makes the .deb of the unpacked npm package, and returns its file name. */
function makeDeb() {
  const tree = `${work}/deb`;
  const share = `${tree}/usr/share`;
  for (const path of ['DEBIAN', 'usr/bin', 'usr/share/doc/awsp', 'usr/share/man/man1'])
    mkdirSync(`${tree}/${path}`, { recursive: true });
  cpSync(`${work}/awsp`, `${share}/awsp`, { recursive: true });
  // The way out, see src/launcher.sh.
  writeFileSync(`${share}/awsp/dist/node-path`, '/usr/bin/node\n');
  symlinkSync('../share/awsp/dist/awsp.cjs', `${tree}/usr/bin/awsp`);
  symlinkSync('../../awsp/docs', `${share}/doc/awsp/docs`);
  renameSync(`${share}/awsp/LICENSE`, `${share}/doc/awsp/copyright`);
  rmSync(`${share}/awsp/man`, { recursive: true });
  for (const [from, to] of [
    ['man/awsp.1', 'man/man1/awsp.1.gz'],
    ['CHANGELOG.md', 'doc/awsp/changelog.gz'],
  ])
    writeFileSync(`${share}/${to}`, gzipSync(readFileSync(`${root}/${from}`), { level: 9 }));
  const control = {
    Package: 'awsp',
    Version: version.replace('-', '~'),
    Architecture: 'all',
    Depends: `nodejs (>= ${engines.node.replace(/^>=/, '')})`,
    Maintainer: 'The maintainers of awsp',
    Section: 'utils',
    Priority: 'optional',
    'Installed-Size': run('du', '-sk', `${tree}/usr`).split('\t')[0],
    Description: `${description[0].toLowerCase()}${description.slice(1).replace(/\.$/, '')}\n To load it into a shell, add the line that "awsp init bash" (zsh, fish, nu) prints to its start file.`,
  };
  const lines = Object.entries(control).map(([field, value]) => `${field}: ${value}\n`);
  writeFileSync(`${tree}/DEBIAN/control`, lines.join(''));
  const name = `awsp_${control.Version}_all.deb`;
  // Compressed as also old versions of dpkg read it.
  run('dpkg-deb', '--root-owner-group', '-Zxz', '--build', tree, `${folder}/${name}`);
  return name;
}

/** Runs a program in the checkout and returns what it prints. */
function run(program, ...args) {
  return execFileSync(program, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function sha256(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
