import type { Environment } from '../world.ts';

/**
 * Whether text for a stream may have colour: on a terminal, unless NO_COLOR is set (to any non-empty value,
 * no-color.org) or TERM is `dumb`. FORCE_COLOR overrides all of this; `0` and `false` switch colour off.
 */
export function wantsColour(env: Environment, isTerminal: boolean): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  return isTerminal && !env.NO_COLOR && env.TERM !== 'dumb';
}

const codes = { bold: 1, dim: 2, underline: 4, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Style = keyof typeof codes;

/** The text with escape sequences for one or more styles; unchanged without `colour`. */
export function paint(text: string, style: Style | readonly Style[], colour: boolean): string {
  const wanted = (typeof style === 'string' ? [style] : style).map((some) => codes[some]);
  return colour && wanted.length > 0 ? `\u001B[${wanted.join(';')}m${text}\u001B[0m` : text;
}
