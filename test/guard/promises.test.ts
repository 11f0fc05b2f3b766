import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { section, tableRows } from '../support/docs.ts';
import { programFolder } from '../support/program.ts';

interface CollectedTest {
  readonly name: string;
  readonly file: string;
}

it('each promise of docs/safety.md and SECURITY.md links a test that vitest collects', () => {
  const rows = ['docs/safety.md', 'SECURITY.md'].flatMap((page) => tableRows(section(page, 'Promises')));
  const promises = rows.map(([promise, link = '', title = '']) => {
    const [, shown, path] = /^\[(.+)\]\((?:\.\.\/)?(.+)\)$/.exec(link) ?? [];
    expect(path).toBe(shown);
    return { promise, file: join(programFolder, path ?? ''), title };
  });
  expect(promises.length).toBeGreaterThan(30);

  const vitest = join(programFolder, 'node_modules/vitest/vitest.mjs');
  const files = [...new Set(promises.map(({ file }) => file))];
  // Parsed, not run: the titles of `it.each` are as they are written.
  const output = execFileSync(process.execPath, [vitest, 'list', ...files, '--static-parse', '--json'], {
    cwd: programFolder,
    encoding: 'utf8',
  });
  const tests = JSON.parse(output) as readonly CollectedTest[];
  const isHeld = (file: string, title: string) =>
    tests.some((test) => test.file === file && unescaped(test.name).split(' > ').at(-1) === title);
  expect(promises.filter(({ file, title }) => !isHeld(file, title))).toEqual([]);
});

/** vitest escapes the quotes in a title that it has only parsed. */
function unescaped(title: string): string {
  return title.replace(/\\+(["'`])/g, '$1');
}
