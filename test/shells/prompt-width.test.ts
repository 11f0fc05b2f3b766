import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { applyDelta, type Facts, switchDelta } from '../../src/environment/delta.ts';
import { promptFrame, promptText } from '../../src/environment/prompt-text.ts';
import { type ShellName, shells } from '../../src/environment/shells.ts';
import { regionVariables, variables } from '../../src/environment/variables.ts';
import type { Environment } from '../../src/world.ts';
import { bareEnvironment, describeAllShells, runShell, shimFolder, temporaryFolder } from '../support/shells.ts';

const id = '123456789011';
const name = `barnehageplass-dev-AWSAdministratorAccess-${id}`;
const soon = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

interface Case {
  readonly facts?: Partial<Facts>;
  /** What was set by hand since; null is unset. */
  readonly changed?: Readonly<Record<string, string | null>>;
  /** What the folder wants: the first line of awsp's copy of a `.awsp`. */
  readonly pin?: string;
  readonly width?: number;
}

type Colour = 'normal' | 'caution' | 'soon' | 'over' | 'production' | 'alarm' | 'none';

interface Row extends Case {
  readonly title: string;
  readonly prompt: string;
  readonly colour: Colour;
}

const other = 'account 123456789013';
const everything: Case = {
  facts: { level: 'production', state: 'unverified', expiresAt: -1 },
  changed: { AWSP_ENDPOINT: 'AWS_ENDPOINT_URL', AWS_REGION: 'eu-north-1' },
  pin: other,
};

const rows: readonly Row[] = [
  { title: 'verified', prompt: 'barnehageplass-dev Admin', colour: 'normal' },
  { title: 'production', facts: { level: 'production' }, prompt: 'barnehageplass-dev Admin', colour: 'production' },
  {
    title: 'production without colour',
    facts: { level: 'production' },
    changed: { NO_COLOR: '1' },
    prompt: 'PROD barnehageplass-dev Admin',
    colour: 'none',
  },
  {
    title: 'production on a dumb terminal, not verified',
    facts: { level: 'production', state: 'unverified' },
    changed: { TERM: 'dumb' },
    prompt: 'PROD barneh..dev Admin not verified',
    colour: 'none',
  },
  {
    title: 'not verified',
    facts: { state: 'unverified' },
    prompt: 'barnehageplass-dev Admin not verified',
    colour: 'caution',
  },
  { title: 'nearly expired', facts: { expiresAt: 510 }, prompt: 'barnehageplass-dev Admin 9m', colour: 'soon' },
  { title: 'expired', facts: { expiresAt: -1 }, prompt: 'barnehageplass-dev Admin expired', colour: 'over' },
  {
    title: 'production, expired',
    facts: { expiresAt: -1, level: 'production' },
    prompt: 'barnehageplass-dev Admin expired',
    colour: 'production',
  },
  {
    title: 'another region',
    changed: { AWS_REGION: 'eu-north-1', AWS_DEFAULT_REGION: 'x' },
    prompt: 'barnehageplass-dev Admin eu-north-1',
    colour: 'normal',
  },
  {
    title: 'another default region',
    changed: { AWS_DEFAULT_REGION: 'eu-north-1' },
    prompt: 'barnehageplass-dev Admin eu-north-1',
    colour: 'normal',
  },
  {
    title: 'the same region',
    changed: { AWS_REGION: 'eu-west-1' },
    prompt: 'barnehageplass-dev Admin',
    colour: 'normal',
  },
  {
    title: 'an endpoint',
    changed: { AWSP_ENDPOINT: 'AWS_ENDPOINT_URL' },
    prompt: 'barneh..dev Admin, AWS_ENDPOINT_URL set',
    colour: 'caution',
  },
  {
    title: 'an endpoint, not verified',
    facts: { state: 'unverified' },
    changed: { AWSP_ENDPOINT: 'AWS_ENDPOINT_URL_STS' },
    prompt: 'barneh..dev Admin not verified, AWS_END..',
    colour: 'caution',
  },
  { title: 'another account wanted', pin: other, prompt: 'barneh..dev Admin, 123456789013 here', colour: 'alarm' },
  {
    title: 'another account wanted, production',
    facts: { level: 'production' },
    pin: other,
    prompt: 'PROD barneh..dev Admin, 123456789013 here',
    colour: 'alarm',
  },
  { title: 'everything at once', ...everything, prompt: 'PROD barneh..dev Admin, 123456789013 here', colour: 'alarm' },
  {
    title: 'everything, with room for it',
    ...everything,
    width: 140,
    prompt:
      'PROD barnehageplass-dev Admin eu-north-1 not verified expired, AWS_ENDPOINT_URL set, 123456789013 belongs here',
    colour: 'alarm',
  },
  { title: 'the account that is wanted', pin: `account ${id}`, prompt: 'barnehageplass-dev Admin', colour: 'normal' },
  {
    title: 'another profile wanted',
    pin: 'profile barnehageplass-dev-AWSReadOnlyAccess-123456789011',
    prompt: 'barneh..dev Admin, barnehagepl..9011 here',
    colour: 'alarm',
  },
  {
    title: 'a profile wanted in wide letters',
    pin: 'profile 東京支社の開発環境アカウント',
    prompt: 'barneh..dev Admin, 東京支社.. here',
    colour: 'alarm',
  },
  { title: 'little room', facts: { state: 'unverified' }, width: 20, prompt: 'b.. A.. not ver..', colour: 'caution' },
  {
    title: 'a width that is none',
    changed: { AWSP_WIDTH: 'a[$(touch pwned)]', AWSP_ENDPOINT: 'AWS_ENDPOINT_URL' },
    prompt: 'barneh..dev Admin, AWS_ENDPOINT_URL set',
    colour: 'caution',
  },
  {
    title: 'overridden',
    changed: { AWS_ACCESS_KEY_ID: 'x' },
    prompt: 'barneh..dev Admin, AWS_ACCESS_KEY_ID set',
    colour: 'alarm',
  },
  { title: 'changed by hand', changed: { AWS_PROFILE: 'other' }, prompt: 'other not set by awsp', colour: 'caution' },
  {
    title: 'changed by hand, a long name',
    changed: { AWS_PROFILE: `${name}2` },
    prompt: 'barnehageplas..4567890112 not set by awsp',
    colour: 'caution',
  },
  {
    title: 'changed by hand, wide letters',
    changed: { AWS_PROFILE: '東京支社の開発環境アカウント' },
    prompt: '東京支社の開..アカウント not set by awsp',
    colour: 'caution',
  },
  // A program of before, which knows nothing of the text, has switched the shell to another profile.
  {
    title: 'the text of another profile',
    changed: { AWS_PROFILE: 'old', AWSP_PROFILE: 'old', AWSP_ACCOUNT_ID: '123456789099' },
    prompt: 'old 123456789099',
    colour: 'normal',
  },
  {
    title: 'the text of another account',
    changed: { AWSP_ACCOUNT_ID: '123456789099' },
    prompt: `${name} 123456789099`,
    colour: 'normal',
  },
  { title: 'the text of another role', changed: { AWSP_ROLE: 'Reader' }, prompt: name, colour: 'normal' },
  { title: 'no text', changed: { AWSP_TEXT: null }, prompt: name, colour: 'normal' },
];

const codes: Readonly<Record<Colour, { readonly ansi: string; readonly zsh: string }>> = {
  normal: { ansi: '36', zsh: '%F{cyan}' },
  caution: { ansi: '33', zsh: '%F{yellow}' },
  soon: { ansi: '35', zsh: '%F{magenta}' },
  over: { ansi: '31', zsh: '%F{red}' },
  production: { ansi: '1;37;41', zsh: '%B%F{white}%K{red}' },
  alarm: { ansi: '1;31;43', zsh: '%B%F{red}%K{yellow}' },
  none: { ansi: '', zsh: '' },
};

/** Bash puts \001 and \002 around what has no width. */
const drawn = new RegExp(
  `^(?:${String.fromCharCode(1)}?${String.fromCharCode(27)}\\[([\\d;]*)m${String.fromCharCode(2)}?)?\\((.*)\\)`,
);

/** The text between the parentheses of a prompt, and its colour. */
function read(shell: ShellName, line: string): { readonly prompt: string; readonly colour: string } {
  if (shell !== 'zsh') {
    const [, ansi = '', prompt = line] = drawn.exec(line) ?? [];
    return { prompt, colour: Object.entries(codes).find(([, code]) => code.ansi === ansi)?.[0] ?? ansi };
  }
  const [, open = '', prompt = line] = /^((?:%[BFK](?:\{\w+\})?)*)\((.*)\)/.exec(line) ?? [];
  const colour = Object.entries(codes).find(([, code]) => code.zsh === open)?.[0] ?? open;
  return { prompt: prompt.replaceAll('%%', '%'), colour };
}

describeAllShells('the text of the prompt', (shell) => {
  /** The prompts of many cases, of one shell. */
  async function promptsOf(cases: readonly Case[]): Promise<readonly { prompt: string; colour: string }[]> {
    const home = temporaryFolder();
    const state = `${home}/state`;
    const base = { ...bareEnvironment(home), XDG_STATE_HOME: state };
    const script = cases.flatMap((one, index) => {
      const folder = `${home}/${index}`;
      mkdirSync(folder);
      if (one.pin !== undefined) {
        const copy = `${state}/awsp/allowed${folder}/.awsp`;
        mkdirSync(dirname(copy), { recursive: true });
        writeFileSync(`${folder}/.awsp`, 'x\n');
        writeFileSync(copy, `${one.pin}\nx\n`);
      }
      return [`cd ${folder}`, ...environmentCode(base, one), show[shell]];
    });
    writeFileSync(`${home}/script`, [`source '${shimFolder}/awsp.${shell}'`, ...script, ''].join('\n'));
    const { stdout, stderr } = await runShell(shell, `source '${home}/script'`, { env: base });
    expect(stderr).toBe('');
    const lines = stdout.split('\n').slice(0, -1);
    expect(lines).toHaveLength(cases.length);
    return lines.map((line) => read(shell, line));
  }

  const show = {
    bash: '__awsp_prompt; printf \'%s\\n\' "$AWSP_PROMPT"',
    zsh: '__awsp_prompt; print -r -- "$AWSP_PROMPT"',
    fish: 'awsp_prompt; echo',
    nu: 'print (awsp_prompt)',
  };

  /** The statements that make a shell what it is after a switch and what was done since, whatever it was before. */
  function environmentCode(
    base: Environment,
    { facts: given = {}, changed = {}, width = 44 }: Case,
  ): readonly string[] {
    const facts: Facts = { ...plainFacts, ...given };
    const { profile, accountId, accountName = null, roleName, profileRegion: region } = facts;
    const prompt = promptText(
      { profile, alias: null, accountId, accountName, roleName, region },
      { format: null, width },
      stringWidth,
    );
    const expiresAt = facts.expiresAt === null ? null : soon(facts.expiresAt);
    const env = applyDelta(base, switchDelta(base, { ...facts, expiresAt, prompt }).delta);
    const wanted: Record<string, string | null> = { NO_COLOR: null, TERM: 'xterm', ...env, ...changed };
    const reset = [...variables.map((row) => row.name), ...regionVariables].map((one) => shells[shell].unset(one));
    return [
      ...reset,
      ...Object.entries(wanted).map(([one, value]) =>
        value === null ? shells[shell].unset(one) : shells[shell].set(one, value),
      ),
    ];
  }

  it('is as these cases say, in one shell', async () => {
    const found = await promptsOf(rows);
    expect(rows.map(({ title }, index) => [title, found[index]])).toEqual(
      rows.map(({ title, prompt, colour }) => [title, { prompt, colour }]),
    );
  });

  it('is at most as wide as it may be, and tells of production and of the account that is wanted', async () => {
    const anyName = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .filter((text) => !/[\p{Cc}\p{Cf}]/u.test(text));
    const less = {
      AWS_REGION: fc.oneof(fc.constant('eu-north-1'), anyName),
      AWSP_ENDPOINT: fc.constantFrom('AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_SSO_OIDC'),
    };
    const beating = { AWS_PROFILE: anyName, AWS_ACCESS_KEY_ID: fc.constant('x') };
    const anyCase = fc.record({
      width: fc.constantFrom(44, 44, 30, 100),
      facts: fc.record({
        profile: anyName,
        accountName: fc.option(anyName),
        roleName: fc.option(fc.stringMatching(/^[\w+=,.@-]{1,64}$/)),
        level: fc.constantFrom('normal', 'production'),
        state: fc.constantFrom('verified', 'unverified'),
        expiresAt: fc.option(fc.constantFrom(-1, 300)),
      }),
      changed: fc.oneof(
        { weight: 3, arbitrary: fc.record(less, { requiredKeys: [] }) },
        { weight: 1, arbitrary: fc.record({ ...less, ...beating }, { requiredKeys: [] }) },
      ),
      pin: fc.constantFrom(other, other, 'profile another-profile-with-a-long-name-of-its-own', undefined),
    });
    const cases: readonly Case[] = fc.sample(anyCase as fc.Arbitrary<Case>, { numRuns: 60, seed: 7 });
    const found = await promptsOf(cases);
    let alarms = 0;
    cases.forEach((one, index) => {
      const { prompt } = found[index] ?? { prompt: '' };
      expect(stringWidth(prompt)).toBeLessThanOrEqual((one.width ?? 44) - promptFrame);
      const { AWS_PROFILE, AWS_ACCESS_KEY_ID } = one.changed ?? {};
      if (one.width === 30 || one.pin !== other || AWS_PROFILE || AWS_ACCESS_KEY_ID) return;
      alarms += 1;
      expect(prompt).toContain('123456789013');
      if (one.facts?.level === 'production') expect(prompt).toMatch(/^PROD /);
    });
    expect(alarms).toBeGreaterThan(10);
  });
});

const plainFacts: Facts = {
  profile: name,
  accountId: id,
  accountName: null,
  roleName: 'AWSAdministratorAccess',
  state: 'verified',
  level: 'normal',
  expiresAt: null,
  until: null,
  profileRegion: 'eu-west-1',
  region: null,
};
