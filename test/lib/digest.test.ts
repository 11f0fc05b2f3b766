import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest } from '../../src/lib/digest.ts';

it.each([
  // The test cases of RFC 3174, section 7.3.
  ['sha1', 'abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  ['sha1', 'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '84983e441c3bd26ebaae4aa1f95129e5e54670f1'],
  ['sha1', '01234567'.repeat(80), 'dea356a2cddd90c7a7ecedc5ebb563934f460452'],
  ['sha1', '', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
  // Those of FIPS 180-2, appendix B.
  ['sha256', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'sha256',
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  ['sha256', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
] as const)('%s of %j', (algorithm, text, expected) => {
  expect(digest(algorithm, text)).toBe(expected);
});

describe.each(['sha1', 'sha256'] as const)('%s', (algorithm) => {
  it("equals Node's own for every text", () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.integer({ min: 0, max: 200 }).map((n) => 'x'.repeat(n)),
    );
    fc.assert(
      fc.property(text, (some) => digest(algorithm, some) === createHash(algorithm).update(some).digest('hex')),
      { numRuns: 500 },
    );
  });
});
