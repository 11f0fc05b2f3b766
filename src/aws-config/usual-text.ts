const [tab, lineFeed, space, hash, semicolon, openBracket, byteOrderMark] = [9, 10, 32, 35, 59, 91, 0xfeff];

/**
 * Whether a text has the usual shape of AWS's files: headers that differ, each followed by properties whose keys differ.
 * Then nothing in it concerns every profile: Python's configparser, and with it the AWS CLI and boto3, accepts it, and so do
 * the AWS SDKs. A quick look, for a switch: false for everything else, which has to be read in full to find out (continued
 * lines, `key: value`, text after a header, carriage returns).
 */
export function isUsualText(text: string): boolean {
  if (text.charCodeAt(0) === byteOrderMark || text.includes('\r') || text.includes('\0')) return false;
  const lines = new UsualLines(text);
  for (let at = 0; at < text.length; ) {
    const feed = text.indexOf('\n', at);
    const end = feed < 0 ? text.length : feed;
    if (!lines.isUsual(at, end)) return false;
    at = end + 1;
  }
  return true;
}

// --- internal ---

/** With more keys in one section than this, looking each up in a list would take long. */
const maxKeys = 100;
const usualHeader = /^\[[^\s[\]]+(?: [^\s[\]]+)?\]$/;

class UsualLines {
  readonly #text: string;
  readonly #headers = new Set<string>();
  /** The keys of the section so far. */
  readonly #keys: string[] = [];
  /** The keys of the file so far, by what stands before the `=`: the same few are in every section. */
  readonly #known = new Map<string, string>();
  /** Whether the last property has no value, so that sub-properties may follow, as below `s3 =`. */
  #isParent = false;

  constructor(text: string) {
    this.#text = text;
  }

  isUsual(start: number, end: number): boolean {
    const code = this.#text.charCodeAt(start);
    if (start === end || code === lineFeed || code === hash || code === semicolon) return true;
    if (code === openBracket) return this.#isUsualHeader(this.#text.slice(start, end));
    return code === space || code === tab ? this.#isUsualIndented(start, end) : this.#isUsualProperty(start, end);
  }

  #isUsualHeader(line: string): boolean {
    if (this.#headers.has(line) || line === '[DEFAULT]' || !usualHeader.test(line)) return false;
    this.#headers.add(line);
    this.#keys.length = 0;
    this.#isParent = false;
    return true;
  }

  #isUsualIndented(start: number, end: number): boolean {
    let first = start;
    while (this.#text.charCodeAt(first) === space || this.#text.charCodeAt(first) === tab) first++;
    const code = this.#text.charCodeAt(first);
    if (first >= end || code === hash || code === semicolon) return true;
    return this.#isParent && this.#keyAt(first, end) !== null;
  }

  #isUsualProperty(start: number, end: number): boolean {
    const key = this.#keyAt(start, end);
    if (this.#headers.size === 0 || key === null || this.#keys.includes(key)) return false;
    this.#isParent = this.#isBlankAfterEquals(start + key.length, end);
    return this.#keys.push(key) <= maxKeys;
  }

  /** The key of a property, in the small letters, digits and signs that AWS's own keys have; null if it has others. */
  #keyAt(start: number, lineEnd: number): string | null {
    const equals = this.#text.indexOf('=', start);
    if (equals < 0 || equals >= lineEnd) return null;
    const written = this.#text.slice(start, equals);
    const known = this.#known.get(written);
    if (known !== undefined) return known;
    let end = 0;
    while (isOfKey(written.charCodeAt(end))) end++;
    for (let at = end; at < written.length; at++) if (written.charCodeAt(at) !== space) return null;
    if (end === 0) return null;
    const key = written.slice(0, end);
    this.#known.set(written, key);
    return key;
  }

  /** Whether there is no value after the first `=` at or after an offset. */
  #isBlankAfterEquals(start: number, lineEnd: number): boolean {
    let at = this.#text.indexOf('=', start) + 1;
    while (at < lineEnd && this.#text.charCodeAt(at) === space) at++;
    return at >= lineEnd;
  }
}

/** `a` to `z`, `0` to `9`, `_` and `-`. */
function isOfKey(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 95 || code === 45;
}
