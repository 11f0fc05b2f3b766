import { describeChange } from '../aws-config/changes.ts';
import { displayPath } from '../aws-config/paths.ts';
import { maxNameLength } from '../lib/text.ts';
import { say } from '../terminal/messages.ts';
import { changeAsAgreed, indented, readConfig } from './config-change.ts';
import type { NewOptions } from './creation-options.ts';
import { profileNameFault } from './profile-name-fault.ts';
import type { PromptSpec } from './questions.ts';
import type { Wizard } from './wizard.ts';

/** The name of a new profile. */
export const profileName: PromptSpec = {
  option: '--name',
  wanted: `a name for a profile: at most ${maxNameLength} characters, without "]" and control characters`,
  read: (typed) => (profileNameFault(typed.trim()) === null ? typed.trim() : null),
};

/** What is written, under which name. */
interface NewProfile {
  /** The name that is offered. */
  readonly usual: string;
  /** The text of the config file with the profile in it. */
  readonly write: (text: string, name: string) => string;
}

/**
 * Asks for the name of a new profile, shows the diff and writes it; a name that exists is not overwritten without a yes. Returns
 * the name, or null when the person declines, and with `dryRun`.
 */
export async function writeUnderName(
  wizard: Wizard,
  options: Pick<NewOptions, 'name' | 'yes' | 'dryRun'>,
  path: string,
  { usual, write }: NewProfile,
): Promise<string | null> {
  const { world, profiles } = wizard.context;
  const file = displayPath(path, world.home);
  let [given, draft] = [options.name, null as string | null];
  for (;;) {
    const name = await wizard.ask({
      ...profileName,
      label: draft === null ? 'profile name' : 'another profile name',
      given,
      fallback: usual,
      yes: options.yes,
      draft,
    });
    const exists = profiles.get(name) !== null;
    if (options.dryRun) {
      const text = readConfig(world, path) ?? '';
      world.terminal.write(`\n${file}\n${indented(describeChange(text, write(text, name)))}\n\n`);
      return null;
    }
    const agreement = {
      question: exists ? `"${name}" exists: replace it in ${file}?` : `write this to ${file}?`,
      byDefault: !exists,
      yes: options.yes,
      refusal: `${exists ? `"${name}" exists` : 'nothing is written'} without a yes`,
    };
    const done = await wizard.step(() => changeAsAgreed(world, path, (text) => write(text ?? '', name), agreement));
    if (done !== 'declined') {
      say(world.terminal, { kind: 'done', text: `"${name}" is in ${file}${done === 'unchanged' ? ' already' : ''}` });
      return name;
    }
    if (!exists) return null;
    [given, draft] = [null, name];
  }
}
