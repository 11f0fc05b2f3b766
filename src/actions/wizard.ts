import type { Context } from '../context.ts';
import { Back } from '../errors.ts';
import type { Choice } from '../picker/choice.ts';
import { choose } from '../picker/choose.ts';
import { say, tell } from '../terminal/messages.ts';
import type { Terminal, World } from '../world.ts';
import { type Prompt, promptFor } from './questions.ts';

/**
 * Asks questions that depend on each other, of which Esc takes back the last one. Then `questions` is called again: its steps
 * before that question return what they came to and do nothing, and the question is asked anew, with its answer to be changed.
 * So what is between steps must have no effect, and no step is within another. Rejects with `Cancelled` at Ctrl-C, and at Esc
 * where nothing was asked before.
 */
export async function askInOrder<T>(context: Context, questions: (wizard: Wizard) => Promise<T>): Promise<T> {
  const wizard = new Wizard(context);
  for (;;) {
    try {
      return await questions(wizard);
    } catch (error) {
      if (!(error instanceof Back) || !wizard.goBack()) throw error;
    }
  }
}

/** Runs the steps of `askInOrder`, and keeps what they came to. */
export class Wizard {
  /** The context for the steps. */
  readonly context: Context;
  readonly #done: Done[] = [];
  /** What was answered to a question, also where it was taken back. */
  readonly #answers = new Map<string, unknown>();
  /** How many of the steps have been passed. */
  #passed = 0;
  #isAsked = false;
  #isBackTold = false;

  constructor(context: Context) {
    this.context = { ...context, world: this.#noting(context.world) };
  }

  /** Takes back the last question that a person was asked, and all steps after it. Returns false if there is none. */
  goBack(): boolean {
    const last = this.#done.findLastIndex(({ isAsked }) => isAsked);
    if (last < 0) return false;
    this.#done.length = last;
    this.#passed = 0;
    return true;
  }

  /** What `work` comes to; it is done again only if a question before it is taken back. */
  async step<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#done[this.#passed];
    if (done === undefined) {
      this.#isAsked = false;
      const value = await work();
      this.#done.push({ value, isAsked: this.#isAsked });
    }
    return this.#done[this.#passed++]?.value as T;
  }

  /** `promptFor`, as a step. */
  ask(prompt: Prompt): Promise<string> {
    return this.#question(`${prompt.label}, ${prompt.fallback}`, (earlier: string | undefined) =>
      promptFor(this.context.world.terminal, {
        ...prompt,
        draft: prompt.draft ?? (earlier === prompt.fallback ? null : earlier),
      }),
    );
  }

  /** `choose`, as a step. */
  choose<Item>(choice: Choice<Item>): Promise<Item> {
    return this.#question(choice.noun, (earlier: Item | undefined) =>
      choose(this.context, { ...choice, earlier, onEscape: this.#canGoBack() ? 'back' : 'leave' }),
    );
  }

  /** Tells what was found or chosen, where there is a person to read it. */
  tell(text: string): Promise<void> {
    const { terminal } = this.context.world;
    return this.step(async () => {
      if (terminal.interactive) tell(terminal, text);
    });
  }

  /** The same question gets the answer that was given to it before. */
  #question<T>(key: string, ask: (earlier: T | undefined) => Promise<T>): Promise<T> {
    return this.step(async () => {
      const answer = await ask(this.#answers.get(key) as T | undefined);
      this.#answers.set(key, answer);
      return answer;
    });
  }

  #canGoBack(): boolean {
    return this.#done.some(({ isAsked }) => isAsked);
  }

  /** The world, in which it is noted when a person is asked: on the terminal, in the picker, or in fzf. */
  #noting(world: World): World {
    const { terminal } = world;
    const ask: Terminal['ask'] = (...question) => {
      this.#isAsked = true;
      if (this.#canGoBack() && terminal.canDraw && !this.#isBackTold) {
        this.#isBackTold = true;
        say(terminal, { kind: 'note', text: 'Esc goes back to the question before, Ctrl-C leaves' });
      }
      return terminal.ask(...question);
    };
    const takeOver: Terminal['takeOver'] = () => {
      this.#isAsked = true;
      return terminal.takeOver();
    };
    const filter: World['filter'] = (...program) => {
      this.#isAsked = true;
      return world.filter(...program);
    };
    const noted: Terminal = Object.create(terminal, { ask: { value: ask }, takeOver: { value: takeOver } });
    return { ...world, terminal: noted, filter };
  }
}

// --- internal ---

/** A step that was done. */
interface Done {
  readonly value: unknown;
  /** Whether a person was asked. */
  readonly isAsked: boolean;
}
