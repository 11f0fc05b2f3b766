import { describe, expect, it } from 'vitest';
import { repositoryFile, section, tableRows } from '../support/readme.ts';

describe('how awsp keeps you out of the wrong account', () => {
  const rows = tableRows(section('How awsp keeps you out of the wrong account'));

  it('is a table of promises', () => {
    expect(rows.length).toBeGreaterThan(15);
  });

  it.each(rows)('%s', (_promise, link = '', title = '') => {
    const [, shown, path = ''] = /^\[(.+)\]\((.+)\)$/.exec(link) ?? [];
    expect(path).toBe(shown);
    // As the file writes it: between quotes of some kind.
    const written = ["'", '"', '`'].map((quote) => `${quote}${title}${quote}`);
    const text = repositoryFile(path).replaceAll("\\'", "'");
    expect(written.filter((quoted) => text.includes(quoted))).not.toEqual([]);
  });
});
