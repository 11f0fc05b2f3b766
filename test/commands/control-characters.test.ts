import { describe, expect, it, test } from 'vitest';
import { run } from '../../src/run.ts';
import { messageStyle, renderMessages } from '../../src/terminal/messages.ts';
import { fakeWorld } from '../support/world.ts';

/** All of Unicode's categories Cc and Cf, and the line and paragraph separators. */
const characters = Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))
  .filter((character) => /^[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]$/u.test(character));
const lineEnds = ['\n', '\r'];
const inNames = characters.filter((character) => !lineEnds.includes(character));
const table = characters.map((character) => [`U+${character.codePointAt(0)?.toString(16)}`, character] as const);

async function awsp(names: readonly string[], ...argv: string[]) {
  const config = names.map((name) => `[profile "${name}"]\nregion = eu-west-1\n`).join('');
  const world = fakeWorld({ disk: { '/home/kari/.aws/config': config }, env: { AWSP_SHIM: 'bash 0.0.0-test' } });
  const { code, stdout = '', messages = [] } = await run(argv, world);
  return { code, stdout, stderr: renderMessages(messages, messageStyle(world.terminal)) };
}

const mayNotBeShown = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

describe('a control character in the name of a profile', () => {
  it('is one of more than two hundred', () => {
    expect(characters.length).toBeGreaterThan(230);
  });

  test.each(table)('%s: a switch is refused', async (_code, character) => {
    const { code, stdout, stderr } = await awsp(
      [`x${character}y`],
      ...['--shell', 'bash', '--no-verify', `x${character}y`],
    );
    expect(code).toBeGreaterThan(0);
    expect(stdout).toBe('');
    if (!lineEnds.includes(character))
      expect(stderr).toContain('"x\uFFFDy" cannot be used: its name has a control character');
    expect(stderr.replaceAll('\n', '')).not.toMatch(mayNotBeShown);
  });

  it('is listed as U+FFFD', async () => {
    const { code, stdout, stderr } = await awsp(
      inNames.map((character) => `x${character}y`),
      'list',
    );
    expect(code).toBe(0);
    expect(stdout.match(/^x\uFFFDy/gmu)).toHaveLength(inNames.length);
    expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(mayNotBeShown);
  });

  test.each(table)('%s: shown as U+FFFD', async (_code, character) => {
    const { stdout, stderr } = await awsp([`x${character}y`], 'show', `x${character}y`);
    expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(mayNotBeShown);
    expect(stdout + stderr).toContain(lineEnds.includes(character) ? 'awsp: ' : 'x\uFFFDy');
  });

  it.each([['list'], ['show', 'y']])('is escaped in the JSON of %s', async (...argv) => {
    for (const character of ['\u009b', '\u007f', '\u202e', '\u2028', '\u{e0001}']) {
      const { stdout } = await awsp([`x${character}y`], ...argv, '--json');
      expect(stdout.replaceAll('\n', '')).not.toMatch(mayNotBeShown);
      expect(JSON.stringify(JSON.parse(stdout))).toContain(`"x${character}y"`);
    }
  });

  it('is never offered by completion', async () => {
    const names = [...inNames.map((character) => `x${character}y`), 'xy'];
    expect((await awsp(names, '--complete', 'fish', 'awsp', 'x')).stdout).toBe('xy\t\n');
  });
});

describe('a name that is longer than a variable should be', () => {
  it.each([1_001, 140_000])('of %d characters is refused by a switch, and reported', async (length) => {
    const name = 'a'.repeat(length);
    const { code, stdout, stderr } = await awsp([name], '--shell', 'bash', '--no-verify', name);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      `awsp: "${'a'.repeat(60)}…" cannot be used: its name is longer than 1000 characters\n  rename the profile in the config file\n`,
    );
    const listed = JSON.parse((await awsp([name], 'list', '--json')).stdout);
    expect(listed.problems).toMatchObject([
      { line: 1, message: expect.stringContaining('longer than 1000 characters') },
    ]);
  });

  it('of 1000 characters is switched to', async () => {
    const name = 'a'.repeat(1_000);
    const { code, stdout } = await awsp([name], '--shell', 'bash', '--no-verify', name);
    expect(code).toBe(0);
    expect(stdout).toContain(`export AWS_PROFILE='${name}'`);
  });
});

describe('a locale in which fish would change a name', () => {
  it.each([
    ['fish', { LC_ALL: 'zh_TW.BIG5' }, 'p許', 1],
    ['fish', { LANG: 'zh_HK' }, 'p許', 1],
    ['fish', { LC_ALL: 'zh_TW.BIG5' }, 'plain', 0],
    ['fish', { LC_ALL: 'zh_TW.UTF-8', LANG: 'zh_TW.BIG5' }, 'p許', 0],
    ['fish', { LC_CTYPE: 'zh_CN.GBK' }, 'p許', 0],
    ['bash', { LC_ALL: 'zh_TW.BIG5' }, 'p許', 0],
    ['zsh', { LC_ALL: 'zh_TW.BIG5' }, 'p許', 0],
  ] as const)('%s in %j: a switch to %s ends with %i', async (shell, env, name, expected) => {
    const disk = { '/home/kari/.aws/config': `[profile "${name}"]\nregion = eu-west-1\n` };
    const world = fakeWorld({ disk, env });
    const { code, stdout = '', messages = [] } = await run(['--shell', shell, '--no-verify', name], world);
    expect(code).toBe(expected);
    if (expected !== 0) {
      expect(stdout).toBe('');
      expect(renderMessages(messages, messageStyle(world.terminal))).toContain(
        'which changes it\n  take a locale of UTF-8: set -gx LC_ALL',
      );
    }
  });
});
