import { describe, expect, it } from 'vitest';
import { execProfiles } from '../../src/doctor/kubeconfig.ts';

const block = (lines: string) => `users:\n- name: eks\n  user:\n    exec:\n${lines}`;

describe('the profile of an exec', () => {
  it.each<[string, string, [string, number][]]>([
    ['in env', block('      env:\n      - name: AWS_PROFILE\n        value: prod\n'), [['prod', 7]]],
    ['in env, value first', block('      env:\n      - value: prod\n        name: AWS_PROFILE\n'), [['prod', 6]]],
    [
      'among other variables',
      block('      env:\n      - name: X\n        value: y\n      - name: AWS_PROFILE\n        value: "a b"\n'),
      [['a b', 9]],
    ],
    ['in args', block('      args:\n      - --profile\n      - prod # mine\n      command: aws\n'), [['prod', 7]]],
    ['in one argument', block("      args: ['--profile=prod', x]\n"), [['prod', 5]]],
    ['in a list in brackets', block('      args: [eks, --profile, prod]\n'), [['prod', 5]]],
    ['in JSON', '{"users":[{"user":{"exec":{"env":[{"name":"AWS_PROFILE","value":"prod"}]}}}]}', [['prod', 1]]],
    ['in JSON on lines', '{\n "exec": {\n  "args": [\n   "--profile",\n   "prod"\n  ]\n }\n}', [['prod', 5]]],
    ['not outside of exec', 'a:\n- --profile\n- prod\nexec: {}\nb:\n  args: [--profile, prod]\n', []],
    ['not in a comment', block('      # args: [--profile, prod]\n      command: aws\n'), []],
    ['not without a value', block('      env:\n      - name: AWS_PROFILE\n      - value: x\n        name: Y\n'), []],
    ['not at the end', block('      args: [--profile'), []],
    [
      'with line ends of Windows',
      block('      args:\n      - --profile\n      - prod\n').replaceAll('\n', '\r\n'),
      [['prod', 7]],
    ],
  ])('is found %s', (_what, text, expected) => {
    expect(execProfiles(text).map(({ profile, line }) => [profile, line])).toEqual(expected);
  });

  it.each([
    ['many users', block('      args: [--profile, prod]\n').repeat(40_000), 40_000],
    ['one line', `{"exec":{"args":[${'"--profile","prod",'.repeat(100_000)}""]}}`, 100_000],
    ['quotes without an end', `exec: ${'"\\"'.repeat(500_000)}`, 0],
    ['blanks', `exec: a${' '.repeat(2_000_000)}b`, 0],
  ])('is found in megabytes of %s', (_what, text, count) => {
    expect(execProfiles(text)).toHaveLength(count);
  });
});
