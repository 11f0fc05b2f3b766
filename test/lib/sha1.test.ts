import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sha1 } from '../../src/lib/sha1.ts';

it.each([
  // The test cases of RFC 3174, section 7.3.
  ['abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '84983e441c3bd26ebaae4aa1f95129e5e54670f1'],
  ['01234567'.repeat(80), 'dea356a2cddd90c7a7ecedc5ebb563934f460452'],
  ['', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
])('%j', (text, expected) => {
  expect(sha1(text)).toBe(expected);
});

it("equals Node's own for every text", () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.integer({ min: 0, max: 200 }).map((n) => 'x'.repeat(n)),
  );
  fc.assert(
    fc.property(text, (some) => sha1(some) === createHash('sha1').update(some).digest('hex')),
    { numRuns: 500 },
  );
});
