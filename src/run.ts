import type { Invocation } from './cli/command.ts';
import { readArguments } from './cli/read.ts';
import { lateGrammar } from './commands/grammar.ts';
import { loadContext } from './context.ts';
import { AwspError } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import { agentOf } from './guard/agent.ts';
import type { Message, Outcome } from './outcome.ts';
import type { Terminal, World } from './world.ts';

/** argv → outcome: everything that awsp does, decided and not yet printed. Throws only where awsp has a bug. */
export async function run(argv: readonly string[], given: World): Promise<Outcome> {
  const invocation = await readArguments(argv, lateGrammar);
  const world = agentOf(given.env) === null ? given : withoutPerson(given);
  try {
    return framed(await perform(invocation, world), invocation.mark);
  } catch (error) {
    if (error instanceof AwspError) return toOutcome(error, invocation.debug || Boolean(world.env.AWSP_DEBUG));
    throw error;
  }
}

// --- internal ---

/** The world of an AI agent's shell: there may be a terminal, but nobody is asked on it. */
function withoutPerson(world: World): World {
  const unasked = (terminal: Terminal): Terminal => Object.create(terminal, { interactive: { value: false } });
  return {
    ...world,
    terminal: unasked(world.terminal),
    controllingTerminal: () => unasked(world.controllingTerminal()),
  };
}

async function perform({ request, shell }: Invocation, world: World): Promise<Outcome> {
  switch (request.kind) {
    case 'command':
      return request.command.run(request.options as never, {
        world,
        loadContext: () => loadContext(world),
        shell,
        loadGrammar: lateGrammar.loadAll,
      });
    case 'completion': {
      const { complete } = await import('./actions/complete.ts');
      return complete(world, await lateGrammar.loadAll(), request.shell, request.words);
    }
    case 'invalid':
      throw new AwspError(exitCodes.usage, request.message, request.details);
  }
}

/** The code between two lines of the mark, by which the shim knows that all of it is there and that awsp printed it. */
function framed(outcome: Outcome, mark: string | null): Outcome {
  return mark === null ? outcome : { ...outcome, stdout: `${mark}\n${outcome.stdout ?? ''}${mark}\n` };
}

function toOutcome(error: AwspError, debug: boolean): Outcome {
  const messages: readonly Message[] =
    error.message === ''
      ? []
      : [{ kind: 'error', text: error.message, details: [...error.details, ...(debug ? causesOf(error) : [])] }];
  return { code: error.code, messages };
}

/** The names and codes of what lies under a failure; not their texts, which may quote a command line with a secret. */
function causesOf(error: Error): string[] {
  const causes: string[] = [];
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    const code: unknown = Reflect.get(cause, 'code');
    causes.push(`caused by ${cause.name}${typeof code === 'string' ? ` ${code}` : ''}`);
  }
  return causes;
}
