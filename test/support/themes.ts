import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Facts, switchDelta } from '../../src/environment/delta.ts';
import { type CodeShellName, shellCode, shells } from '../../src/environment/shells.ts';
import { devFacts } from './facts.ts';
import { bareEnvironment, shimFolder } from './shells.ts';
import { type Look, openScreen, openShell, type Screen } from './terminal.ts';

/** What makes the prompt of a shell: a theme, a framework, or a terminal's integration. */
export interface Theme {
  readonly name: string;
  readonly shell: CodeShellName;
  /** The lines of the start file that load it. */
  readonly rc: string;
  /** Where awsp's prompt is: before the theme's, alone on the line above, or somewhere in it. */
  readonly how: 'in front' | 'a line above' | 'a segment';
  /** Variables that are set before the shell starts. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds after which it has made its prompt anew; it is looked at again then. */
  readonly remadeAfter?: number;
  /** Its segment has the colours, and is not bold. */
  readonly hasNoBold?: boolean;
  /** The prompt of a command that has run is another one. */
  readonly isTransient?: boolean;
  /** For fish: a command has configured it, by variables of every fish shell, so the home has fish's own start file. */
  readonly isConfigured?: string;
}

/** The orders in which the shim and the theme are loaded. */
export const orders = ['awsp first', 'awsp last'] as const;

const size = { cols: 100, rows: 60 };

const looks = {
  production: { foreground: 7, background: 1, bold: true },
  overridden: { foreground: 1, background: 3, bold: true },
  'not verified': { foreground: 3, background: null, bold: false },
} satisfies Record<string, Look>;

/** Opens a shell with the theme and the shim, and looks at the prompt of each state. */
export async function seeStates(theme: Theme, order: (typeof orders)[number], home: string): Promise<Screen> {
  const { shell, remadeAfter = 0 } = theme;
  const env = { ...bareEnvironment(home), ...theme.env };
  const key = { AWS_ACCESS_KEY_ID: 'AKIA' };
  const file = (name: string, facts: Partial<Facts>, more = '') => {
    const code = shellCode(shells[shell], switchDelta({ ...env, ...key }, { ...devFacts, ...facts }).delta);
    writeFileSync(join(home, name), `${code}${more}\n`);
  };
  file('production', { level: 'production' });
  file('overridden', {}, shells[shell].set('AWS_ACCESS_KEY_ID', 'AKIA'));
  file('unverified', { state: 'unverified' });
  const screen = open(theme, order, home, env);
  await screen.until((lines) => lines.length > 0);
  if (remadeAfter > 0) {
    // Until a command has been typed, it is not known to the shim.
    await sleep(remadeAfter);
    screen.type('true\r');
    await sleep(remadeAfter);
  }
  const states = [
    ['production', '(dev 123456789011)', looks.production],
    ['overridden', '(dev overridden by AWS_ACCESS_KEY_ID)', looks.overridden],
    ['unverified', '(dev 123456789011 not verified)', looks['not verified']],
  ] as const;
  for (const [name, text, look] of states) {
    screen.type(`source ~/${name}\r`);
    const isShown = () => screen.until((lines) => shows(since(lines, name), text, theme.how));
    await isShown();
    await sleep(remadeAfter);
    await isShown();
    const shown = screen.look(text);
    // A segment without a background of its own has the theme's.
    const isTheirs = theme.how === 'a segment' && look.background === null;
    const bold = look.bold && !theme.hasNoBold;
    expect(shown).toEqual({ ...look, bold, ...(isTheirs ? { background: shown.background } : {}) });
  }
  // Nor did it go away while the next command was typed.
  const all = screen.lines().join('\n');
  if (!theme.isTransient) for (const [, text] of states) expect(all).toContain(text);
  return screen;
}

/** What stands below the command that changed to a state. */
function since(lines: readonly string[], name: string): readonly string[] {
  return lines.slice(lines.findLastIndex((line) => line.includes(`source ~/${name}`)) + 1);
}

function shows(lines: readonly string[], text: string, how: Theme['how']): boolean {
  const line = lines.find((candidate) => candidate.includes(text))?.trim();
  if (line === undefined || how === 'a segment') return line !== undefined;
  return how === 'in front' ? line.startsWith(text) : line === text && !lines.at(-1)?.includes(text);
}

function open(theme: Theme, order: (typeof orders)[number], home: string, env: Record<string, string>): Screen {
  const parts = [`source '${join(shimFolder, `awsp.${theme.shell}`)}'`, theme.rc];
  const rc = `${(order === 'awsp first' ? parts : parts.toReversed()).join('\n')}\n`;
  if (theme.isConfigured === undefined) return openShell(theme.shell, rc, env, home, size);
  mkdirSync(join(home, '.config/fish'), { recursive: true });
  writeFileSync(join(home, '.config/fish/config.fish'), `status is-interactive; or exit\n${rc}`);
  return openScreen('fish', ['--interactive'], env, home, size);
}
