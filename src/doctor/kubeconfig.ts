/** A profile that an `exec` of a kubeconfig names. */
export interface ExecProfile {
  readonly profile: string;
  readonly line: number;
}

/**
 * The profiles that a kubeconfig gives to the programs that kubectl runs for credentials (`users[].user.exec`), by
 * AWS_PROFILE in `env` or `--profile` in `args`. The text is searched and not read as YAML or JSON as a whole: for what is
 * searched, both are scalars with marks between them. Never throws, and takes time in proportion to the text.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export function execProfiles(text: string): readonly ExecProfile[] {
  if (!text.includes('exec')) return [];
  const found: ExecProfile[] = [];
  let tokens: Token[] = [];
  /** The indentation of the `exec` that the lines belong to; null outside. */
  let indent: number | null = null;
  const finish = () => {
    for (const one of profilesIn(tokens)) found.push(one);
    tokens = [];
    indent = null;
  };
  let line = 0;
  for (const written of text.split('\n')) {
    line++;
    const content = written.search(/\S/);
    if (content === -1 || written[content] === '#') continue;
    if (indent !== null && content <= indent) finish();
    const start = indent === null ? execKey.exec(written) : null;
    if (start !== null) indent = content;
    if (indent !== null) for (const token of tokensOf(written.slice(start?.index ?? 0), line)) tokens.push(token);
  }
  finish();
  return found;
}

// --- internal ---

const execKey = /(?<![\w-])["']?exec["']?\s*:(?=[\s{]|$)/;

/** A scalar, or a mark (`text` is null). */
interface Token {
  readonly text: string | null;
  readonly isKey: boolean;
  readonly line: number;
}

/** A quoted scalar, which ends with the line at the latest; a comment; a mark; a plain scalar. */
const piece =
  /"((?:[^"\\]|\\.)*)(?:"|$)|'((?:[^']|'')*)(?:'|$)|((?<=^|\s)#.*)|([,[\]{}]|-(?=\s|$)|:(?=[\s"'[{]|$))|((?:(?!:(?:\s|$)|\s#)[^\s,[\]{}"'])(?:(?!:(?:\s|$)|\s#)[^,[\]{}])*)/g;

function tokensOf(written: string, line: number): Token[] {
  const tokens: Token[] = [];
  for (const [, double, single, comment, mark, plain] of written.matchAll(piece)) {
    if (comment !== undefined) break;
    const last = tokens.at(-1);
    if (mark === ':') {
      if (last !== undefined) tokens[tokens.length - 1] = { ...last, isKey: last.text !== null };
    } else if (mark !== undefined) {
      if (mark !== ',') tokens.push({ text: null, isKey: false, line });
    } else {
      const text = double?.replace(/\\(["\\/])/g, '$1') ?? single?.replaceAll("''", "'") ?? plain?.trim() ?? '';
      tokens.push({ text, isKey: false, line });
    }
  }
  return tokens;
}

function profilesIn(tokens: readonly Token[]): ExecProfile[] {
  return tokens.flatMap(({ text, isKey, line }, at): ExecProfile[] => {
    if (text === null || isKey) return [];
    const inOne = /^--profile=(.+)$/.exec(text)?.[1];
    if (inOne !== undefined) return [{ profile: inOne, line }];
    const value =
      text === '--profile' ? argumentAfter(tokens, at) : text === 'AWS_PROFILE' ? variableValue(tokens, at) : null;
    return value?.text ? [{ profile: value.text, line: value.line }] : [];
  });
}

/** In a block each argument has a mark before it. */
function argumentAfter(tokens: readonly Token[], at: number): Token | undefined {
  return tokens[at + 1]?.text === null ? tokens[at + 2] : tokens[at + 1];
}

/** The `value` of the variable whose `name` is at an index; before it or after it. */
function variableValue(tokens: readonly Token[], at: number): Token | undefined {
  const isKey = (index: number, key: string) => tokens[index]?.isKey === true && tokens[index]?.text === key;
  if (!isKey(at - 1, 'name')) return undefined;
  if (isKey(at + 1, 'value')) return tokens[at + 2];
  return isKey(at - 3, 'value') ? tokens[at - 2] : undefined;
}
