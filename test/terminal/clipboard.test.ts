import { expect, it } from 'vitest';
import { copyOverSsh, copySequence } from '../../src/terminal/clipboard.ts';
import { fakeWorld } from '../support/world.ts';

const ssh = { SSH_CONNECTION: '192.0.2.7 51000 192.0.2.8 22', TERM: 'xterm-256color' };

it.each([
  ['over SSH, on a terminal that can draw', ssh, {}, true],
  ['over SSH, with its terminal alone named', { SSH_TTY: '/dev/pts/3', TERM: 'tmux' }, {}, true],
  ['not over SSH', { TERM: 'xterm' }, {}, false],
  ['on the console of Linux, which shows it', { ...ssh, TERM: 'linux' }, {}, false],
  ['without a person', ssh, { interactive: false }, false],
  ['on a terminal that cannot draw', ssh, { canDraw: false }, false],
])('%s', (_where, env, parts, isAsked) => {
  const copied: string[] = [];
  const { terminal } = fakeWorld();
  const screen = { ...terminal, interactive: true, canDraw: true, copy: (text: string) => copied.push(text), ...parts };
  const said = copyOverSsh({ env, terminal: screen }, 'https://a.example/?b=c');
  expect({ copied, said: said.length }).toEqual(
    isAsked ? { copied: ['https://a.example/?b=c'], said: 1 } : { copied: [], said: 0 },
  );
});

it('is the sequence that terminals know, whatever the text', () => {
  expect(copySequence('https://a.example/\u001B\u0007æ')).toBe('\u001B]52;c;aHR0cHM6Ly9hLmV4YW1wbGUvGwfDpg==\u0007');
});
