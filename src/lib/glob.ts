import { isPrintableAscii } from './text.ts';

/** A glob, ready to be compared with many texts. */
export interface GlobExpression {
  /** Whether the whole text fits the glob. */
  test(text: string): boolean;
}

/**
 * A glob of `*` (any text) and `?` (any one character); case is ignored. It is not made into a regular expression: one with
 * many `*` takes exponential time for a text that does not fit. Here it is the length of the text times that of the glob.
 */
export function globExpression(glob: string): GlobExpression {
  const wanted = folded(glob);
  return { test: (text) => fits(wanted, folded(text)) };
}

// --- internal ---

/** The characters of a text without regard to case; of ASCII text, which nearly every name is, as a string. */
function folded(text: string): ArrayLike<string> {
  if (isPrintableAscii(text)) return text.toLowerCase();
  return [...text].map((character) => {
    const folding = character.toUpperCase().toLowerCase();
    // "ß" has two letters in upper case, and is compared as it is.
    return [...folding].length === 1 ? folding : character;
  });
}

/**
 * Each `*` takes as little text as possible. When the rest does not fit, only the last `*` takes one character more: what
 * the ones before it have found stays right, because it was the first place.
 */
function fits(glob: ArrayLike<string>, text: ArrayLike<string>): boolean {
  let [at, star, tried] = [0, -1, 0];
  for (let position = 0; position < text.length; ) {
    if (glob[at] === '*') {
      star = at++;
      tried = position;
    } else if (glob[at] === '?' || (at < glob.length && glob[at] === text[position])) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++tried;
    } else return false;
  }
  while (glob[at] === '*') at++;
  return at === glob.length;
}
