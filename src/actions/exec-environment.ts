import { applyDelta } from '../environment/delta.ts';
import { keysEnvironment, withoutOtherCredentials } from '../environment/keys.ts';
import { describeNotes } from '../environment/notes.ts';
import type { Message } from '../outcome.ts';
import { say } from '../terminal/messages.ts';
import type { Environment, World } from '../world.ts';
import type { Target } from './exec-target.ts';
import { type Decision, decideSwitch, type Purpose, signedIn } from './switch.ts';
import type { SwitchOptions } from './switch-options.ts';

/** How a command acts as a profile. */
export interface Acting {
  readonly purpose: Purpose;
  readonly keys: boolean;
  readonly only: boolean;
}

/** Decides whether the command may act as the profile, and the environment that it gets. Throws as `decideSwitch` does. */
export async function actAs(
  { context, name, origin }: Target,
  options: SwitchOptions,
  { purpose, keys, only }: Acting,
): Promise<{ readonly decision: Decision; readonly env: Environment }> {
  const decision = await decideSwitch(context, name, options, origin, purpose);
  const env = applyDelta(context.world.env, decision.delta);
  if (!keys) return { decision, env };
  const { world, settings, profiles } = context;
  const { profile, facts } = decision;
  const { credentialsOf } = await import('../identity/credentials.ts');
  const request = { world, settings, profiles, profile, env, always: false };
  const found = await signedIn(context, options.login, () => credentialsOf(request));
  const withKeys = keysEnvironment(env, facts, found);
  return { decision, env: only ? withoutOtherCredentials(withKeys) : withKeys };
}

/**
 * Says what there is to say of a profile before its command runs. Only a terminal gets what is in order: the messages of
 * awsp must not be in a log of the command.
 */
export function tell(world: World, { facts, before, confirmation, notes, after }: Decision): void {
  const { terminal } = world;
  const isShown = (message: Message) =>
    terminal.stderrIsTerminal || (message === confirmation ? facts.state === 'unverified' : message.kind === 'warning');
  const messages = [...before, confirmation, ...describeNotes(notes, undefined), ...after];
  for (const message of messages.filter(isShown)) say(terminal, message);
}

/** What a question before production asks, and what a person types in the place of an agent. */
export function purposeOf(command: readonly string[] | null): Purpose {
  const [program] = command ?? [];
  return {
    keepsFacts: true,
    question: program === undefined ? 'open a shell as it' : `run "${program}" as it`,
    command: 'awsp exec',
  };
}

/** Records the use and the verification, before the command runs: it may run for long, and be killed. */
export function recordUse({ remember }: Decision): void {
  try {
    remember('exec');
  } catch {
    // What could not be kept is asked for again the next time.
  }
}
