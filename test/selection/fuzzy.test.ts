import fc from 'fast-check';
import { go } from 'fuzzysort';
import { describe, expect, it } from 'vitest';
import { rankWithFuzzysort } from '../../src/selection/fuzzy.ts';

const part = fc.constantFrom(...'team dev Prod prod admin Ærø ø é 1 50'.split(' '), ...'-_ /\\\'"`–’');
const name = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
const typed = fc.array(fc.constantFrom(..."temadvpro -_/1ø50A'"), { maxLength: 5 }).map((letters) => letters.join(''));
/** Some of the letters of the first name, in order. */
const shortened = fc.tuple(name, fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }));

describe('the ranking by fuzzysort', () => {
  it('is that of all names, although it is given only those with the letters of the query', async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(
        typed,
        shortened,
        fc.uniqueArray(name, { maxLength: 30 }),
        async (query, [first, kept], others) => {
          const names = [first, ...others];
          const letters = [...first].filter((_, index) => kept[index]).join('');
          for (const text of [query, letters]) {
            const all = go(text, names, { limit: 20 }).map(({ target, score }) => ({ name: target, score }));
            found += all.length;
            expect(await rankWithFuzzysort(text, names)).toEqual(all);
          }
        },
      ),
      { numRuns: 1_000 },
    );
    expect(found).toBeGreaterThan(100);
  });
});
