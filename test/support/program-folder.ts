import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The checkout, with `dist/` as it was built for this run of the tests. */
export const programFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The program as it is built. */
export const program = `${programFolder}/dist/awsp.cjs`;

/** What package.json says. */
export const { name: packageName, version: programVersion } = JSON.parse(
  readFileSync(`${programFolder}/package.json`, 'utf8'),
) as { readonly name: string; readonly version: string };
