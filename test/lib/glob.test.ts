import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globExpression } from '../../src/lib/glob.ts';

/** What a glob means, as a regular expression: right, and without an end for some globs. */
function expressionOf(glob: string): RegExp {
  const source = glob.replace(/[\\^$.|+()[\]{}]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${source.replaceAll('?', '.')}$`, 'isu');
}

describe('a glob', () => {
  it.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['?', '', false],
    ['?', '𝒳', true],
    ['*-prod-*', 'shop-PROD-admin', true],
    ['*-prod-*', 'shop-prod', false],
    ['a*b*c', 'a1b2b3c', true],
    ['a*b*c', 'a1b2b3', false],
    ['blå*', 'BLÅBÆR', true],
    ['a.c', 'abc', false],
    ['[a-z]+', '[A-Z]+', true],
    ['ß', 'ß', true],
    ['ß', 'ss', false],
  ])('%j and %j: %s', (glob, text, expected) => {
    expect(globExpression(glob).test(text)).toBe(expected);
  });

  it('means what the regular expression for it means', () => {
    const text = fc.array(fc.constantFrom('a', 'B', 'b', 'å', 'Å', '𝒳', '\n', '.', '\\'), { maxLength: 12 });
    const glob = fc.array(fc.constantFrom('a', 'b', 'å', '*', '?', '.', '\\', '𝒳'), { maxLength: 8 });
    fc.assert(
      fc.property(glob, text, (some, letters) => {
        const [pattern, subject] = [some.join(''), letters.join('')];
        expect(globExpression(pattern).test(subject)).toBe(expressionOf(pattern).test(subject));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['*a'.repeat(1_000), 'a'.repeat(999)],
    ['*'.repeat(5_000), 'a'.repeat(5_000)],
    [`${'*'.repeat(5_000)}b`, 'a'.repeat(5_000)],
    [`${'*?'.repeat(2_000)}b`, 'a'.repeat(4_000)],
  ])('of many stars has an end: case %#', (glob, text) => {
    expect(globExpression(glob).test(text)).toBe(!glob.endsWith('b') && glob.length <= text.length);
  });
});
