/** Whether a text fits a glob of `*` (any text) and `?` (any one character), without regard to case. */
export function matchesGlob(glob: string, text: string): boolean {
  const source = glob
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'isu').test(text);
}
