import { isAlive, ownerIn } from './temporary-files.ts';

/** See `Files.leftovers`. */
export function leftoversIn(directory: string, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const owner = ownerIn(name);
    const path = `${directory}/${name}`;
    return owner === null || isAlive(path, owner) ? [] : [path];
  });
}
