import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decidingProblem } from '../../src/audit/file-problems.ts';
import { rejectsFile } from '../../src/aws-config/problems.ts';
import { readProfiles } from '../../src/aws-config/profiles.ts';
import { isUsualText } from '../../src/aws-config/usual-text.ts';
import { runs } from '../support/runs.ts';
import { acceptedText, dialectText } from './dialect.ts';

const rules = ['botocore', 'javascript', 'go', 'java'] as const;
const read = (text: string) => readProfiles({ path: '/config', text }, null, ['/config']);

describe('the quick look at a file', () => {
  it('finds usual ones usual', () => {
    expect(isUsualText('# mine\n[default]\nregion=eu-west-1\n\n[profile a]\nregion = eu-west-1\n; end')).toBe(true);
    expect(isUsualText('[default]\ns3 =\n  max_queue_size = 10\n  # more\n\tuse_dualstack_endpoint=true\n')).toBe(true);
    expect(isUsualText('')).toBe(true);
  });

  it.each([
    ['a section twice', '[profile a]\nregion = x\n[profile a]\noutput = json\n'],
    ['a key twice', '[profile a]\nregion = x\nregion = y\n'],
    ['a key twice, in other letters', '[profile a]\nregion = x\nRegion = y\n'],
    ['a line before the first header', 'region = x\n[profile a]\n'],
    ['a line that is no property', '[profile a]\nnonsense\n'],
    ['a line without a key', '[profile a]\n= x\n'],
    ['a bad sub-property', '[profile a]\ns3 =\n  nonsense\n'],
    ['an open header', '[profile a\nregion = x\n'],
    ['an empty header', '[]\nregion = x\n'],
    ['a byte order mark', '\ufeff[profile a]\n'],
  ])('leaves %s to the full reading, which says that the file is rejected', (_what, text) => {
    expect(isUsualText(text)).toBe(false);
    expect(read(text).problemsOfFiles().map(rejectsFile)).toContain(true);
  });

  it('finds no file usual that has a problem which stops a tool for every profile', () => {
    const accepted = { count: 0 };
    const texts = fc.oneof(dialectText({ lines: 8 }), dialectText({ lines: 2 }), acceptedText('config'));
    fc.assert(
      fc.property(texts, (text) => {
        const all = read(text).problems();
        if (!isUsualText(text)) return;
        accepted.count += 1;
        expect(read(text).indentedProperty()).toBe(null);
        expect(rules.map((one) => decidingProblem(one, { all, own: [] }))).toEqual(rules.map(() => null));
        const [known, unknown] = [read(text), read(text)];
        known.problemsOfFiles();
        for (const word of ['a', 'region', 'e']) expect(known.namesAround([word])).toEqual(unknown.namesAround([word]));
        expect(known.hidingProblems()).toEqual(unknown.hidingProblems());
        expect(known.names).toEqual(unknown.names);
      }),
      { numRuns: runs(1_000) },
    );
    expect(accepted.count).toBeGreaterThan(20);
  });
});
