import { xdgDirectory } from '../lib/xdg-directory.ts';
import type { World } from '../world.ts';
import { type FileRole, hasPlainHeaders } from './sections.ts';
import type { FileShape, KnownShape } from './types.ts';
import { isUsualText } from './usual-text.ts';

/** In characters. Looking through a shorter text takes no longer than finding out what is known of it. */
const minLength = 100_000;

/**
 * How a file that has been read is written. That a large one is usual is kept in awsp's cache folder, with what tells the
 * file's state, and the next start does not look through the text again until the file is changed.
 */
export function fileShape(world: World, file: FileRole, path: string, text: string): FileShape {
  let kept: Kept | null = null;
  let shape: KnownShape | null | undefined;
  const known = () => {
    if (shape === undefined) {
      kept = text.length < minLength ? null : keptOf(world, file, path);
      shape = kept && shapeIn(world, kept);
    }
    return shape;
  };
  return {
    known,
    isUsual: () => {
      if (known() !== null) return true;
      const isUsual = isUsualText(text);
      if (isUsual && kept) keep(world, kept, hasPlainHeaders(file, text) ? 'plain' : 'usual');
      return isUsual;
    },
  };
}

// --- internal ---

/** The file in awsp's cache folder in which the shape is kept. */
interface Kept {
  readonly path: string;
  /** Its text where a file of this state has this shape. */
  readonly textOf: (shape: KnownShape) => string;
}

/** Null for a file whose state cannot be told, and where there is no cache folder. */
function keptOf(world: World, file: FileRole, path: string): Kept | null {
  const folder = xdgDirectory(world, 'cache');
  const state = folder === null ? null : world.files.state(path);
  if (state === null) return null;
  // Another version of awsp may find other texts usual.
  return { path: `${folder}/usual-${file}`, textOf: (shape) => JSON.stringify([world.version, path, state, shape]) };
}

function shapeIn({ files }: World, { path, textOf }: Kept): KnownShape | null {
  const read = files.read(path);
  const shapes = ['plain', 'usual'] as const;
  return read.kind === 'text' ? (shapes.find((shape) => read.text === textOf(shape)) ?? null) : null;
}

/** Without a place to keep it, the next start looks again. */
function keep({ files }: World, { path, textOf }: Kept, shape: KnownShape): void {
  try {
    files.writePrivate(path, textOf(shape));
  } catch {}
}
