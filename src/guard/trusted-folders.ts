import { xdgDirectory } from '../lib/xdg-directory.ts';
import type { World } from '../world.ts';

/** The `.awsp` files that were allowed and whose record names this profile, each with its path. */
export function trustedFilesNaming(world: World, profile: string): readonly string[] {
  const state = xdgDirectory(world, 'state');
  if (state === null) return [];
  const found: string[] = [];
  const search = (directory: string, depth: number) => {
    for (const name of depth > maxDepth ? [] : world.files.list(`${state}/allowed${directory}`)) {
      const path = `${directory}/${name}`;
      if (!world.files.isFile(`${state}/allowed${path}`)) search(path, depth + 1);
      else if (name === '.awsp') {
        const read = world.files.read(`${state}/allowed${path}`);
        if (read.kind === 'text' && read.text.startsWith(`profile ${profile}\n`)) found.push(path);
      }
    }
  };
  search('', 0);
  return found;
}

// --- internal ---

/** Of folders below each other; against links that lead back. */
const maxDepth = 40;
