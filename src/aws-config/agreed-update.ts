import type { Files } from '../world.ts';
import { describeChange } from './changes.ts';

/**
 * Changes a file only as a person has agreed to. `agree` gets the difference to show, made by `describe`, and rejects if
 * the person declines. If the file has changed meanwhile and the difference is another now, `agree` is called again
 * (`isAgain`). Changes that others make elsewhere in the file are kept, without asking. `agreed` is a difference that the
 * person has agreed to before.
 *
 * `change` gets the file's text, or null if there is no file. `agree` is not called if there is nothing to change
 * (`unchanged`), or if the file cannot be changed: then it throws as `Files.update` does.
 */
export async function updateAsAgreed(
  files: Pick<Files, 'update'>,
  path: string,
  change: (text: string | null) => string,
  agree: (shown: string, isAgain: boolean) => Promise<void>,
  {
    describe = describeChange,
    agreed: first = null,
  }: { describe?: typeof describeChange; agreed?: string | null } = {},
): Promise<'written' | 'unchanged'> {
  const notAgreed = new Error('the change has not been agreed to');
  let agreed = first;
  for (;;) {
    let shown = '';
    const changeIfAgreed = (text: string | null) => {
      const changed = change(text);
      shown = describe(text ?? '', changed);
      if (changed !== text && shown !== agreed) throw notAgreed;
      return changed;
    };
    try {
      return await files.update(path, changeIfAgreed);
    } catch (error) {
      if (error !== notAgreed) throw error;
    }
    await agree(shown, agreed !== null);
    agreed = shown;
  }
}
