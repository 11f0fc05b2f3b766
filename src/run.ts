import { init, sourceLine } from './actions/init.ts';
import { back, choose, switchByQuery } from './actions/switch.ts';
import { unset } from './actions/unset.ts';
import type { Invocation, Request } from './cli/invocation.ts';
import { readArguments } from './cli/read.ts';
import { loadContext } from './context.ts';
import { type ShellName, shellNames, shells } from './environment/shells.ts';
import { AwspError } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import type { Message, Outcome } from './outcome.ts';
import type { World } from './world.ts';

/** argv → outcome: everything awsp does, decided and not yet printed. Throws only for its own bugs. */
export async function run(argv: readonly string[], world: World): Promise<Outcome> {
  const invocation = await readArguments(argv);
  try {
    return await dispatch(invocation, world);
  } catch (error) {
    if (error instanceof AwspError) return toOutcome(error, invocation.debug || Boolean(world.env.AWSP_DEBUG));
    throw error;
  }
}

// --- internal ---

async function dispatch({ request, shell }: Invocation, world: World): Promise<Outcome> {
  switch (request.verb) {
    case 'switch':
    case 'choose':
    case 'back':
    case 'unset':
      return shell === null ? withoutShim(world) : changeShell(request, shell, world);
    case 'new': {
      const { createProfile } = await import('./actions/new.ts');
      return createProfile(await loadContext(world), request.options, shell);
    }
    case 'region': {
      const { showRegion, setRegion, unsetRegion } = await import('./actions/region.ts');
      if (request.region === null && !request.unset) return showRegion(await loadContext(world), shell);
      if (shell === null) return withoutShim(world);
      const context = await loadContext(world);
      return request.region === null ? unsetRegion(context, shell) : setRegion(context, request.region, shell);
    }
    case 'help': {
      const { renderHelp } = await import('./cli/help.ts');
      return asData(renderHelp(request.topic), shell);
    }
    case 'version':
      return asData(`awsp ${world.version}\n`, shell);
    case 'invalid':
      return toOutcome(new AwspError(exitCodes.usage, request.message, request.details), false);
    default:
      return runDataCommand(request, world);
  }
}

type ShellChange = Extract<Request, { verb: 'switch' | 'choose' | 'back' | 'unset' }>;
type DataRequest = Exclude<Request, { verb: ShellChange['verb'] | 'new' | 'region' | 'help' | 'version' | 'invalid' }>;

async function changeShell(request: ShellChange, shell: ShellName, world: World): Promise<Outcome> {
  switch (request.verb) {
    case 'unset':
      return unset(world, shell);
    case 'choose':
      return choose(await loadContext(world), request.options, shell);
    case 'back':
      return back(await loadContext(world), request.options, shell);
    case 'switch':
      if (request.options.readOnly) {
        const { switchReadOnly } = await import('./actions/read-only.ts');
        return switchReadOnly(await loadContext(world), request.query, request.options, shell);
      }
      return switchByQuery(await loadContext(world), request.query, request.options, shell);
  }
}

async function runDataCommand(request: DataRequest, world: World): Promise<Outcome> {
  switch (request.verb) {
    case 'list': {
      const { list } = await import('./actions/list.ts');
      return list(await loadContext(world), request.query, request);
    }
    case 'show': {
      const { show } = await import('./actions/show.ts');
      return show(await loadContext(world), request.query, request.json);
    }
    case 'current': {
      const { current } = await import('./actions/current.ts');
      return current(await loadContext(world), request);
    }
    case 'login': {
      const { login } = await import('./actions/login.ts');
      return login(await loadContext(world), request.query, request);
    }
    case 'logout': {
      const { logout } = await import('./actions/logout.ts');
      return logout(await loadContext(world), request.query, request.all);
    }
    case 'sessions': {
      const { sessions } = await import('./actions/sessions.ts');
      return sessions(await loadContext(world), request.json);
    }
    case 'allow': {
      const { allow } = await import('./actions/allow.ts');
      return allow(await loadContext(world));
    }
    case 'deny': {
      const { deny } = await import('./actions/allow.ts');
      return deny(world);
    }
    case 'import': {
      const { importProfiles } = await import('./actions/import.ts');
      return importProfiles(await loadContext(world), request.options);
    }
    case 'complete': {
      const { complete } = await import('./actions/complete.ts');
      return complete(world, request.shell, request.words);
    }
    case 'doctor': {
      const { doctor } = await import('./actions/doctor.ts');
      return doctor(await loadContext(world), request.options);
    }
    case 'init':
      return init(world, request.shell);
    case 'demo': {
      const { demo } = await import('./actions/demo.ts');
      return demo(request, world);
    }
  }
}

/** Text for stdout; a shim evaluates what it gets, and so gets the code that prints it. */
function asData(text: string, shell: ShellName | null): Outcome {
  return { code: exitCodes.done, stdout: shell === null ? text : `${shells[shell].print(text.trimEnd())}\n` };
}

/** A program cannot change the shell that started it: without the shim, awsp does not pretend to. */
function withoutShim(world: World): Outcome {
  const files: Record<ShellName, string> = { bash: '~/.bashrc', zsh: '~/.zshrc', fish: '~/.config/fish/config.fish' };
  const lines = shellNames.map((shell) => `${files[shell]}: ${sourceLine(world, shell)}`);
  const text = "this shell has not loaded awsp, so nothing was switched; add its line to the shell's start file:";
  return { code: exitCodes.usage, messages: [{ kind: 'error', text, details: lines }] };
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
