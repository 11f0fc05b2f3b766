import { secondPlainWord } from '../lib/text.ts';

const tab = 9;
const space = 32;
const hash = 35;
const semicolon = 59;
const openBracket = 91;
const byteOrderMark = 0xfeff;

/**
 * Whether a text has the usual shape of AWS's files: headers that differ, each followed by properties whose keys differ.
 * Then nothing in it concerns every profile: Python's configparser, and with it the AWS CLI and boto3, accepts it, and so do
 * the AWS SDKs. A quick look, for a switch: false for everything else, which has to be read in full to find out (continued
 * lines, `key: value`, text after a header, carriage returns).
 */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: V8 interprets it at each start, where a call takes longer than the line that it is for
export function isUsualText(text: string): boolean {
  if (text.charCodeAt(0) === byteOrderMark || text.includes('\r') || text.includes('\0')) return false;
  const headers = new Set<string>();
  /** The keys of the file so far, by what stands before the `=`: the same few are in every section. */
  const known = new Map<string, string | null>();
  /** The keys of the section so far. */
  let keys: string[] = [];
  /** Whether the last property has no value, so that sub-properties may follow, as below `s3 =`. */
  let isParent = false;
  for (let start = 0; start < text.length; ) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed;
    const code = text.charCodeAt(start);
    if (code === openBracket) {
      const header = text.slice(start, end);
      if (headers.has(header) || unusualHeaders.includes(header) || !isUsualHeader(header)) return false;
      headers.add(header);
      keys = [];
      isParent = false;
    } else if (code === space || code === tab) {
      if (!isUsualIndented(text, start, end, isParent)) return false;
    } else if (start < end && code !== hash && code !== semicolon) {
      const equals = text.indexOf('=', start);
      if (headers.size === 0 || equals < 0 || equals >= end) return false;
      const written = text.slice(start, equals);
      let key = known.get(written);
      if (key === undefined) {
        key = keyOf(written);
        known.set(written, key);
      }
      if (key === null || keys.includes(key) || keys.push(key) > maxKeys) return false;
      let value = equals + 1;
      while (text.charCodeAt(value) === space) value++;
      isParent = value >= end;
    }
    start = end + 1;
  }
  return true;
}

// --- internal ---

/** They look like a profile's, and something is said of them. */
const unusualHeaders: readonly string[] = ['[DEFAULT]', '[plugins]'];

/** With more keys in one section than this, looking each up in a list would take long. */
const maxKeys = 100;
const usualHeader = /^\[[^\s[\]]+(?: [^\s[\]]+)?\]$/;

function isUsualHeader(header: string): boolean {
  return (header.endsWith(']') && secondPlainWord(header.slice(1, -1)) !== null) || usualHeader.test(header);
}

function isUsualIndented(text: string, start: number, end: number, isParent: boolean): boolean {
  let first = start;
  while (text.charCodeAt(first) === space || text.charCodeAt(first) === tab) first++;
  const code = text.charCodeAt(first);
  if (first >= end || code === hash || code === semicolon) return true;
  const equals = text.indexOf('=', first);
  return isParent && equals >= 0 && equals < end && keyOf(text.slice(first, equals)) !== null;
}

/** The key before a `=`, in the small letters, digits and signs that AWS's own keys have; null if it has others. */
function keyOf(written: string): string | null {
  let length = 0;
  while (isOfKey(written.charCodeAt(length))) length++;
  let at = length;
  while (written.charCodeAt(at) === space) at++;
  return length > 0 && at === written.length ? written.slice(0, length) : null;
}

/** `a` to `z`, `0` to `9`, `_` and `-`. */
function isOfKey(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 95 || code === 45;
}
