import { shellNames } from '../environment/shells.ts';
import { findVerb } from './grammar.ts';
import type { Invocation, Request } from './invocation.ts';
import { parseQuick } from './quick.ts';

/**
 * argv → invocation. A shim puts `--shell <name>` in front of what the person typed, when it is going to evaluate
 * what awsp prints; nothing else may print there.
 */
export async function readArguments(argv: readonly string[]): Promise<Invocation> {
  if (argv[0] === '--complete') return completion(argv);
  const calledByShim = argv[0] === '--shell';
  const shell = calledByShim ? (shellNames.find((name) => name === argv[1]) ?? null) : null;
  if (calledByShim && shell === null) {
    const message = `"--shell ${argv[1] ?? ''}": expected one of ${shellNames.join(', ')}`;
    return { shell: null, debug: false, request: { verb: 'invalid', message, details: [] } };
  }
  const typed = calledByShim ? argv.slice(2) : argv;
  const { request, debug } = await parsed(typed);
  return { shell, debug, request: shell === null ? request : evaluable(request, typed[0]) };
}

async function parsed(argv: readonly string[]): Promise<Pick<Invocation, 'request' | 'debug'>> {
  const quick = parseQuick(argv);
  if (quick !== null) return { request: quick, debug: false };
  const { parse } = await import('./parse.ts');
  return parse(argv);
}

/** What a shim asks for at the Tab key; the words are not a command line, and are not read as one. */
function completion([, name, ...words]: readonly string[]): Invocation {
  const shell = shellNames.find((known) => known === name);
  const request: Request =
    shell === undefined
      ? {
          verb: 'invalid',
          message: `"--complete ${name ?? ''}": expected one of ${shellNames.join(', ')}`,
          details: [],
        }
      : { verb: 'complete', shell, words };
  return { shell: null, debug: false, request };
}

/**
 * Data must not reach an `eval`: a data command that the shim did not see is refused. Either an option came first, or the
 * shell has loaded a shim that is older than the command.
 */
function evaluable(request: Request, first: string | undefined): Request {
  const verb = findVerb(request.verb);
  if (verb === undefined || verb.changesShell) return request;
  if (first === verb.name) {
    const message = `this shell has loaded an older awsp, which does not know "${verb.name}"`;
    return { verb: 'invalid', message, details: ['open a new shell'] };
  }
  return { verb: 'invalid', message: `options go after the command: awsp ${verb.name} …`, details: [] };
}
