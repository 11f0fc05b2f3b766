import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadProfiles } from '../../src/aws-config/load.ts';
import { readProfiles } from '../../src/aws-config/profiles.ts';
import { hasPlainHeaders } from '../../src/aws-config/sections.ts';
import type { FileShape } from '../../src/aws-config/types.ts';
import { isUsualText } from '../../src/aws-config/usual-text.ts';
import { nodeFiles } from '../../src/node/files.ts';
import type { World } from '../../src/world.ts';
import { runs } from '../support/runs.ts';
import { fakeWorld } from '../support/world.ts';
import { acceptedText, dialectText } from './dialect.ts';

const config = '/home/kari/.aws/config';
const record = '/home/kari/.cache/awsp/usual-config';
const usual = `[profile a]\nregion = eu-west-1\n${'# a comment\n'.repeat(10_000)}`;
const rejected = `${usual}region = eu-north-1\n`;

/** The number of problems with the files, in a world whose files have this state. */
function look(disk: FakeDisk, state: string | null, given: Partial<World> = {}): number {
  const world = fakeWorld({ disk });
  const { files } = world;
  const profiles = loadProfiles({ ...world, version: '1', ...given, files: { ...files, state: () => state } });
  const { length } = profiles.problemsOfFiles();
  for (const [path, text] of world.disk) disk[path] = text;
  return length;
}

type FakeDisk = Record<string, string | null>;

describe('what is known of a large file', () => {
  it('spares the next look, as long as the file has the same state', () => {
    const disk: FakeDisk = { [config]: usual };
    expect(look(disk, 'one')).toBe(0);
    expect(disk[record]).toContain('one');
    disk[config] = rejected;
    expect(look(disk, 'one')).toBe(0);
    expect(look(disk, 'two')).toBe(1);
  });

  it.each([
    ['plain', usual],
    ['plain', `[default]\n[profile default]\n${usual}`],
    ['usual', `[profile å]\n${usual}`],
    ['usual', `[a]\n${usual}`],
  ])('is that it is %s: %.24j', (shape, text) => {
    const disk: FakeDisk = { [config]: text };
    expect(look(disk, 'one')).toBe(0);
    expect(disk[record]).toBe(JSON.stringify(['1', config, 'one', shape]));
  });

  it.each<[string, (disk: FakeDisk) => number]>([
    ['of another file', (disk) => look(disk, 'one', { env: { AWS_CONFIG_FILE: '/other' } })],
    ['of another version of awsp', (disk) => look(disk, 'one', { version: '2' })],
    ['of a file whose state cannot be told', (disk) => look(disk, null)],
  ])('is not what is known %s', (_what, lookAgain) => {
    const disk: FakeDisk = { [config]: usual, '/other': rejected };
    expect(look(disk, 'one')).toBe(0);
    disk[config] = rejected;
    expect(lookAgain(disk)).toBe(1);
  });

  it.each([
    ['a file with a problem', rejected, 'one'],
    ['a small file', '[profile a]\n', 'one'],
    ['a file whose state cannot be told', usual, null],
  ])('is not kept for %s', (_what, text, state) => {
    const disk: FakeDisk = { [config]: text };
    look(disk, state);
    expect(Object.keys(disk)).toEqual([config]);
  });

  it('is looked up by a state that real files have once they are a few seconds old', () => {
    expect(nodeFiles.state(process.execPath)).toMatch(/^\d+( \d+){4}$/);
    expect(nodeFiles.state('/')).toBe(null);
    expect(nodeFiles.state('/none')).toBe(null);
  });
});

describe('the short ways to what is wrong', () => {
  const texts = fc.oneof(dialectText({ lines: 8 }), dialectText({ lines: 2 }), acceptedText('config'));

  it('find the same as reading every line', () => {
    let usualTexts = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const read = (shape?: FileShape) =>
          readProfiles({ path: '/config', text, ...(shape && { shape }) }, { path: '/keys', text: '' }, ['/config']);
        const quick = read();
        const full = read({ known: () => null, isUsual: () => false });
        expect(quick.problems()).toEqual(full.problems());
        const hiding = full.problems().filter((problem) => {
          return problem.id === 'no-prefix' || (problem.id === 'bad-header' && problem.header !== '');
        });
        expect(quick.hidingProblems()).toEqual(hiding);
        if (!isUsualText(text)) return;
        usualTexts++;
        const shape = hasPlainHeaders('config', text) ? 'plain' : 'usual';
        const known = read({ known: () => shape, isUsual: () => true });
        expect(known.names).toEqual(full.names);
        for (const word of ['a', 'e', 'region']) expect(known.namesAround([word])).toEqual(full.namesAround([word]));
        expect(known.hidingProblems()).toEqual(hiding);
        expect(known.problems()).toEqual(full.problems());
      }),
      { numRuns: runs(500) },
    );
    expect(usualTexts).toBeGreaterThan(20);
  });
});
