import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { quoteWord } from '../../src/lib/shell-words.ts';

const words = [
  'dev',
  '',
  'my team',
  "it's",
  'a\\b',
  '\\',
  "\\'",
  '=ls',
  '%1',
  'a=b',
  '~',
  '*',
  '$HOME',
  '`id`',
  '$(id)',
  'a;b',
  '!!',
  '#x',
  '{a,b}',
  'ü',
  '"q"',
];

describe('a word of a command line that a person pastes', () => {
  test.each([
    ['shop-prod', 'shop-prod'],
    ['user@example.com', 'user@example.com'],
    ['my team', "'my team'"],
    ["it's", "'it'\\''s'"],
    ['', "''"],
  ])('%j is shown as %s', (word, shown) => {
    expect(quoteWord(word)).toBe(shown);
  });

  test.each(['bash', 'zsh', 'fish'])('%s reads each word as it was', (shell) => {
    const line = `printf '<%s>\\n' ${words.map(quoteWord).join(' ')}`;
    const read = execFileSync(shell, ['-c', line], { encoding: 'utf8' });
    expect(read).toBe(words.map((word) => `<${word}>\n`).join(''));
  });
});
