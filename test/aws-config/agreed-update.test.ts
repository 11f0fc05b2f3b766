import { beforeEach, describe, expect, it } from 'vitest';
import { updateAsAgreed } from '../../src/aws-config/agreed-update.ts';
import { writeSection } from '../../src/aws-config/edit.ts';
import { type FakeWorld, fakeWorld } from '../support/world.ts';

const path = '/home/kari/.aws/config';
const before = '[profile a]\nregion = x\n';
const target = { type: 'profile', name: 'a' } as const;
const change = (text: string | null) => writeSection(text ?? '', 'config', target, new Map([['region', 'y']]));
const added = '+ [profile a]\n+ region = y';
const changed = '  [profile a]\n- region = x\n+ region = y';

let world: FakeWorld;
let asked: [string, boolean][];
beforeEach(() => {
  world = fakeWorld({ disk: { [path]: before } });
  asked = [];
});

/** Each time the person is asked, the file is replaced by the next of the texts; null deletes it. */
function update(...meanwhile: (string | null)[]): Promise<'written' | 'unchanged'> {
  return updateAsAgreed(world.files, path, change, async (shown, isAgain) => {
    asked.push([shown, isAgain]);
    const text = meanwhile.shift();
    if (text === null) world.disk.delete(path);
    else if (text !== undefined) world.disk.set(path, text);
  });
}

describe('a change that a person agrees to', () => {
  it('is made', async () => {
    expect(await update()).toBe('written');
    expect(asked).toEqual([[changed, false]]);
    expect(world.disk.get(path)).toBe('[profile a]\nregion = y\n');
  });

  it('is made in a file that is not there', async () => {
    world.disk.delete(path);
    expect(await update()).toBe('written');
    expect(asked).toEqual([[added, false]]);
    expect(world.disk.get(path)).toBe('[profile a]\nregion = y\n');
  });

  it('is made without asking again if something else in the file has changed', async () => {
    expect(await update(`# of another\n[profile b]\n\n${before}`)).toBe('written');
    expect(asked).toHaveLength(1);
    expect(world.disk.get(path)).toBe('# of another\n[profile b]\n\n[profile a]\nregion = y\n');
  });

  it.each([
    ['the section has another value', '[profile a]\nregion = z\n', '  [profile a]\n- region = z\n+ region = y'],
    ['the section is gone', '[profile b]\n', added],
    ['the file is gone', null, added],
  ])('is shown again before it is made, if %s', async (_what, text, shown) => {
    expect(await update(text)).toBe('written');
    expect(asked).toEqual([
      [changed, false],
      [shown, true],
    ]);
    expect(world.disk.get(path)).toBe(change(text));
  });

  it('is shown again each time it has become another', async () => {
    const texts = ['1', '2', '3', '3'].map((region) => `[profile a]\nregion = ${region}\n`);
    expect(await update(...texts)).toBe('written');
    expect(asked.map(([, isAgain]) => isAgain)).toEqual([false, true, true, true]);
  });

  it('is not made if it has been made meanwhile', async () => {
    const text = '[profile a]\nregion = y # of another\n';
    expect(await update(text)).toBe('unchanged');
    expect(asked).toHaveLength(1);
    expect(world.disk.get(path)).toBe(text);
  });
});

describe('no question is asked', () => {
  it('if there is nothing to change', async () => {
    world.disk.set(path, '[profile a]\nregion = y\n');
    expect(await update()).toBe('unchanged');
    expect(asked).toEqual([]);
  });

  it('if the file cannot be changed', async () => {
    world.disk.set(path, null);
    await expect(update()).rejects.toThrow(`"${path}" cannot be changed: permission denied`);
    expect(asked).toEqual([]);
  });
});

it('nothing is written if the person declines', async () => {
  const refusal = new RangeError('no');
  const updating = updateAsAgreed(world.files, path, change, async () => {
    throw refusal;
  });
  await expect(updating).rejects.toBe(refusal);
  expect(world.disk.get(path)).toBe(before);
});
