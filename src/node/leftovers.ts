import { isAlive, ownerIn } from './temporary-files.ts';

/** See `Files.leftovers`; `names` are those in the directory. */
export function leftoversIn(directory: string, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const owner = ownerIn(name);
    const path = `${directory}/${name}`;
    return owner === null || isAlive(path, owner) ? [] : [path];
  });
}
