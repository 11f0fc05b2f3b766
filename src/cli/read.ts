import { shellNames } from '../environment/shells.ts';
import type { Invocation, LateGrammar, Request } from './command.ts';
import { isWord, parseQuick } from './quick.ts';

/**
 * argv → invocation. A shim puts `--shell <name> --mark <word>` in front of what the person typed when it is going to evaluate
 * what awsp prints; nothing else may be printed then. A shim of 0.1.0 gives no mark. `--subshell` says that a subshell evaluates
 * it, which may become the command of `awsp exec`.
 */
export async function readArguments(argv: readonly string[], grammar: LateGrammar): Promise<Invocation> {
  if (argv[0] === '--complete') return completion(argv);
  const calledByShim = argv[0] === '--shell';
  const shell = calledByShim ? (shellNames.find((name) => name === argv[1]) ?? null) : null;
  if (calledByShim && shell === null) {
    return { shell: null, mark: null, debug: false, request: unknownShell('--shell', argv[1]) };
  }
  const mark = calledByShim && argv[2] === '--mark' ? (argv[3] ?? '') : null;
  const given = argv.slice(calledByShim ? (mark === null ? 2 : 4) : 0);
  const isInSubshell = calledByShim && given[0] === '--subshell';
  const typed = isInSubshell ? given.slice(1) : given;
  const { request, debug } = await parsed(typed, grammar);
  return { shell, mark, debug, request: shell === null ? request : evaluable(request, typed[0], isInSubshell) };
}

/** `parseQuick` with the grammar of the command that is named, if one is. */
export async function readQuickly(
  argv: readonly string[],
  grammar: LateGrammar,
): Promise<Pick<Invocation, 'request' | 'debug'> | null> {
  return parseQuick(argv, await grammar.loadFor(argv.find(isWord)));
}

// --- internal ---

async function parsed(argv: readonly string[], grammar: LateGrammar): Promise<Pick<Invocation, 'request' | 'debug'>> {
  const quick = await readQuickly(argv, grammar);
  if (quick !== null) return quick;
  const { parse } = await import('./parse.ts');
  return parse(argv, await grammar.loadAll());
}

/** What a shim asks for at the Tab key; the words are not a command line, and are not read as one. */
function completion([option = '', name, ...words]: readonly string[]): Invocation {
  const shell = shellNames.find((known) => known === name);
  const request: Request = shell === undefined ? unknownShell(option, name) : { kind: 'completion', shell, words };
  return { shell: null, mark: null, debug: false, request };
}

function unknownShell(option: string, name = ''): Request {
  return { kind: 'invalid', message: `"${option} ${name}": expected one of ${shellNames.join(', ')}`, details: [] };
}

/**
 * Data must not reach an `eval`: a data command that the shim did not recognise is refused. Either an option came first, or
 * the shell has loaded a shim that is older than the command.
 */
function evaluable(request: Request, first: string | undefined, isInSubshell: boolean): Request {
  // An option that stands alone has no `parse`.
  const command = request.kind === 'command' && 'parse' in request.command ? request.command : undefined;
  // Its code would put the command in the place of the person's shell.
  const needsSubshell = command?.takesCommand === true && !isInSubshell;
  if (command === undefined || command.printsByCode === true) return request;
  if (command.changesShell && !needsSubshell) return request;
  const { name } = command;
  return first === name
    ? {
        kind: 'invalid',
        message: `this shell has loaded an older awsp, which does not know "${name}"`,
        details: ['open a new shell'],
      }
    : { kind: 'invalid', message: `options go after the command: awsp ${name} …`, details: [] };
}
