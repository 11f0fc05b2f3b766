const [lineFeed, space, hash, semicolon, openBracket] = [10, 32, 35, 59, 91];

/**
 * Whether a text has the usual shape of AWS's files: headers that differ, each followed by properties whose keys differ.
 * Then nothing in it concerns every profile: Python's configparser, and with it the AWS CLI and boto3, accepts it, and so do
 * the AWS SDKs. A quick look, for a switch: false for everything else, which has to be read in full to find out (indented
 * lines, `key: value`, text after a header, carriage returns).
 */
export function isUsualText(text: string): boolean {
  if (text.charCodeAt(0) === byteOrderMark || text.includes('\r') || text.includes('\0')) return false;
  const headers = new Set<string>();
  const keys: string[] = [];
  for (let at = 0; at < text.length; ) {
    const feed = text.indexOf('\n', at);
    const end = feed < 0 ? text.length : feed;
    const code = text.charCodeAt(at);
    if (code === openBracket) {
      const header = text.slice(at, end);
      if (headers.has(header) || header === '[DEFAULT]' || !usualHeader.test(header)) return false;
      headers.add(header);
      keys.length = 0;
    } else if (code !== lineFeed && code !== hash && code !== semicolon && at < end) {
      const key = keyAt(text, at, end);
      if (headers.size === 0 || key === null || keys.includes(key)) return false;
      if (keys.push(key) > maxKeys) return false;
    }
    at = end + 1;
  }
  return true;
}

// --- internal ---

const byteOrderMark = 0xfeff;
/** With more keys in one section than this, looking each up in a list would take long. */
const maxKeys = 100;
const usualHeader = /^\[[^\s[\]]+(?: [^\s[\]]+)?\]$/;

/** The key of a property, in the small letters, digits and signs that AWS's own keys have; null if it has others. */
function keyAt(text: string, start: number, lineEnd: number): string | null {
  let end = start;
  while (end < lineEnd && isOfKey(text.charCodeAt(end))) end++;
  let equals = end;
  while (text.charCodeAt(equals) === space) equals++;
  return end > start && equals < lineEnd && text[equals] === '=' ? text.slice(start, end) : null;
}

/** `a` to `z`, `0` to `9`, `_` and `-`. */
function isOfKey(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 95 || code === 45;
}
