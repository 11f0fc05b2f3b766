/**
 * A string as Python's `json.dumps` writes it: JSON in ASCII. The AWS CLI names its cache files by a hash of such text.
 */
export function pythonString(text: string): string {
  const inAscii = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replace(/[\u007F-\uFFFF]/g, inAscii);
}
