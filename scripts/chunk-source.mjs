/** The source of a chunk as src/start.ts compiles it: V8 takes cached code only for a source of the same length. */
export function chunkSource(code) {
  return `(function(exports,require,module,__filename,__dirname){${code}\n})`;
}
