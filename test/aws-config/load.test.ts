import { describe, expect, it } from 'vitest';
import { loadProfiles } from '../../src/aws-config/load.ts';
import type { Environment, FileRead, World } from '../../src/world.ts';

function load(files: Record<string, FileRead>, env: Environment = {}, home: string | null = '/home/kari') {
  const read = (path: string): FileRead => files[path] ?? { kind: 'missing' };
  return loadProfiles({ env, home, files: { read } } as unknown as World);
}

const text = (content: string, clean = true): FileRead => ({ kind: 'text', text: content, clean });
const config = '/home/kari/.aws/config';
const credentials = '/home/kari/.aws/credentials';

describe('loadProfiles', () => {
  it('reads both files and merges them', () => {
    const profiles = load({
      [config]: text('[profile dev]\nregion = eu-west-1\n'),
      [credentials]: text('[dev]\nregion = eu-north-1\n[old]\n'),
    });
    expect(profiles.names).toEqual(['dev', 'old']);
    expect(profiles.get('dev')?.region).toBe('eu-north-1');
    expect(profiles.paths).toEqual([config, credentials]);
    expect(profiles.problems()).toEqual([]);
  });

  it('has no profiles and no problem if both files are missing', () => {
    const profiles = load({});
    expect(profiles.names).toEqual([]);
    expect(profiles.paths).toEqual([config, credentials]);
    expect(profiles.problems()).toEqual([]);
  });

  it('uses the variables for the paths', () => {
    const env = { AWS_CONFIG_FILE: '~/c', AWS_SHARED_CREDENTIALS_FILE: '/k' };
    const profiles = load({ '/home/kari/c': text('[profile a]'), '/k': text('[b]') }, env);
    expect(profiles.names).toEqual(['a', 'b']);
  });

  it.each([
    ['permission denied', 'cannot be read: permission denied'],
    ['is larger than 64 MB', 'cannot be read: is larger than 64 MB'],
  ])('reads the other file if one is unreadable: %s', (reason, message) => {
    const profiles = load({ [config]: { kind: 'unreadable', reason }, [credentials]: text('[dev]') });
    expect(profiles.names).toEqual(['dev']);
    expect(profiles.problems()).toEqual([
      { id: 'unreadable', fault: 'not-readable', reason, file: config, line: null, message },
    ]);
  });

  it('names the line of the first bytes that are not UTF-8', () => {
    const profiles = load({ [config]: text('[profile a]\n# caf\ufffd\nregion = x\n', false) });
    expect(profiles.get('a')?.region).toBe('x');
    expect(profiles.problems()).toEqual([
      {
        id: 'encoding',
        fault: 'not-utf-8',
        file: config,
        line: 2,
        message: 'the file is not UTF-8: the AWS CLI and boto3 reject the whole file for it',
      },
    ]);
  });

  it.each([
    ['UTF-16', `\ufffd\ufffd${[...'[profile dev]\nregion = x\n'].map((character) => `${character}\0`).join('')}`],
    ['binary', '\ufffd\0\u0001[\ufffd\ufffd]=\0'.repeat(50)],
  ])('reports one problem for a file that is not text: %s', (_name, content) => {
    const profiles = load({ [config]: text(content, false), [credentials]: text('[dev]') });
    expect(profiles.names).toEqual(['dev']);
    expect(profiles.problems()).toEqual([
      {
        id: 'encoding',
        fault: 'not-text',
        file: config,
        line: null,
        message: 'is not text, or not UTF-8; save it as UTF-8',
      },
    ]);
  });

  it('reports that HOME is not set', () => {
    const profiles = load({}, {}, null);
    expect(profiles.paths).toEqual([]);
    expect(profiles.problems().map(({ file, message }) => `${file}: ${message}`)).toEqual([
      '~/.aws/config: HOME is not set, so the file cannot be found; set HOME or AWS_CONFIG_FILE',
      '~/.aws/credentials: HOME is not set, so the file cannot be found; set HOME or AWS_SHARED_CREDENTIALS_FILE',
    ]);
  });

  it('reports an empty variable, which the AWS CLI and the SDKs read differently', () => {
    const profiles = load({ [config]: text('[profile a]') }, { AWS_CONFIG_FILE: '' });
    expect(profiles.names).toEqual([]);
    expect(profiles.paths).toEqual([credentials]);
    expect(profiles.problems().map(({ message }) => message)).toEqual([
      'AWS_CONFIG_FILE is empty, so the AWS CLI and boto3 do not read the file, though the AWS SDKs do; unset it',
    ]);
  });
});
