import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { codeSpans, repositoryFile, section, tableRows } from './support/docs.ts';
import { programFolder } from './support/program.ts';

/** Paths in a text; of `src/commands/<verb>.ts` the folder. */
function pathsIn(text: string): string[] {
  const paths = codeSpans(text).filter((code) =>
    /^(?:src|test|docs|scripts|shell|\.ci)\/|^[A-Za-z.]+\.(?:md|sh)$/.test(code),
  );
  return [...new Set(paths.map((path) => path.replace(/[^/]*<.*/, '')))];
}

it('every path in CONTRIBUTING.md is there', () => {
  const paths = pathsIn(repositoryFile('CONTRIBUTING.md'));
  expect(paths.length).toBeGreaterThan(30);
  expect(paths.filter((path) => !existsSync(join(programFolder, path)))).toEqual([]);
});

it('CONTRIBUTING.md names the files and the test of ten changes', () => {
  const rows = tableRows(section('CONTRIBUTING.md', 'Where a change goes'));
  expect(rows).toHaveLength(10);
  for (const [change, where = '', fails = ''] of rows) {
    expect({ change, files: pathsIn(where) }).not.toEqual({ change, files: [] });
    expect({ change, tests: pathsIn(fails).filter((path) => path.startsWith('test/')) }).not.toEqual({
      change,
      tests: [],
    });
  }
});

it('CONTRIBUTING.md describes every folder of src/', () => {
  const folders = tableRows(section('CONTRIBUTING.md', 'The layout')).flatMap(
    ([cell = '']) => cell.match(/src\/[a-z-]+\//g) ?? [],
  );
  expect(folders.sort()).toEqual(foldersOf('src').map((name) => `src/${name}/`));
});

function foldersOf(path: string): string[] {
  return readdirSync(join(programFolder, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}
