import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { onTestFinished } from 'vitest';
import type { CodeShellName } from '../../src/environment/shells.ts';
import { dialects, findProgram } from './shells.ts';

/** How one character on the screen looks; a colour is its number of the 256, or null for the terminal's own. */
export interface Look {
  readonly foreground: number | null;
  readonly background: number | null;
  readonly bold: boolean;
}

/** A program on a terminal, and the screen that a person would see. */
export interface Screen {
  /** Types text as it is; `\r` is Enter, `\x03` Ctrl-C. */
  type(text: string): void;
  /** The lines of the screen that are not blank at its end, without trailing spaces. */
  lines(): string[];
  /** The same as a text, in which a line that the terminal or awsp has wrapped is one line. */
  said(): string;
  /** Waits until the last line matches, and answers it; throws with the screen when it does not in time. */
  prompt(pattern: RegExp): Promise<string>;
  /** Waits until the lines of the screen are as they are wanted; throws with the screen when they are not in time. */
  until(wanted: (lines: readonly string[]) => boolean): Promise<string[]>;
  /** The underlined letters of a line, counted from 0 on what the window shows. */
  underlined(row: number): string;
  /** Another size of the window. */
  resize(columns: number, rows: number): void;
  /** Which of a terminal's screens is shown: a program that leaves the first alone draws on the second. */
  isSecond(): boolean;
  /** How the first character of `text` on the last line that holds it looks. */
  look(text: string): Look;
  /** Sends the program a signal. */
  kill(signal: NodeJS.Signals): void;
  /** The program's exit code, once it has ended. */
  readonly ended: Promise<number>;
}

/** Milliseconds until a screen is no longer waited for: far more than any takes. */
const timeoutMs = 30_000;

interface WindowSize {
  readonly cols: number;
  readonly rows: number;
}

/** Runs a program on a new terminal; it is killed when the test ends. */
export function openScreen(
  program: string,
  args: string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
  size: WindowSize,
): Screen {
  const terminal = new xterm.Terminal({ ...size, allowProposedApi: true });
  const child: IPty = spawn(findProgram(program) ?? program, args, { ...size, cwd, env: { ...env } });
  child.onData((data) => terminal.write(data));
  terminal.onData((answer) => child.write(answer));
  const ended = new Promise<number>((resolve) => {
    child.onExit(({ exitCode }) => resolve(exitCode));
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
    terminal.dispose();
  });

  const buffer = () => terminal.buffer.active;
  const lineAt = (y: number) => buffer().getLine(y)?.translateToString(true).trimEnd() ?? '';
  const lines = () => {
    const all = Array.from({ length: buffer().length }, (_, y) => lineAt(y));
    return all.slice(0, all.findLastIndex((line) => line !== '') + 1);
  };
  const until = async (wanted: (all: readonly string[]) => boolean, what: string) => {
    const end = Date.now() + timeoutMs;
    while (Date.now() < end) {
      const all = lines();
      if (wanted(all)) return all;
      await sleep(15);
    }
    throw new Error(`no ${what} the screen:\n${lines().join('\n')}`);
  };
  return {
    type: (text) => child.write(text),
    lines,
    said() {
      const rows = lines().map((line, y) => `${buffer().getLine(y)?.isWrapped ? '' : '\n'}${line}`);
      return rows.join('').replace(/\n +/g, ' ').trimStart();
    },
    async prompt(pattern) {
      const shown = await until((all) => pattern.test(all.at(-1) ?? ''), `${pattern} at the end of`);
      return shown.at(-1) ?? '';
    },
    until: (wanted) => until(wanted, 'such lines on'),
    underlined(row) {
      const line = buffer().getLine(buffer().viewportY + row);
      const cells = Array.from({ length: line?.length ?? 0 }, (_, x) => line?.getCell(x));
      return cells.map((cell) => (cell?.isUnderline() ? cell.getChars() : '')).join('');
    },
    resize(columns, rows) {
      terminal.resize(columns, rows);
      child.resize(columns, rows);
    },
    isSecond: () => buffer().type === 'alternate',
    look(text) {
      const y = lines().findLastIndex((line) => line.includes(text));
      const cell = buffer().getLine(y)?.getCell(lineAt(y).indexOf(text));
      if (cell === undefined) throw new Error(`no "${text}" on the screen:\n${lines().join('\n')}`);
      return {
        foreground: cell.isFgDefault() ? null : cell.getFgColor(),
        background: cell.isBgDefault() ? null : cell.getBgColor(),
        bold: cell.isBold() !== 0,
      };
    },
    kill: (signal) => child.kill(signal),
    ended,
  };
}

/** An interactive shell that reads `rc` as its only start file. */
export function openShell(
  shell: CodeShellName,
  rc: string,
  env: Readonly<Record<string, string>>,
  home: string,
  size: WindowSize = { cols: 100, rows: 40 },
): Screen {
  const file = join(home, shell === 'zsh' ? '.zshrc' : 'rc');
  writeFileSync(file, rc);
  if (shell === 'fish') {
    // Where these folders are missing (fish 3, fish 4) fish fills them from the manual pages, in the background, while the
    // test removes the home.
    for (const folder of ['.local/share', '.cache']) {
      mkdirSync(join(home, folder, 'fish/generated_completions'), { recursive: true });
    }
  }
  const args = {
    bash: ['--noprofile', '--rcfile', file, '-i'],
    zsh: ['--no-global-rcs', '-i'],
    fish: [...dialects.fish.bare, '--init-command', `source ${file}`, '--interactive'],
  };
  return openScreen(shell, args[shell], shell === 'zsh' ? { ...env, ZDOTDIR: home } : env, home, size);
}
