import { describe, expect, it } from 'vitest';
import { type ShellName, shellCode, shellNames, shells } from '../../src/environment/shells.ts';

describe('quoting', () => {
  it.each<[value: string, posix: string, fish: string, nu: string]>([
    ['', "''", "''", "''"],
    ['dev', "'dev'", "'dev'", "'dev'"],
    ["it's", "'it'\\''s'", "'it\\'s'", '"it\'s"'],
    ["'", "''\\'''", "'\\''", '"\'"'],
    ['a\\b', "'a\\b'", "'a\\\\b'", "'a\\b'"],
    ['end\\', "'end\\'", "'end\\\\'", "'end\\'"],
    ['\'"\\', "''\\''\"\\'", "'\\'\"\\\\'", '"\'\\"\\\\"'],
    ['$(touch x)', "'$(touch x)'", "'$(touch x)'", "'$(touch x)'"],
    ['`id`', "'`id`'", "'`id`'", "'`id`'"],
    ['two  spaces', "'two  spaces'", "'two  spaces'", "'two  spaces'"],
    ['a\nb', "'a'$'\\x0a''b'", "'a'\\X0a'b'", '"a\\u{a}b"'],
    ['"$HOME"', '\'"$HOME"\'', '\'"$HOME"\'', '\'"$HOME"\''],
    [
      'ærlig 🦊',
      "''$'\\xc3\\xa6''rlig '$'\\xf0\\x9f\\xa6\\x8a'''",
      "''\\Xc3\\Xa6'rlig '\\Xf0\\X9f\\Xa6\\X8a''",
      '"\\u{e6}rlig \\u{1f98a}"',
    ],
  ])('%j', (value, posix, fish, nu) => {
    expect(shells.bash.quote(value)).toBe(posix);
    expect(shells.zsh.quote(value)).toBe(posix);
    expect(shells.fish.quote(value)).toBe(fish);
    expect(shells.nu.quote(value)).toBe(nu);
    for (const shell of shellNames) expect(shells[shell].quote(value)).toMatch(/^[ -~]+$/);
  });
});

describe('shellCode', () => {
  const delta = [
    { name: 'AWSP_PROFILE', value: "it's" },
    { name: 'AWS_ACCESS_KEY_ID', value: null },
    { name: 'AWS_PROFILE', value: "it's" },
  ];

  it('is one statement a line in bash and zsh', () => {
    expect(shellCode(shells.bash, delta)).toMatchInlineSnapshot(`
      "unset AWS_ACCESS_KEY_ID &&
      export AWS_PROFILE='it'\\''s' &&
      export AWSP_PROFILE='it'\\''s'
      "
    `);
    expect(shellCode(shells.zsh, delta)).toBe(shellCode(shells.bash, delta));
  });

  it('is the same in fish, which alone knows its universal variables', () => {
    expect(shellCode(shells.fish, delta)).toMatchInlineSnapshot(`
      "set -e -g AWS_ACCESS_KEY_ID; or true
      set -gx AWS_PROFILE 'it\\'s'
      set -gx AWSP_PROFILE 'it\\'s'
      begin; for awsp_name in AWS_ACCESS_KEY_ID AWS_PROFILE; set -qU $awsp_name; and echo 'awsp: warning:' $awsp_name 'is also a universal variable, of every fish shell; to remove it: set -eU' $awsp_name >&2; end; end; true
      "
    `);
  });

  it('is a line of JSON in ASCII for nushell', () => {
    expect(shellCode(shells.nu, [...delta, { name: 'AWSP_ROLE', value: 'æ🦊' }])).toBe(
      `{"unset":["AWS_ACCESS_KEY_ID"],"set":{"AWS_PROFILE":"it's","AWSP_PROFILE":"it's","AWSP_ROLE":"\\u00e6\\ud83e\\udd8a"}}\n`,
    );
  });

  it('is nothing for no change', () => {
    expect(new Set(shellNames.map((shell) => shellCode(shells[shell], [])))).toEqual(new Set(['']));
  });

  it.each(
    shellNames.flatMap((shell): [ShellName, string][] =>
      ['A B', 'A;id', 'A\n', 'A\0', '1A', '', 'a'].map((name) => [shell, name]),
    ),
  )('refuses in %s the name %j', (shell, name) => {
    expect(() => shellCode(shells[shell], [{ name, value: 'x' }])).toThrow('not a variable name');
    expect(() => shellCode(shells[shell], [{ name, value: null }])).toThrow('not a variable name');
  });

  it.each(shellNames)('refuses NUL in a value in %s, without saying the value', (shell) => {
    expect(() => shellCode(shells[shell], [{ name: 'AWS_PROFILE', value: 'secret\0' }])).toThrow(
      'the value of AWS_PROFILE holds a NUL',
    );
  });
});
