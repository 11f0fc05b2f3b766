/** A string as Python's `json.dumps` writes it, JSON in ASCII: the AWS CLI hashes such text to name its files. */
export function pythonString(text: string): string {
  const inAscii = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replace(/[\u007F-\uFFFF]/g, inAscii);
}
