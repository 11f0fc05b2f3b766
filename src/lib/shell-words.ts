/**
 * A word of a command line that is shown to a person to paste: as it is where it is safe, otherwise in quotes. What it
 * returns means the same in bash, zsh and fish: a single quote and a backslash stand outside the quotes, because only fish
 * reads a backslash between single quotes as an escape.
 */
export function quoteWord(text: string): string {
  return safeWord.test(text) ? text : `'${text.replace(/['\\]/g, "'\\$&'")}'`;
}

// --- internal ---

/** At the start of a word zsh expands `=` (to a path) and old versions of fish `%` (to a process id). */
const safeWord = /^[\w@+:,./-][\w@%+=:,./-]*$/;
