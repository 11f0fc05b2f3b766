/** Environment variables by name; a missing name is unset, which is not the same as empty. */
export type Environment = Readonly<Record<string, string>>;

/** What reading a file gave; never an exception, because a file that cannot be read is ordinary. */
export type FileRead =
  /** `clean` is false when the bytes are not UTF-8 and some were replaced by U+FFFD. */
  | { readonly kind: 'text'; readonly text: string; readonly clean: boolean }
  | { readonly kind: 'missing' }
  /** `reason` in plain words: "permission denied", "is a directory", "is larger than 64 MB". */
  | { readonly kind: 'unreadable'; readonly reason: string };

export interface Files {
  /** Reads a whole text file (a regular file or a pipe). */
  read(path: string): FileRead;
  /** Whether there is a regular file, or a link to one: reading it waits for nobody. */
  isFile(path: string): boolean;
  /**
   * Writes a file only its owner can read (0600, folders 0700), atomically. Throws an `AwspError` that says why the
   * disk would not have it; then the file is as it was.
   */
  writePrivate(path: string, text: string): void;
  /**
   * Adds a text at the end of a file only its owner can read, in one piece whatever else does the same; answers its
   * size in bytes; throws what the disk says.
   */
  appendPrivate(path: string, text: string): number;
  /**
   * Makes a text file what `change` makes of its text (null: there is none yet), atomically, and under a lock that
   * every awsp obeys, so that none loses another's change; `change` may be called again with a newer text, also where
   * another program has written the file meanwhile. A link stays, and the file that it leads to keeps its mode, its
   * owner and its group; a new one is its owner's alone (0600, folders 0700). `unchanged` when there was nothing to
   * write. Rejects with what `change` throws, and with an `AwspError` where the file cannot be changed: not writable,
   * not UTF-8, no file, a full disk, another awsp that holds the lock for seconds. Then the file is as it was.
   */
  update(path: string, change: (text: string | null) => string): Promise<'written' | 'unchanged'>;
  /** Who may do what with a file, as the bits of `chmod` (0o600); null when it is missing. Links are followed. */
  mode(path: string): number | null;
  /** Sets those bits; throws an `AwspError` that says why they could not be set. */
  setMode(path: string, mode: number): void;
  /** The names in a folder, sorted; none where there is no such folder. */
  list(path: string): readonly string[];
  /** Removes a file or a folder with all that is in it; a missing one is fine. */
  remove(path: string): void;
  /** Makes a new, empty, private folder whose path starts with `prefix`. */
  makeTemporaryFolder(prefix: string): string;
  /** Where a program is found on `searchPath` (a PATH), or null. */
  findProgram(name: string, searchPath: string | undefined): string | null;
}

/** The person, if there is one: a terminal to ask on, and how to write for it. */
export interface Terminal {
  /** A person can be asked: standard input and standard error are both a terminal. */
  readonly interactive: boolean;
  /** Whether text on stdout, or on stderr, may carry colour. */
  readonly colour: { readonly stdout: boolean; readonly stderr: boolean };
  /** Columns of the terminal; 80 where there is none. */
  readonly columns: number;
  /** Whether stdout is a terminal: a table for a person is fitted to it, one for a pipe is not. */
  readonly stdoutIsTerminal: boolean;
  /** Writes to stderr at once; only for what must be seen before the outcome (a question, a list to choose from). */
  write(text: string): void;
  /**
   * Asks on the terminal, answer without its line end; rejects with `Cancelled` on Ctrl-C or Ctrl-D. What was typed
   * before it was asked for is the answer. `draft` is there already for the person to change; not where the terminal
   * cannot draw.
   */
  ask(question: string, draft?: string): Promise<string>;
  /** Whether it can show more than lines below each other: not where TERM is `dumb` or unset. */
  readonly canDraw: boolean;
  /** Takes the terminal over until `close`: a screen to draw on, and keys instead of lines. */
  takeOver(): Promise<Screen>;
}

/** A key as Node's readline decodes it: `return` is Enter, `enter` is Ctrl-J; what it types, or nothing. */
export interface Key {
  readonly name: string;
  readonly text: string;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly shift: boolean;
}

/** What came of a terminal: keys that were typed or pasted at once, another size, or that it or its person is gone. */
export type ScreenEvent =
  | { readonly kind: 'keys'; readonly keys: readonly Key[] }
  | { readonly kind: 'resize' }
  | { readonly kind: 'gone' };

/** A terminal that was taken over. */
export interface Screen {
  size(): { readonly columns: number; readonly rows: number };
  draw(text: string): void;
  /** Whether something has come already. */
  hasNext(): boolean;
  /** What comes next; what was typed before the screen was there comes first, its line end as Enter. */
  next(): Promise<ScreenEvent>;
  /** Gives the terminal back as it was. */
  close(): void;
}

export interface ChildProcess {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  /** An interactive shell, which takes no notice of SIGTERM: it is hung up on instead. */
  readonly isInteractiveShell?: boolean;
}

/** Everything outside the program. `main.ts` builds the real one; tests build their own. */
export interface World {
  readonly env: Environment;
  /** HOME without a slash at its end, or null when it is unset or empty. */
  readonly home: string | null;
  readonly cwd: string;
  /** Milliseconds since 1970, UTC. */
  now(): number;
  readonly terminal: Terminal;
  readonly files: Files;
  /** The SHA-1 or SHA-256 of a text, in hexadecimal. */
  digest(algorithm: 'sha1' | 'sha256', text: string): string;
  /** So many random bytes, in base64url (RFC 4648, section 5). */
  random(bytes: number): string;
  /** The code challenge of a code verifier: its SHA-256 in base64url (RFC 7636, section 4.2). */
  challenge(verifier: string): string;
  /** The operating system, as Node names it: `linux`, `darwin`. */
  readonly platform: string;
  /** The folder that holds `dist/` and `shell/`. */
  readonly programFolder: string;
  /** The Node binary that runs awsp. */
  readonly node: string;
  /** That Node's version: `20.19.0`. */
  readonly nodeVersion: string;
  /** The program's version. */
  readonly version: string;
  /** Makes `env` the environment of this process: the AWS SDK and credential processes read it there. */
  adoptEnvironment(env: Environment): void;
  /** Runs a program on this terminal; resolves to its exit code, 128 + n when signal n ended it. */
  run(child: ChildProcess): Promise<number>;
  /** The same, with a text on its standard input; what it wrote on its standard output comes along. */
  filter(child: ChildProcess, input: string): Promise<{ readonly code: number; readonly stdout: string }>;
  /**
   * What a program prints on stdout, without a terminal; null when it fails, or takes longer than so many milliseconds.
   */
  output(program: string, args: readonly string[], milliseconds: number): Promise<string | null>;
  /**
   * Starts a program and lets it go, in the caller's environment: a browser. `onFailure` hears why it could not be
   * started, or that it ended in failure: "no such program", "exit code 3".
   */
  launch(program: string, args: readonly string[], onFailure?: (reason: string) => void): void;
  /**
   * From now on Ctrl-C calls `listener` in place of ending the program, until the function that is answered is called.
   */
  onInterrupt(listener: () => void): () => void;
}
