import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endAhead, readLimit } from '../../src/guard/limit.ts';
import { productionFacts } from '../support/facts.ts';
import { makeSandbox, type Sandbox } from '../support/program.ts';

it.each<[string, number | null]>([
  ['30s', 30_000],
  ['30m', 1_800_000],
  ['8h', 28_800_000],
  [' 5 m ', 300_000],
  ['05m', 300_000],
  ['999999h', 3_599_996_400_000],
  ['30', null],
  ['0m', null],
  ['', null],
  ['m', null],
  ['-5m', null],
  ['1.5h', null],
  ['30min', null],
  ['1h30m', 5_400_000],
  ['1d', 86_400_000],
  ['1000000s', null],
  ['5m\n6m', null],
])('%j is a limit of %j ms', (text, expected) => {
  expect(readLimit(text)).toBe(expected);
});

it.each<[string | undefined, number | null]>([
  ['1001', 1001],
  ['1000', null],
  ['999', null],
  [undefined, null],
  ['', null],
  ['x', null],
  ['01001', null],
  ['-1001', null],
  ['1e9', null],
  ['9999999999999999', null],
])('the end %j is, at 1000 s, %j', (value, expected) => {
  expect(endAhead(value, 1_000_000)).toBe(expected);
});

describe('what a switch sets', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await makeSandbox();
  });
  afterEach(() => sandbox.remove());
  const prod = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';

  /** Seconds from now until the end that the code sets; null when it sets none. */
  async function left(argv: readonly string[], env: Record<string, string> = {}): Promise<number | null> {
    const { code, stdout } = await sandbox.switchVia(argv, { env });
    expect(code).toBe(0);
    const end = /^export AWSP_UNTIL='(\d+)'(?: &&)?$/m.exec(stdout)?.[1];
    return end === undefined ? null : Number(end) - Date.now() / 1_000;
  }
  const about = (seconds: number) => expect.closeTo(seconds, -1.5);

  it('--for, for any profile', async () => {
    expect(await left(['dev', '--for', '90s'])).toEqual(about(90));
    expect(await left(['dev'])).toBeNull();
    expect((await sandbox.switchVia(['dev', '--for', '30m'])).stderr).toContain('eu-west-1, for 30m\n');
  });

  it('the settings, for production, unless --for says something else', async () => {
    sandbox.write('.config/awsp/config', '[production]\nfor = 1h\n');
    expect(await left([prod])).toEqual(about(3_600));
    expect(await left([prod, '--for', '2h'])).toEqual(about(7_200));
    expect(await left(['dev'])).toBeNull();
  });

  it('`awsp -` keeps the time that is left, and starts anew if none is', async () => {
    sandbox.write('.config/awsp/config', '[production]\nfor = 1h\n');
    const until = (seconds: number) => String(Math.floor(Date.now() / 1_000) + seconds);
    expect(await left(['-'], { AWSP_PREVIOUS: prod, AWSP_PREVIOUS_UNTIL: until(500) })).toEqual(about(500));
    expect(await left(['-'], { AWSP_PREVIOUS: prod, AWSP_PREVIOUS_UNTIL: until(-1) })).toEqual(about(3_600));
    expect(await left(['-', '--for', '2h'], { AWSP_PREVIOUS: prod, AWSP_PREVIOUS_UNTIL: until(500) })).toEqual(
      about(7_200),
    );
  });

  it('says that a switch to the active profile removes its limit', async () => {
    const in500 = String(Math.floor(Date.now() / 1_000) + 500);
    const env = { AWS_PROFILE: prod, AWSP_PROFILE: prod, AWSP_UNTIL: in500 };
    const note = 'awsp: its time limit is gone; for another: --for 30m\n';
    const said = async (argv: readonly string[], own: Record<string, string> = env) =>
      (await sandbox.switchVia(argv, { env: own })).stderr.includes(note);
    expect(await said([prod, '--region', 'eu-north-1'])).toBe(true);
    expect(await said([prod, '--for', '2h'])).toBe(false);
    expect(await said(['dev'])).toBe(false);
    expect(await said([prod], { ...env, AWSP_UNTIL: '1' })).toBe(false);
  });

  it('--for does not replace the confirmation', async () => {
    sandbox.write('.config/awsp/config', '[guard]\nconfirm = yes\n');
    expect((await sandbox.switchVia([prod, '--for', '1m'])).code).toBe(6);
    // It would have been dropped by now, had there been a prompt.
    const env = productionFacts(sandbox, prod);
    expect((await sandbox.switchVia([prod], { env: { ...env, AWSP_UNTIL: '1' } })).code).toBe(6);
    expect((await sandbox.switchVia([prod], { env })).code).toBe(0);
  });
});
