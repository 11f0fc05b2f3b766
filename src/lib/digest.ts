/**
 * The SHA-1 or SHA-256 of a text in UTF-8, in hexadecimal (FIPS 180-4). It is used only for the names of files in the token
 * caches, which AWS's tools define. Node's own implementation takes a tenth of Node's start time to load, which would delay
 * every list.
 */
export function digest(algorithm: 'sha1' | 'sha256', text: string): string {
  const message = new TextEncoder().encode(text);
  const words = new Int32Array(((message.length + 8) >> 6) * 16 + 16);
  for (let index = 0; index <= message.length; index++) {
    words[index >> 2] = at(words, index >> 2) | ((message[index] ?? 0x80) << (24 - 8 * (index % 4)));
  }
  words[words.length - 1] = message.length * 8;
  const { start, blockAdder } = algorithms[algorithm];
  const hash = Int32Array.from(start());
  const addBlock = blockAdder();
  for (let block = 0; block < words.length; block += 16) addBlock(hash, words.subarray(block, block + 16));
  return Array.from(hash, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

// --- internal ---

const algorithms = {
  sha1: { start: () => [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0], blockAdder: () => addBlockOfSha1 },
  sha256: {
    start: () => firstBits(8, Math.sqrt),
    blockAdder: () => {
      const constants = firstBits(64, Math.cbrt);
      return (hash: Int32Array, block: Int32Array) => addBlockOfSha256(hash, block, constants);
    },
  },
} as const;

/** Section 6.1.2. */
function addBlockOfSha1(hash: Int32Array, block: Int32Array): void {
  const w = new Int32Array(80);
  w.set(block);
  for (let t = 16; t < 80; t++) w[t] = rotatedLeft(at(w, t - 3) ^ at(w, t - 8) ^ at(w, t - 14) ^ at(w, t - 16), 1);
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = hash;
  for (let t = 0; t < 80; t++) {
    const next = (rotatedLeft(a, 5) + mixed(t, b, c, d) + e + at(w, t)) | 0;
    e = d;
    d = c;
    c = rotatedLeft(b, 30);
    b = a;
    a = next;
  }
  addTo(hash, [a, b, c, d, e]);
}

function mixed(t: number, b: number, c: number, d: number): number {
  if (t < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (t < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  return t < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc : (b ^ c ^ d) + 0xca62c1d6;
}

/** Section 6.2.2. */
function addBlockOfSha256(hash: Int32Array, block: Int32Array, constants: readonly number[]): void {
  const w = new Int32Array(64);
  w.set(block);
  for (let t = 16; t < 64; t++) {
    const [before2, before15] = [at(w, t - 2), at(w, t - 15)];
    const sigma1 = rotatedRight(before2, 17) ^ rotatedRight(before2, 19) ^ (before2 >>> 10);
    const sigma0 = rotatedRight(before15, 7) ^ rotatedRight(before15, 18) ^ (before15 >>> 3);
    w[t] = (sigma1 + at(w, t - 7) + sigma0 + at(w, t - 16)) | 0;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (let t = 0; t < 64; t++) {
    const sum1 = rotatedRight(e, 6) ^ rotatedRight(e, 11) ^ rotatedRight(e, 25);
    const sum0 = rotatedRight(a, 2) ^ rotatedRight(a, 13) ^ rotatedRight(a, 22);
    const first = (h + sum1 + ((e & f) ^ (~e & g)) + (constants[t] ?? 0) + at(w, t)) | 0;
    const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  addTo(hash, [a, b, c, d, e, f, g, h]);
}

function addTo(hash: Int32Array, words: readonly number[]): void {
  words.forEach((word, index) => {
    hash[index] = at(hash, index) + word;
  });
}

/** The first 32 bits of the fractional parts of the roots of the first primes. */
function firstBits(count: number, root: (prime: number) => number): readonly number[] {
  const primes: number[] = [];
  for (let number = 2; primes.length < count; number++) {
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  }
  return primes.map((prime) => ((root(prime) % 1) * 2 ** 32) | 0);
}

function at(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}

function rotatedLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function rotatedRight(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
