import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grammarData, settingKeys, spellings } from '../../scripts/tables.ts';
import { exitCodes } from '../../src/exit-codes.ts';
import { run } from '../../src/run.ts';
import { programFolder } from '../support/program.ts';
import { runProgram } from '../support/run.ts';
import { describeWith } from '../support/shells.ts';
import { fakeWorld } from '../support/world.ts';

const { commands, standaloneOptions, commonOptions, environment, exitCodes: codes } = grammarData;

/** A letter, and the step back to its place. */
const overtyped = new RegExp(`.${String.fromCharCode(8)}`, 'gu');

const script = (name: string, ...args: readonly string[]) =>
  runProgram(process.execPath, [join(programFolder, 'scripts', name), ...args], { env: { SOURCE_DATE_EPOCH: '0' } });

it('what the docs have from the tables of the core is as `npm run docs` makes it', async () => {
  expect(await script('docs.mjs', '--check')).toEqual({ code: 0, stdout: '', stderr: '' });
});

describe('the help', () => {
  const help = async (...words: string[]): Promise<string> => {
    const { code, stdout } = await run([...words, '--help'], fakeWorld());
    expect(code).toBe(exitCodes.done);
    return stdout ?? '';
  };

  it('has every command, and every option that needs none', async () => {
    const text = await help();
    for (const [line] of commands.flatMap(({ usage }) => usage)) expect(text).toContain(`  ${line} `);
    for (const { name } of commands) expect(text).toContain(`awsp ${name}`);
    for (const option of [...standaloneOptions, ...commonOptions].flatMap(spellings)) expect(text).toContain(option);
  });

  it.each(commands)('of $name has every option of it', async ({ name, options }) => {
    const text = await help(name);
    for (const option of [...options, ...commonOptions].flatMap(spellings)) expect(text).toContain(option);
  });
});

describeWith('mandoc', 'the manual page', () => {
  let folder: string;
  let path: string;
  let shown: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'awsp-man-'));
    path = join(folder, 'awsp.1');
    expect(await script('man.mjs', folder)).toEqual({ code: 0, stdout: '', stderr: '' });
    const text = execFileSync('mandoc', ['-T', 'utf8', '-O', 'width=300', path], { encoding: 'utf8' });
    // Bold and underlined letters are typed over on paper.
    shown = text.replace(overtyped, '');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is good mdoc, and says the day that it is told', () => {
    expect(execFileSync('mandoc', ['-T', 'lint', path], { encoding: 'utf8' })).toBe('');
    expect(readFileSync(path, 'utf8')).toMatch(/^\.Dd January 1, 1970\n/);
  });

  it('has the commands, options, variables, settings and exit codes', () => {
    const usage = commands.flatMap(({ usage: rows }) => rows);
    const options = [...standaloneOptions, ...commonOptions, ...commands.flatMap(({ options: own }) => own)];
    const known = [
      ...usage.flat(),
      ...options.flatMap((option) => [spellings(option).join(', '), option.describe]),
      ...environment.flat(),
      ...settingKeys.map(({ section, key, example }) => `[${section}] ${key} = ${example}`),
      ...codes.map(({ meaning }) => meaning),
    ];
    expect(known.length).toBeGreaterThan(100);
    expect(known.filter((text) => !shown.includes(text))).toEqual([]);
    for (const { code } of codes) expect(shown).toMatch(new RegExp(`^ +${code}( |$)`, 'm'));
    expect(codes.map(({ code }) => code)).toEqual(Object.values(exitCodes));
  });
});
