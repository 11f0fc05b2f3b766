import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../src', import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** What a file imports of `src/`: at once, late, and types alone. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(source, file), 'utf8');
  const found = text.matchAll(/(?:\bfrom|\bimport\()\s*'(\.[^']+)'/g);
  return [...found].map(([, path = '']) => join(dirname(file), path));
}

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** Which unit needs which others; a unit is what `unitOf` makes of a file. */
function graphOf(unitOf: (file: string) => string): Graph {
  const graph = new Map<string, Set<string>>(files.map((file) => [unitOf(file), new Set()]));
  for (const file of files) {
    for (const other of importsOf(file))
      if (unitOf(other) !== unitOf(file)) graph.get(unitOf(file))?.add(unitOf(other));
  }
  return graph;
}

/** The units, each after all that it needs, and what is left when that cannot be: circles, and what needs them. */
function inOrder(graph: Graph): { readonly order: readonly string[]; readonly circular: readonly string[] } {
  const order: string[] = [];
  let left = [...graph.keys()].sort();
  for (;;) {
    const free = left.filter((unit) => [...(graph.get(unit) ?? [])].every((needed) => order.includes(needed)));
    if (free.length === 0) return { order, circular: left };
    order.push(...free);
    left = left.filter((unit) => !free.includes(unit));
  }
}

const folderOf = (file: string) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : file);

describe('src/', () => {
  it('has an order of its folders, in which each needs only those before it', () => {
    const { order, circular } = inOrder(graphOf(folderOf));
    console.info(`folders of src/, each after those that it needs:\n  ${order.join('\n  ')}`);
    expect(circular).toEqual([]);
  });

  it('has an order of its files as well', () => {
    expect(inOrder(graphOf((file) => file)).circular).toEqual([]);
  });

  it('has at most eight files that are in no folder', () => {
    expect(files.filter((file) => !file.includes('/')).length).toBeLessThanOrEqual(8);
  });

  it('would show a circle: one of values, one of types, one by a late import', () => {
    const graph = new Map([
      ['a', new Set(['b'])],
      ['b', new Set(['a'])],
      ['c', new Set<string>()],
    ]);
    expect(inOrder(graph)).toEqual({ order: ['c'], circular: ['a', 'b'] });
    const imports =
      "import { a } from './a.ts';\nimport type { B } from './b.ts';\nconst { c } = await import('./c.ts');";
    expect([...imports.matchAll(/(?:\bfrom|\bimport\()\s*'(\.[^']+)'/g)].map(([, path]) => path)).toEqual([
      './a.ts',
      './b.ts',
      './c.ts',
    ]);
  });
});

describe('test/', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const tests = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

  it('replaces no module: the files share what one of them has loaded, so it would hold in some orders alone', () => {
    expect(tests.length).toBeGreaterThan(100);
    const replacing = /\bvi\s*\.\s*(?:do)?(?:un)?mock\s*\(/i;
    expect(replacing.test(['vi', "mock('x')"].join('.'))).toBe(true);
    expect(tests.filter((file) => replacing.test(readFileSync(join(folder, file), 'utf8')))).toEqual([]);
  });
});
