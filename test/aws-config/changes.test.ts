import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeChange } from '../../src/aws-config/changes.ts';
import { removeSection, type SectionTarget, writeSection } from '../../src/aws-config/edit.ts';
import { printable } from '../../src/lib/text.ts';
import { runs } from '../support/runs.ts';
import { dialectText } from './dialect.ts';

const change = (before: string, after: string) => describeChange(before, after).split('\n');
const profile = (name: string): SectionTarget => ({ type: 'profile', name });
const write = (text: string, name: string, properties: Readonly<Record<string, string | null>>) =>
  writeSection(text, 'config', profile(name), new Map(Object.entries(properties)));

describe('the change', () => {
  it('is shown under the headers', () => {
    const before = '[default]\nregion = x\n\n[profile a]\nregion = x\noutput = json\n[profile b]\nregion = x\n';
    const changed = write(write(before, 'a', { region: 'y', output: null }), 'c', { region: 'z' });
    expect(change(before, changed)).toEqual([
      '  [profile a]',
      '- region = x',
      '- output = json',
      '+ region = y',
      '',
      '+ [profile c]',
      '+ region = z',
    ]);
  });

  it('has a blank line between new sections, and none before a header that replaces another', () => {
    const after = '[sso-session s]\nr = 1\n\n\n[profile b]\nr = 2\n';
    const shown = ['+ [sso-session s]', '+ r = 1', '', '+ [profile b]', '+ r = 2'];
    expect(change('', after)).toEqual(shown);
    expect(change('[profile a]\nr = 1\n', `[profile a]\nr = 1\n\n${after}`)).toEqual(shown);
    expect(change('[profile a] # x\nr = 1\n', '[profile a] # y\nr = 1\n')).toEqual([
      '- [profile a] # x',
      '+ [profile a] # y',
    ]);
  });

  it('by removing a section is that section', () => {
    const before = '[x]\ny = 1\n\n# of a\n[profile a]\nr = 1\n# of a\n\n# of z\n[z]\ny = 1\n';
    expect(change(before, removeSection(before, 'config', profile('a')))).toEqual([
      '- [profile a]',
      '- r = 1',
      '- # of a',
    ]);
  });

  it('is shown among sections that are equal', () => {
    const same = '[profile a]\nr = 1\n';
    expect(change(same + same, `${same + same}r = 2\n`)).toEqual(['  [profile a]', '+ r = 2']);
    expect(change(`${same}[x]\n${same}`, same + same)).toEqual(['- [x]']);
  });

  it('shows no secret', () => {
    const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
    const before = `[a]\nAWS_Secret_Access_Key=${secret}\n[b]\naws_session_token = x\n  ${secret}\n# aws_session_token = ${secret}\n`;
    const shown = change(before, '[a]\naws_secret_access_key = other\n');
    expect(shown.join('\n')).not.toContain(secret.slice(0, -4));
    expect(shown).toEqual([
      '  [a]',
      '- AWS_Secret_Access_Key=****************EKEY',
      '+ aws_secret_access_key = ****************',
      '',
      '- [b]',
      '- aws_session_token = ****************',
      '- ****************EKEY',
      '- # aws_session_token = ****************EKEY',
    ]);
  });

  it('shows no secret that is indented by mistake', () => {
    const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
    for (const first of ['region = x', 'region =']) {
      const text = `[profile a]\n${first}\n  aws_secret_access_key = ${secret}\n`;
      expect(change(text, '')).toEqual([
        '- [profile a]',
        `- ${first}`,
        '-   aws_secret_access_key = ****************EKEY',
      ]);
    }
  });

  it('to each of 10,000 profiles is below its header', () => {
    const many = (region: string) =>
      Array.from({ length: 10_000 }, (_, n) => `[profile p${n}]\nregion = ${region}\noutput = json\n`).join('');
    const shown = change(many('x'), many('y'));
    expect(shown).toHaveLength(40_000 - 1);
    expect(shown.slice(-4)).toEqual(['', '  [profile p9999]', '- region = x', '+ region = y']);
  });

  it('between files without a common line is all of both', () => {
    const many = (letter: string) =>
      Array.from({ length: 10_000 }, (_, n) => `[profile ${letter}${n}]\nregion = ${letter}\n`).join('');
    const shown = change(many('x'), many('y'));
    expect(shown.map((line) => line[0]).join('')).toBe('-'.repeat(20_000) + '+'.repeat(20_000));
  });

  it('in a section of very many lines is short, or all of them', () => {
    const many = (value: (n: number) => string) =>
      `[services s]\n${Array.from({ length: 10_000 }, (_, n) => `k${n} = ${value(n)}\n`).join('')}`;
    const same = many(() => 'x');
    const one = many((n) => (n === 5_000 ? 'y' : 'x'));
    expect(change(same, one)).toEqual(['  [services s]', '- k5000 = x', '+ k5000 = y']);
    const half = many((n) => (n % 2 === 0 ? 'y' : 'x'));
    expect(
      change(same, half)
        .map((line) => line[0])
        .join(''),
    ).toMatch(/^ -{9999}\+{9999}$/);
  });

  it('between any two texts is complete', () => {
    // A byte order mark may be a line by itself or part of one, and secrets are masked.
    const text = dialectText().map((one) => one.replace(/^\ufeff/, '').replace(/aws_access_key_id/gi, 'key'));
    /** How often each line occurs that a difference can show. */
    const counts = (lines: readonly string[]) => {
      const found = new Map<string, number>();
      for (const line of lines) found.set(line, (found.get(line) ?? 0) + 1);
      return found;
    };
    const linesOf = (one: string) =>
      one
        .split(/\r\n|\r|\n/)
        .filter((line) => line.trim() !== '')
        .map((line) => printable(line.replaceAll('\t', ' ')));
    fc.assert(
      fc.property(text, text, fc.boolean(), (one, other, isNear) => {
        const [before, after] = [one, isNear ? one.replace(/a|$/, () => other) : other];
        const shown = describeChange(before, after).split('\n');
        const marked = (mark: string) => shown.filter((line) => line.startsWith(mark)).map((line) => line.slice(2));
        expect(counts([...linesOf(before), ...marked('+ ')])).toEqual(counts([...linesOf(after), ...marked('- ')]));
      }),
      { numRuns: runs(600) },
    );
  });
});
