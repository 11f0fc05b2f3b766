// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the shells'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadProfiles } from '../../src/aws-config/load.ts';
import { writeBashWord } from '../../src/cli/bash-line.ts';
import { switchDelta } from '../../src/environment/delta.ts';
import { changesName } from '../../src/environment/locale.ts';
import { type CodeShellName, shellCode, shells } from '../../src/environment/shells.ts';
import { hasControl } from '../../src/lib/text.ts';
import { countOf, isThorough } from '../support/extent.ts';
import { devFacts } from '../support/facts.ts';
import { locales, localeVariables, noLocales } from '../support/locales.ts';
import { runProgram } from '../support/run.ts';
import { bareEnvironment, describeEachShell, dialects, shimFolder, temporaryFolder } from '../support/shells.ts';
import { standInForFile } from '../support/stand-in.ts';
import { openShell } from '../support/terminal.ts';
import { fakeWorld } from '../support/world.ts';

/** Values a shell and locale: times three shells and five locales they are 30,000 in a thorough run. */
const count = countOf(150, 2_000);

/** What a shell may run, or a terminal obey, next to what the last byte of a character in GBK or Big5 may swallow. */
const parts = fc.oneof(
  fc.constantFrom(
    '$(touch pwned)',
    '`touch pwned`',
    "'; touch pwned; '",
    '"; touch pwned; "',
    '\\',
    "'",
    '"',
    '`',
    '$',
    '\n',
  ),
  fc.constantFrom(
    '\u001B]0;x\u0007',
    '\u001B[2J',
    '\u009B2J',
    '\u202E',
    '\u200B',
    '\r',
    '\u0085',
    '%F{red}',
    '\\u',
    '\\[',
    '!!',
  ),
  fc.constantFrom(
    'é',
    'ø',
    '中',
    '功',
    '許',
    '蓋',
    '珮',
    '€',
    '🦊',
    'ÿ',
    '\u00E5\\',
    'å`touch pwned`',
    "å'",
    '誠$(touch pwned)',
  ),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
);
const allValues = fc.sample(
  fc.array(parts, { minLength: 1, maxLength: 5 }).map((some) => some.join('').replaceAll('\0', '')),
  { numRuns: count, seed: 20_261_128 },
);

/** Prints the profile of a switch to a value, the prompt, the message for the end of its time limit, and `$completed`. */
const look: Readonly<Record<CodeShellName, string>> = {
  bash: '__awsp_prompt; printf "%s\\0%s\\0%s\\0" "$AWS_PROFILE" "$AWSP_PROMPT" "$(export AWSP_UNTIL=1; __awsp_prompt 2>&1)"; printf "%s\\0" "$completed"',
  zsh: '__awsp_prompt; printf "%s\\0%s\\0%s\\0" "$AWS_PROFILE" "$AWSP_PROMPT" "$(export AWSP_UNTIL=1; __awsp_limit 2>&1)"; printf "%s\\0" "$completed"',
  fish: 'printf "%s\\0%s\\0" "$AWS_PROFILE" "$(awsp_prompt)"; set -gx AWSP_UNTIL 1; printf "%s\\0" "$(__awsp_limit 2>&1)"; printf "%s\\0" "$completed"',
};

/**
 * Sets `completed` to what the shell reads where the Tab key has put a value: in bash awsp writes the word, zsh and fish quote
 * it themselves. Null for a value that is not offered.
 */
const atTab: Readonly<Record<CodeShellName, (value: string, isUtf8: boolean) => string | null>> = {
  bash: (value, isUtf8) => (isUtf8 || isAscii.test(value) ? `completed=${writeBashWord(value, '')}` : null),
  zsh: (value, isUtf8) => (isUtf8 || isAscii.test(value) ? `eval "completed=\${(q)AWS_PROFILE}"` : null),
  fish: () => 'eval set completed (string escape -- $AWS_PROFILE)',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const raw = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are ASCII
const isAscii = /^[\u0000-\u007F]*$/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const rawAscii = /[\u0000-\u001F\u007F]/;

/** The prompt without what awsp itself puts into it: colours, and the marks for readline around them. */
function withoutOwn(prompt: Buffer): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken away
  return prompt.toString('latin1').replace(/\u0001?\u001B(?:\[[\d;]*m|\(B)\u0002?|\u000F/g, '');
}

if (noLocales !== null) console.warn(`skipped in test/hostile/locales.test.ts: ${noLocales}`);

describeEachShell('hostile values in the locales of the world', (shell) => {
  it.each(locales)('hostile values: none runs, changes or steers the terminal in %s', async (locale) => {
    if (noLocales !== null && locale !== 'C' && locale !== 'C.UTF-8') {
      if (process.env.CI) expect.fail(noLocales);
      return;
    }
    const folder = temporaryFolder();
    const work = join(folder, 'work');
    mkdirSync(work);
    const source = shell === 'fish' ? 'source' : '.';
    // A switch refuses the others.
    const values = allValues.filter((name) => !changesName(shell, locale, name));
    const lines = values.map((name) => {
      const { delta } = switchDelta({ HOME: folder }, { ...devFacts, profile: name });
      const word = hasControl(name) ? null : atTab[shell](name, locale.startsWith('C'));
      const nothing = shell === 'fish' ? "set completed ''" : 'completed=';
      return `eval ${shells[shell].quote(shellCode(shells[shell], delta))}\n${word ?? nothing}\n${look[shell]}\n`;
    });
    const script = join(folder, 'script');
    writeFileSync(script, `${source} ${shimFolder}/awsp.${shell}\ncd ${work}\n${lines.join('')}`);
    const env = { ...bareEnvironment(folder), LANG: undefined, ...localeVariables(locale) };
    const { stdout, stderr } = await runProgram(shell, [...dialects[shell].bare, script], { env, encoding: 'latin1' });
    expect(readdirSync(work)).toEqual([]);
    const fields = stdout.split('\0');
    const changed = values.flatMap((name, index) => {
      const got = Buffer.from(fields[4 * index] ?? '', 'latin1').toString('utf8');
      return got === Buffer.from(name).toString('utf8') ? [] : [{ name, got }];
    });
    expect(changed).toEqual([]);
    const completed = values.map((name, index) => {
      const got = Buffer.from(fields[4 * index + 3] ?? '', 'latin1').toString('utf8');
      return got === '' || got === Buffer.from(name).toString('utf8') ? got : { name, got };
    });
    expect(completed.filter((got) => typeof got !== 'string')).toEqual([]);
    const prompts = values.map((_, index) => withoutOwn(Buffer.from(fields[4 * index + 1] ?? '', 'latin1')));
    // A terminal of C may show UTF-8, in which two bytes from 0x80 on can be a control character; one of GBK reads a letter.
    const isUtf8 = locale.startsWith('C');
    const steers = isUtf8 ? raw : rawAscii;
    const text = (prompt: string) => (isUtf8 ? Buffer.from(prompt, 'latin1').toString('utf8') : prompt);
    const messages = values.map((_, index) => fields[4 * index + 2] ?? '');
    expect(
      messages.filter((message, index) => values[index] !== '' && !message.includes('is over: no profile now')),
    ).toEqual([]);
    const steering = [...prompts, ...messages].filter((shown) => steers.test(text(shown)));
    expect(steering).toEqual([]);
    expect(stderr).toBe('');
    console.info(
      `${allValues.length} values through eval, prompt, completion and message in ${shell} in ${locale}, ${allValues.length - values.length} refused, ${completed.filter((got) => got !== '').length} offered at Tab: ${readdirSync(work).length} executed, ${changed.length} changed, ${steering.length} with raw control characters`,
    );
  });
});

/** Values at the Tab key a shell and locale, of each of which the shell waits for a program. */
const tabCount = countOf(10, 200);

/** A shell whose function `awsp` keeps what it is given, in the file `given`: how many words, and the words. */
const keeping: Readonly<Record<CodeShellName, string>> = {
  bash: 'function awsp { printf "%s\\0" "$#" "$@" >>"$HOME/given"; }',
  zsh: 'function awsp { printf "%s\\0" "$#" "$@" >>$HOME/given; }',
  fish: 'function awsp; printf "%s\\0" (count $argv) $argv >>$HOME/given; end',
};
const promptOf: Readonly<Record<CodeShellName, string>> = {
  bash: "PS1='> '",
  zsh: "PS1='> '; autoload -Uz compinit; compinit -u -D",
  fish: "function fish_prompt; echo -n '> '; end; set -g fish_greeting; set -g fish_autosuggestion_enabled 0",
};

/** A default run takes one locale in which backslashes may be a part of a character; `marks.test.ts` looks at the others. */
const localesAtTab = isThorough ? locales : ['zh_CN.GBK'];

const standIn = standInForFile();

describeEachShell('hostile names at the Tab key', (shell) => {
  it.each(localesAtTab)(
    'hostile names at the Tab key: none runs, or arrives changed, in %s',
    async (locale) => {
      if (noLocales !== null && locale !== 'C' && locale !== 'C.UTF-8') {
        if (process.env.CI) expect.fail(noLocales);
        return;
      }
      const folder = temporaryFolder();
      for (const name of ['work', '.aws']) mkdirSync(join(folder, name));
      const asked = allValues.slice(0, tabCount).map((value, index) => {
        const typed = `n${String(index).padStart(4, '0')}`;
        return { typed, name: `${typed}-${value}` };
      });
      // A header is one line.
      const headers = asked.filter(({ name }) => !/[\r\n]/.test(name));
      const config = headers
        .map(({ name }) => `[profile "${name.replace(/["\\]/g, '\\$&')}"]\nregion = eu-west-1\n`)
        .join('');
      writeFileSync(join(folder, '.aws/config'), config);
      const { names } = loadProfiles(fakeWorld({ disk: { '/home/kari/.aws/config': config } }));
      const offered = new Set(names.filter((name) => !hasControl(name)));
      const isUtf8 = locale.startsWith('C');
      const env = { ...bareEnvironment(folder), LANG: '', ...localeVariables(locale) };
      const rc = [promptOf[shell], `source '${standIn.shimOf(shell)}'`, keeping[shell], 'cd "$HOME/work"'].join('\n');
      const screen = openShell(shell, rc, env, folder, { cols: 2_000, rows: 20 });
      await screen.prompt(/>$/);

      const given: string[][] = [];
      for (let at = 0; at < asked.length; at += 10) {
        const batch = asked.slice(at, at + 10);
        screen.type(`${batch.map(({ typed }) => `awsp ${typed}\t`).join(' ; ')}\r`);
        await expect.poll(() => recordsIn(join(folder, 'given')).length, { interval: 10 }).toBe(at + batch.length);
      }
      given.push(...recordsIn(join(folder, 'given')));
      expect(readdirSync(join(folder, 'work'))).toEqual([]);
      const changed = asked.flatMap(({ typed, name }, index) => {
        const words = given[index] ?? [];
        const isWhole = words.length === 1 && words[0] === name && offered.has(name);
        const isLeft = words.length === 1 && words[0] === typed;
        return isWhole || (isLeft && !(offered.has(name) && (isUtf8 || isAscii.test(name)))) ? [] : [{ name, words }];
      });
      const whole = asked.filter(({ name }, index) => given[index]?.[0] === name).length;
      console.info(
        `${asked.length} names at the Tab key of ${shell} in ${locale}: 0 executed, ${changed.length} changed, ${whole} completed, the others left as typed`,
      );
      expect(changed).toEqual([]);
      // Several are printable ASCII.
      expect(whole).toBeGreaterThan(0);
    },
    1_800_000,
  );
});

/** The words that the commands of a shell were given, one command an entry, as UTF-8. */
function recordsIn(file: string): string[][] {
  if (!existsSync(file)) return [];
  const fields = readFileSync(file, 'utf8').split('\0').slice(0, -1);
  const records: string[][] = [];
  for (let at = 0; at < fields.length; at += 1 + Number(fields[at])) {
    records.push(fields.slice(at + 1, at + 1 + Number(fields[at])));
  }
  return records;
}
