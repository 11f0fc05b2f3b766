import type { Environment } from '../world.ts';

/**
 * Whether text for a stream may carry colour: on a terminal, unless NO_COLOR (any non-empty value, no-color.org) or
 * TERM=dumb; FORCE_COLOR wins over all of it (0 and false force it off).
 */
export function wantsColour(env: Environment, isTerminal: boolean): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  return isTerminal && !env.NO_COLOR && env.TERM !== 'dumb';
}

const codes = { bold: 1, dim: 2, underline: 4, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Style = keyof typeof codes;

/** The text in a style, or in several, or as it is where colour is not wanted. */
export function paint(text: string, style: Style | readonly Style[], colour: boolean): string {
  const wanted = (typeof style === 'string' ? [style] : style).map((some) => codes[some]);
  return colour && wanted.length > 0 ? `\u001B[${wanted.join(';')}m${text}\u001B[0m` : text;
}
