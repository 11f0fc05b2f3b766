// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the shells'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { switchDelta } from '../../src/environment/delta.ts';
import { type ShellName, shellCode, shells } from '../../src/environment/shells.ts';
import { countOf } from '../support/extent.ts';
import { devFacts } from '../support/facts.ts';
import { locales, localeVariables, noLocales } from '../support/locales.ts';
import { runProgram } from '../support/run.ts';
import { bareEnvironment, describeEachShell, dialects, shimFolder, temporaryFolder } from '../support/shells.ts';

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
const values = fc.sample(
  fc.array(parts, { minLength: 1, maxLength: 5 }).map((some) => some.join('').replaceAll('\0', '')),
  { numRuns: count, seed: 20_261_128 },
);

/** Prints the profile of a switch to a value, the prompt, and the message for the end of its time limit. */
const look: Readonly<Record<ShellName, string>> = {
  bash: '__awsp_prompt; printf "%s\\0%s\\0%s\\0" "$AWS_PROFILE" "$AWSP_PROMPT" "$(export AWSP_UNTIL=1; __awsp_prompt 2>&1)"',
  zsh: '__awsp_prompt; printf "%s\\0%s\\0%s\\0" "$AWS_PROFILE" "$AWSP_PROMPT" "$(export AWSP_UNTIL=1; __awsp_limit 2>&1)"',
  fish: 'printf "%s\\0%s\\0" "$AWS_PROFILE" "$(awsp_prompt)"; set -gx AWSP_UNTIL 1; printf "%s\\0" "$(__awsp_limit 2>&1)"',
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
    const lines = values.map((name) => {
      const { delta } = switchDelta({ HOME: folder }, { ...devFacts, profile: name });
      return `eval ${shells[shell].quote(shellCode(shells[shell], delta))}\n${look[shell]}\n`;
    });
    const script = join(folder, 'script');
    writeFileSync(script, `${source} ${shimFolder}/awsp.${shell}\ncd ${work}\n${lines.join('')}`);
    const env = { ...bareEnvironment(folder), LANG: undefined, ...localeVariables(locale) };
    const { stdout, stderr } = await runProgram(shell, [...dialects[shell].bare, script], { env, encoding: 'latin1' });
    expect(readdirSync(work)).toEqual([]);
    const fields = stdout.split('\0');
    const changed = values.flatMap((name, index) => {
      const got = Buffer.from(fields[3 * index] ?? '', 'latin1').toString('utf8');
      return got === Buffer.from(name).toString('utf8') ? [] : [{ name, got }];
    });
    // Big5 has two codes for some characters, which fish, having read one, writes as the other.
    const hasTwoCodes = shell === 'fish' && locale === 'zh_TW.BIG5';
    expect(changed.filter(({ name }) => !hasTwoCodes || isAscii.test(name))).toEqual([]);
    const prompts = values.map((_, index) => withoutOwn(Buffer.from(fields[3 * index + 1] ?? '', 'latin1')));
    // A terminal of C may show UTF-8, in which two bytes from 0x80 on can be a control character; one of GBK reads a letter.
    const isUtf8 = locale.startsWith('C');
    const steers = isUtf8 ? raw : rawAscii;
    const text = (prompt: string) => (isUtf8 ? Buffer.from(prompt, 'latin1').toString('utf8') : prompt);
    const messages = values.map((_, index) => fields[3 * index + 2] ?? '');
    expect(
      messages.filter((message, index) => values[index] !== '' && !message.includes('is over: no profile now')),
    ).toEqual([]);
    const steering = [...prompts, ...messages].filter((shown) => steers.test(text(shown)));
    expect(steering).toEqual([]);
    expect(stderr).toBe('');
  });
});
