import { hasControl } from '../lib/text.ts';
import type { Key } from '../world.ts';
import type { Command } from './state.ts';

/** The commands for some keys, and whether a bracketed paste continues after them. */
export interface Reading {
  readonly commands: readonly Command[];
  readonly isPasting: boolean;
}

/**
 * The commands for the keys of one read. Inside a bracketed paste (xterm, "ctlseqs") everything is text and a newline
 * becomes a space. Terminals without bracketed paste are recognised by text that follows a newline in the same read. So
 * pasted newlines never choose an item.
 */
export function readKeys(keys: readonly Key[], isPasting: boolean): Reading {
  const lineEnd = keys.findIndex(isLineEnd);
  const isPaste = lineEnd >= 0 && keys.slice(lineEnd).some((key) => typedText(key) !== '');
  const commands: Command[] = [];
  let pasting = isPasting;
  for (const key of keys) {
    if (key.name === 'paste-start' || key.name === 'paste-end') {
      pasting = key.name === 'paste-start';
      continue;
    }
    const text = (pasting || isPaste) && (isLineEnd(key) || key.name === 'tab') ? ' ' : typedText(key);
    const command: Command | undefined = text !== '' ? { kind: 'insert', text } : pasting ? undefined : commandOf(key);
    if (command !== undefined) commands.push(command);
  }
  return { commands, isPasting: pasting };
}

// --- internal ---

function isLineEnd({ name }: Key): boolean {
  return name === 'return' || name === 'enter';
}

function typedText({ text, ctrl, meta }: Key): string {
  return ctrl || meta || hasControl(text) ? '' : text;
}

function commandOf({ name, ctrl, meta, shift }: Key): Command | undefined {
  const modifiers = `${ctrl ? 'ctrl-' : ''}${meta ? 'alt-' : ''}${shift ? 'shift-' : ''}`;
  return Object.hasOwn(commandsByKey, modifiers + name) ? commandsByKey[modifiers + name] : undefined;
}

const select = (which: (Command & { kind: 'select' })['which']): Command => ({ kind: 'select', which });
const erase = (what: (Command & { kind: 'erase' })['what']): Command => ({ kind: 'erase', what });
const goTo = (to: (Command & { kind: 'go' })['to']): Command => ({ kind: 'go', to });

/** By the key names of Node's readline, in which Ctrl-J is `enter` and the Enter key `return`. */
const commandsByKey: Readonly<Record<string, Command>> = {
  up: select('previous'),
  'ctrl-p': select('previous'),
  'ctrl-k': select('previous'),
  'shift-tab': select('previous'),
  down: select('next'),
  'ctrl-n': select('next'),
  enter: select('next'),
  tab: select('next'),
  pageup: select('page up'),
  pagedown: select('page down'),
  home: select('first'),
  end: select('last'),
  left: goTo('left'),
  'ctrl-b': goTo('left'),
  right: goTo('right'),
  'ctrl-f': goTo('right'),
  'ctrl-a': goTo('start'),
  'ctrl-e': goTo('end'),
  backspace: erase('before'),
  delete: erase('after'),
  'ctrl-w': erase('word'),
  'alt-backspace': erase('word'),
  'ctrl-u': erase('line'),
  return: { kind: 'choose' },
  'ctrl-d': { kind: 'leave' },
  'ctrl-g': { kind: 'cancel' },
  'ctrl-c': { kind: 'cancel' },
  escape: { kind: 'back' },
  'alt-escape': { kind: 'back' },
};
