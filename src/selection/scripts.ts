/** The scripts that have letters which look like those of another one of them. */
const scripts = ['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Cherokee'] as const;

/**
 * The scripts of the first word of a name whose letters are of several scripts, such as `рrod` with a Cyrillic `р`;
 * null if there is no such word.
 */
export function mixedScripts(name: string): readonly string[] | null {
  for (const word of name.match(/[\p{L}\p{M}]+/gu) ?? []) {
    const found = scripts.filter((script) => new RegExp(`\\p{Script=${script}}`, 'u').test(word));
    if (found.length > 1) return found;
  }
  return null;
}
