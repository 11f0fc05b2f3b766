import type { Files } from '../world.ts';
import { describeChange } from './changes.ts';

/**
 * Changes a file as was agreed to, and not otherwise. `agree` gets the change as it would be now, for a person to look at,
 * and rejects where it is not wanted. Is the file another by then, so that the change would be another too, it is asked
 * again (`isAgain`); what others have changed elsewhere in the file is kept unasked. `describe` is how a change is shown;
 * `agreed` is one that was shown and agreed to before.
 *
 * `change` is given the file's text, null where there is none. Nobody is asked where there is nothing to change
 * (`unchanged`), or where the file cannot be changed: fails as `Files.update` does.
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
