import { lineTexts } from '../lib/lines.ts';
import { shellTokens, type Word } from './shell-words.ts';

/** The syntax of a script: that of a POSIX shell, fish or nushell. */
export type ScriptSyntax = 'sh' | 'fish' | 'nu';

/** A simple command: assignments, its name, its arguments. */
export type Command = readonly Word[];

/**
 * The commands that a shell may run while it reads a script, also those that depend on a condition. Commands in functions
 * are left out: they run later, if at all. Anonymous functions are included: zsh runs them at once.
 */
export function commandsIn(script: string, syntax: ScriptSyntax): readonly Command[] {
  return readers[syntax](script);
}

// --- internal ---

const readers: Readonly<Record<ScriptSyntax, (script: string) => Command[]>> = {
  sh: shCommands,
  fish: fishCommands,
  nu: nuCommands,
};

const shKeywords = new Set(['if', 'then', 'elif', 'else', 'fi', 'while', 'until', 'do', 'done', 'esac', '!', 'time']);

function shCommands(script: string): Command[] {
  const commands: Command[] = [];
  /** For each open brace, whether it is that of a function. */
  const braces: boolean[] = [];
  let words: Word[] = [];
  let isBody = false;
  const finish = () => {
    if (words.length === 0) return;
    if (!(isBody || braces.includes(true))) commands.push(words);
    isBody = false;
    words = [];
  };
  const readWord = (word: Word) => {
    const keyword = word.bare === word.text.length ? word.text : '';
    if (keyword === '}' && braces.length > 0) {
      finish();
      braces.pop();
    } else if (keyword === '{' && words.length === 0) {
      braces.push(isBody);
      isBody = false;
    } else if (words[0]?.text === 'function') {
      isBody = true;
      words = [];
    } else if (words.length > 0 || !shKeywords.has(keyword)) words.push(word);
  };
  for (const token of shellTokens(script, false)) {
    if (token === '()') {
      isBody ||= words.length > 0;
      words = [];
    } else if (token !== 'end') readWord(token);
    else if (words[0]?.text !== '[[' || words.at(-1)?.text === ']]') finish();
  }
  finish();
  return commands;
}

const fishBlocks = new Set(['function', 'begin', 'if', 'while', 'for', 'switch']);
const fishKeywords = new Set(['begin', 'if', 'while', 'else', 'end', 'and', 'or', 'not', '!', 'time']);

function fishCommands(script: string): Command[] {
  const commands: Command[] = [];
  const blocks: string[] = [];
  let words: Word[] = [];
  let isElse = false;
  const readWord = (word: Word) => {
    const keyword = words.length === 0 && word.bare === word.text.length ? word.text : '';
    if (keyword === 'end') blocks.pop();
    // `else if` continues a block; it does not begin one.
    if (fishBlocks.has(keyword) && !isElse) blocks.push(keyword);
    if (!fishKeywords.has(keyword)) words.push(word);
    isElse = keyword === 'else';
  };
  for (const token of shellTokens(script, true)) {
    if (token === '()') continue;
    if (token !== 'end') readWord(token);
    else {
      if (words.length > 0 && !blocks.includes('function')) commands.push(words);
      words = [];
      isElse = false;
    }
  }
  return commands;
}

/** One command a line, which is how start files of nushell are written; its other ways to end a command are not read. */
function nuCommands(script: string): Command[] {
  let isInFunction = false;
  return lineTexts(script).flatMap((text, index) => {
    const words = [...text.matchAll(/#.*|"((?:\\.|[^"\\])*)"|'([^']*)'|[^\s"']+/g)].flatMap(
      ([word, double, single]): Word[] =>
        word.startsWith('#')
          ? []
          : [{ text: double ?? single ?? word, line: index + 1, bare: double === single ? word.length : 0 }],
    );
    const isFunction = /^(?:export\s+)?def\s/.test(text);
    if (isFunction) isInFunction = words.at(-1)?.text.endsWith('}') !== true;
    const isLeftOut = isFunction || isInFunction;
    if (text.startsWith('}')) isInFunction = false;
    return isLeftOut || words.length === 0 ? [] : [words];
  });
}
