/**
 * The SHA-1 of a text in UTF-8, in hexadecimal (RFC 3174). It is used only for the names of files in the token cache,
 * which AWS's tools define. Node's own implementation takes a tenth of Node's start time to load, which would delay
 * every list.
 */
export function sha1(text: string): string {
  const message = new TextEncoder().encode(text);
  const words = new Uint32Array(((message.length + 8) >> 6) * 16 + 16);
  for (const [index, byte] of [...message, 0x80].entries()) {
    words[index >> 2] = (words[index >> 2] ?? 0) | (byte << (24 - 8 * (index % 4)));
  }
  words[words.length - 1] = message.length * 8;
  let hash = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let block = 0; block < words.length; block += 16) hash = withBlock(hash, words.subarray(block, block + 16));
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

// --- internal ---

function withBlock(hash: readonly number[], block: Uint32Array): number[] {
  const w = new Uint32Array(80);
  w.set(block);
  for (let t = 16; t < 80; t++) w[t] = rotated(at(w, t - 3) ^ at(w, t - 8) ^ at(w, t - 14) ^ at(w, t - 16), 1);
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = hash;
  for (let t = 0; t < 80; t++) {
    const next = (rotated(a, 5) + mixed(t, b, c, d) + e + at(w, t)) | 0;
    [a, b, c, d, e] = [next, a, rotated(b, 30), c, d];
  }
  return [a, b, c, d, e].map((word, index) => (word + (hash[index] ?? 0)) | 0);
}

function at(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function mixed(t: number, b: number, c: number, d: number): number {
  if (t < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (t < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  return t < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc : (b ^ c ^ d) + 0xca62c1d6;
}
