/** What the word at the cursor may become. */
export interface Candidate {
  /** A plural: zsh lists the candidates under it. */
  readonly group: string;
  readonly value: string;
  /** Called only where it is shown. */
  meaning(): string;
}

/** Whether a text has a fragment in it, ignoring case. */
export function hasFragment(text: string, fragment: string): boolean {
  return text.toLowerCase().includes(fragment.toLowerCase());
}
