import { chmodSync, readFileSync, statSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { byUse, frecency, noteUse } from '../../src/selection/order-of-use.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';
import { fakeWorld } from '../support/world.ts';

const path = '/home/kari/.local/state/awsp/uses';
const now = Date.UTC(2026, 0, 1);
const seconds = now / 1_000;
const hour = 3_600;
const names = ['a', 'b', 'c', 'd'];
const uses = (...lines: readonly string[]) =>
  fakeWorld({ disk: { [path]: lines.map((line) => `${line}\n`).join('') } });
const orderIn = (world: ReturnType<typeof fakeWorld>) => byUse(names, frecency(world)).join('');

describe('the order', () => {
  it.each([
    ['without any use: as in the files', [], 'abcd'],
    ['the most used first', [`${seconds} c`, `${seconds} b`, `${seconds} c`], 'cbad'],
    ['lately is worth more than often', ['1 d', '2 d', '3 d', `${seconds - hour / 2} b`], 'bdac'],
    [
      'an hour, a day, a week',
      [`${seconds - 200 * hour} a`, `${seconds - 100 * hour} b`, `${seconds - 5 * hour} c`, `${seconds} d`],
      'dcba',
    ],
    ['a use in the future is a clock that was set', [`${seconds + 999 * hour} b`], 'bacd'],
    ['a profile that is gone is nothing', [`${seconds} gone`, `${seconds} b`], 'bacd'],
    ['a name with spaces is a name', [`${seconds} a b`, `${seconds} b`], 'bacd'],
    ['what is no line of it is left out', ['c', ' c', 'x c', '1', '', `${seconds}c`, `${seconds} b`], 'bacd'],
  ])('%s', (_what, lines, expected) => {
    expect(orderIn(uses(...lines))).toBe(expected);
  });

  it.each([
    ['that cannot be read', { [path]: null }],
    ['of anything', { [path]: '\0\xFF{"a":1}\n\n' }],
  ])('a file %s: as in the files', (_what, disk) => {
    expect(orderIn(fakeWorld({ disk }))).toBe('abcd');
  });

  it('without a home', () => {
    const world = fakeWorld({ home: null });
    noteUse(world, 'a');
    expect(orderIn(world)).toBe('abcd');
  });
});

describe('the record', () => {
  it('has the time and the name, in XDG_STATE_HOME', () => {
    const world = fakeWorld({ env: { XDG_STATE_HOME: '/state' }, now: () => now });
    noteUse(world, 'a b');
    noteUse(world, 'c');
    expect([...world.disk]).toEqual([['/state/awsp/uses', `${seconds} a b\n${seconds} c\n`]]);
  });

  it('never exceeds 64 KB, and keeps its newer half', () => {
    const world = fakeWorld({ now: () => now });
    let most = 0;
    for (let use = 0; use < 5_000; use++) {
      noteUse(world, `a-profile-with-an-ordinary-name-${use}`);
      most = Math.max(most, world.disk.get(path)?.length ?? 0);
    }
    expect(most).toBeLessThan(66_000);
    const kept = world.disk.get(path)?.trimEnd().split('\n') ?? [];
    expect(kept.length).toBeGreaterThan(500);
    expect(kept.every((line) => line.startsWith(`${seconds} a-profile-with`))).toBe(true);
    expect(kept.at(-1)).toContain('-4999');
  });
});

describe('in the program', () => {
  let sandbox: Sandbox | undefined;
  afterEach(() => sandbox?.remove());
  const uses = () => readFileSync(`${sandbox?.home}/.local/state/awsp/uses`, 'utf8');
  const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';

  it('a switch is recorded, for its owner only, and nothing else is', async () => {
    sandbox = await makeSandbox();
    await sandbox.switchVia(['dev']);
    await sandbox.switchVia(['dev', '--no-verify']);
    await sandbox.switchVia(['-'], { env: { AWSP_PREVIOUS: dev } });
    const nothing = [['zzz'], ['--unset'], ['prod'], ['gammel', '--no-login'], ['--help']];
    for (const args of nothing) await sandbox.switchVia(args);
    for (const args of [['list'], ['show', 'dev'], ['current']])
      await sandbox.awsp(args, { env: { AWS_PROFILE: dev } });
    expect(uses().replace(/^\d{10} /gm, '')).toBe(`${dev}\n`.repeat(3));
    expect(statSync(`${sandbox.home}/.local/state/awsp/uses`).mode & 0o777).toBe(0o600);
    expect(statSync(`${sandbox.home}/.local/state/awsp`).mode & 0o777).toBe(0o700);
  });

  it('concurrent switches are all recorded', async () => {
    sandbox = await makeSandbox();
    const { start } = sandbox;
    await Promise.all(Array.from({ length: 20 }, () => start(['--shell', 'bash', 'dev', '--no-verify'])));
    expect(uses().replace(/^\d{10} /gm, '')).toBe(`${dev}\n`.repeat(20));
  });

  it.each([
    ['a folder', (there: Sandbox) => there.write('.local/state/awsp/uses/x', '')],
    ['in a folder that is a file', (there: Sandbox) => there.write('.local/state', '')],
    ['of bytes', (there: Sandbox) => there.write('.local/state/awsp/uses', Buffer.from([0, 255, 254, 10, 49]))],
    [
      'not to be written',
      (there: Sandbox) => {
        there.write('.local/state/awsp/uses', '1 x\n', 0o400);
        chmodSync(`${there.home}/.local/state/awsp`, 0o500);
      },
    ],
  ])('a file that is %s does not affect a switch', async (_what, spoil) => {
    sandbox = await makeSandbox();
    spoil(sandbox);
    const { code, stdout, stderr } = await sandbox.switchVia(['dev']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`AWS_PROFILE='${dev}'`) });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    // A verification is remembered all the same.
    expect((await sandbox.switchVia(['dev'])).code).toBe(0);
    expect(sandbox.emulator.requests.filter(({ operation }) => operation === 'GetCallerIdentity')).toHaveLength(1);
    chmodSync(`${sandbox.home}/.local`, 0o700);
  });
});
