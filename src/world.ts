/** Environment variables by name. A missing name is an unset variable, which is not the same as an empty one. */
export type Environment = Readonly<Record<string, string>>;

/** The result of reading a file. Never an exception, because unreadable files are normal. */
export type FileRead =
  /** `clean` is false if the bytes are not UTF-8 and some were replaced by U+FFFD. */
  | { readonly kind: 'text'; readonly text: string; readonly clean: boolean }
  | { readonly kind: 'missing' }
  /** `reason` in plain words: "permission denied", "is a directory", "is larger than 64 MB". */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** When a file was last changed, see `changedAt`. */
export interface FileDate {
  /** What the file is called where its date is kept. */
  readonly name: string;
  /** Its absolute path. */
  readonly path: string;
  readonly changedAt: number;
}

export interface Files {
  /**
   * Reads a whole text file. Anything but a regular file and /dev/null is unreadable; with `read` also a pipe is read to its
   * end, unless it keeps awsp waiting for too long: only for a file that a person may give as `<(…)`.
   */
  read(path: string, pipes?: 'refused' | 'read'): FileRead;
  /** Whether the path is a regular file, or a link to one, which can be read without waiting. */
  isFile(path: string): boolean;
  /** Whether there is anything at the path, a link to nothing too. */
  isThere(path: string): boolean;
  /**
   * Writes a file for its owner only (0600, new directories 0700), atomically. Throws an `AwspError` with the reason if
   * it cannot be written; then the file is unchanged. `isCheap`: without waiting for the disk, so that after a power cut the
   * file may be empty.
   */
  writePrivate(path: string, text: string, isCheap?: boolean): void;
  /**
   * Appends a text to a file for its owner only, in one write, so that concurrent appends do not mix. Returns the size
   * of the file in bytes; throws the file system's error.
   */
  appendPrivate(path: string, text: string): number;
  /**
   * Replaces the text of a file by what `change` returns for it (null: there is no file yet), atomically. A lock
   * prevents two awsp processes from overwriting each other's change. `change` is called again if the file has been
   * changed meanwhile, by another program too. A symbolic link remains, and its target keeps its mode, owner and group;
   * a new file is for its owner only (0600, new directories 0700). Resolves to `unchanged` if there was nothing to
   * write. Rejects with what `change` throws, or with an `AwspError` if the file cannot be changed: not writable, not
   * UTF-8, not a file, a full disk, a lock that is not released in time. Then the file is unchanged.
   */
  update(path: string, change: (text: string | null) => string): Promise<'written' | 'unchanged'>;
  /** When a regular file was last changed, in milliseconds since 1970; 0 if it is missing, null if it is no such file. */
  changedAt(path: string): number | null;
  /**
   * Keeps the dates of files in a private directory, where the shells compare them by `-nt` and `-ot`: for each file a link to
   * it, and two empty files that are older and newer than it by a millisecond (`.since`, which a missing file has not, and
   * `.until`). `text` is written beside them, to `facts`. Throws the file system's error.
   */
  keepDates(directory: string, dates: readonly FileDate[], text: string): void;
  /** Whether two paths lead to the same file or directory, through links too; false if one of them does not exist. */
  isSame(path: string, other: string): boolean;
  /**
   * The user that a file or directory belongs to, if it is not the one that runs awsp: "root", or a user id. Null if it
   * is, if it is missing, and for root, who may use every file.
   */
  otherOwner(path: string): string | null;
  /** The mode bits of a file or directory as for `chmod` (0o600), with links followed; null if it is missing or a device. */
  mode(path: string): number | null;
  /**
   * A text that is another one after each change of the file; null if it is not a regular file, and if it has changed in the
   * last seconds, when another change may leave no trace.
   */
  state(path: string): string | null;
  /** Sets the mode bits, but not those of a device; throws an `AwspError` with the reason if that fails. */
  setMode(path: string, mode: number): void;
  /**
   * The names in a directory, sorted; empty if there is no such directory, and if it cannot be read: then `onUnreadable` is
   * called with the reason.
   */
  list(path: string, onUnreadable?: (reason: string) => void): readonly string[];
  /**
   * Removes a file, or a directory with its contents, if it exists. Throws an `AwspError` with the reason if it cannot
   * be removed.
   */
  remove(path: string): void;
  /**
   * Of these names in a directory, the paths of the temporary files that a killed awsp has left there; those of a process
   * that may still be alive are not among them.
   */
  leftovers(directory: string, names: readonly string[]): Promise<readonly string[]>;
  /** Creates a new private directory whose path starts with `prefix`. */
  makeTemporaryFolder(prefix: string): string;
  /** The path of a program in the directories of `searchPath` (a PATH), or null. */
  findProgram(name: string, searchPath: string | undefined): string | null;
}

/** The terminal, if there is one, for prompts and for text that a person reads. */
export interface Terminal {
  /** Whether the user can be prompted: standard input and standard error are terminals. */
  readonly interactive: boolean;
  /** Whether text on stdout and on stderr may have colour. */
  readonly colour: { readonly stdout: boolean; readonly stderr: boolean };
  /** The path of its device, `/dev/pts/3`; null without one, or where it cannot be found. */
  device(): string | null;
  /** The columns of the terminal; 80 without one. */
  readonly columns: number;
  /** Whether stdout is a terminal: tables are fitted to it, but not to a pipe. */
  readonly stdoutIsTerminal: boolean;
  /** Whether stderr is a terminal: what `exec` says of itself is kept out of a log of the command. */
  readonly stderrIsTerminal: boolean;
  /** Writes to stderr at once; only for what must be seen before the outcome (a prompt, a list to choose from). */
  write(text: string): void;
  /** Asks the terminal to put a text on the clipboard (see `terminal/clipboard.ts`). */
  copy(text: string): void;
  /**
   * Prompts on the terminal and resolves to the line without its end; rejects with `Cancelled` on Ctrl-C or Ctrl-D, and on Esc with
   * `Back`, where the terminal can draw. A line that was typed before the prompt is used, or with `discard` thrown away, as
   * a question that guards something requires. `draft` is the initial text, which the user can edit; it is ignored on a terminal that cannot draw.
   */
  ask(question: string, draft?: string, typedAhead?: 'use' | 'discard'): Promise<string>;
  /** Whether the terminal can move its cursor: not if TERM is `dumb` or unset. */
  readonly canDraw: boolean;
  /** Uses the terminal as a screen to draw on, with keys instead of lines as input, until `close`. */
  takeOver(): Promise<Screen>;
}

/** A key as Node's readline decodes it: `return` is Enter, `enter` is Ctrl-J. `text` is what it types, or empty. */
export interface Key {
  readonly name: string;
  readonly text: string;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly shift: boolean;
}

/** An event of a terminal: the keys of one read, a resize, or the end of its input or of the process. */
export type ScreenEvent =
  | { readonly kind: 'keys'; readonly keys: readonly Key[] }
  | { readonly kind: 'resize' }
  | { readonly kind: 'gone' };

/** A terminal that is used as a screen. */
export interface Screen {
  size(): { readonly columns: number; readonly rows: number };
  draw(text: string): void;
  /** Whether an event is waiting. */
  hasNext(): boolean;
  /** The next event. Input that was typed before the screen was opened comes first, its newline as Enter. */
  next(): Promise<ScreenEvent>;
  /** Restores the terminal. */
  close(): void;
}

export interface ChildProcess {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  /** An interactive shell ignores SIGTERM, so it gets SIGHUP instead. */
  readonly isInteractiveShell?: boolean;
  /** Its standard streams; by default those of awsp. */
  readonly streams?: ChildStreams;
}

/** Standard input empty, and what the child writes passed on in pieces; it waits while a piece is not taken. */
export interface ChildStreams {
  readonly write: (stream: 'stdout' | 'stderr', piece: Uint8Array) => Promise<void>;
}

/** What a line of the shell came to. */
export type LineDone = (error: Error | null, output: { readonly stdout: string; readonly stderr: string }) => void;

/** Everything outside the program. `main.ts` builds the real one, tests build their own. */
export interface World {
  readonly env: Environment;
  /** HOME without a trailing slash; null if it is unset or empty. */
  readonly home: string | null;
  /**
   * The home folder of the user's account, without a trailing slash, whatever HOME says; null if the system knows no such
   * account.
   */
  userHome(): string | null;
  /** The folder of settings for all users of the machine, where XDG_CONFIG_DIRS names no other. */
  readonly sharedConfig: string;
  readonly cwd: string;
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Resolves after so many milliseconds. Only this and the time-outs of `lib/timeout.ts` wait for a time to pass. */
  wait(milliseconds: number): Promise<void>;
  readonly terminal: Terminal;
  /**
   * Returns the terminal that controls the process (/dev/tty), whatever its standard streams are: those belong to the
   * command that `exec` runs.
   */
  controllingTerminal(): Terminal;
  readonly files: Files;
  /** The SHA-1 or SHA-256 of a text, in hexadecimal. */
  digest(algorithm: 'sha1' | 'sha256', text: string): string;
  /** Random bytes in base64url (RFC 4648, section 5). */
  random(bytes: number): string;
  /** The PKCE code challenge for a code verifier: its SHA-256 in base64url (RFC 7636, section 4.2). */
  challenge(verifier: string): string;
  /** The operating system by Node's name: `linux`, `darwin`. */
  readonly platform: string;
  /** The directory with `dist/` and `shell/`. */
  readonly programFolder: string;
  /** The Node binary that runs awsp. */
  readonly node: string;
  /** That Node's version: `20.19.0`. */
  readonly nodeVersion: string;
  /** The program's version. */
  readonly version: string;
  /** Replaces the environment of this process, which the AWS SDK and credential processes read. */
  adoptEnvironment(env: Environment): void;
  /**
   * Runs a program on this terminal. Resolves to its exit code, or 128 + n if signal n ended it. Rejects with the system's
   * error if it cannot be started.
   */
  run(child: ChildProcess): Promise<number>;
  /** The same, with a text as standard input; also resolves to what the program wrote to standard output. */
  filter(child: ChildProcess, input: string): Promise<{ readonly code: number; readonly stdout: string }>;
  /** Writes to stdout or stderr at once; only for what a command that awsp runs has written. */
  writeBytes(stream: 'stdout' | 'stderr', bytes: Uint8Array): void;
  /**
   * What a program prints on stdout, run without a terminal; null if it fails or is not done at the timeout.
   */
  output(program: string, args: readonly string[], timeoutMs: number): Promise<string | null>;
  /**
   * Runs a line by the system's shell in the environment of the SDK, as that runs a `credential_process`. `done` gets the
   * error of Node, or null, and what the line has printed.
   */
  runLine(line: string, done: LineDone): void;
  /**
   * Starts a program, such as a browser, in the caller's environment, and does not wait for it. `onFailure` is called
   * with the reason if it cannot be started or fails: "no such program", "exit code 3".
   */
  launch(program: string, args: readonly string[], onFailure?: (reason: string) => void): void;
  /**
   * Ctrl-C calls `listener` instead of ending the program, until the returned function is called.
   */
  onInterrupt(listener: () => void): () => void;
}
