import { describe, expect, it } from 'vitest';
import { configPaths, displayPath, homeFolder } from '../../src/aws-config/paths.ts';

it.each([
  [{ HOME: '/home/kari' }, '/home/kari'],
  [{ HOME: '/home/kari//' }, '/home/kari'],
  [{ HOME: '/' }, ''],
  [{ HOME: '' }, null],
  [{}, null],
])('the home of %j', (env, expected) => {
  expect(homeFolder(env)).toBe(expected);
});

describe('configPaths', () => {
  const home = '/home/kari';
  it.each([
    ['by default, in the home', {}, home, '/home/kari/.aws/config'],
    ['an absolute path as it is', { AWS_CONFIG_FILE: '/etc/aws' }, home, '/etc/aws'],
    ['a relative path as it is', { AWS_CONFIG_FILE: 'aws/config' }, home, 'aws/config'],
    ['~/ is the home', { AWS_CONFIG_FILE: '~/x/config' }, home, '/home/kari/x/config'],
    ['~ is the home', { AWS_CONFIG_FILE: '~' }, home, '/home/kari'],
    ['~ within a path is a ~', { AWS_CONFIG_FILE: '/a/~/b' }, home, '/a/~/b'],
    ['~name is not expanded', { AWS_CONFIG_FILE: '~kari/b' }, home, '~kari/b'],
    ['a variable is expanded', { AWS_CONFIG_FILE: '$DIR/b', DIR: '/d' }, home, '/d/b'],
    ['a braced variable is expanded', { AWS_CONFIG_FILE: '\u0024{DIR}x/b', DIR: '/d' }, home, '/dx/b'],
    ['a variable is expanded before ~', { AWS_CONFIG_FILE: '$DIR/b', DIR: '~' }, home, '/home/kari/b'],
    ['an unknown variable stays', { AWS_CONFIG_FILE: '$NONE/b' }, home, '$NONE/b'],
    ['a name of every object stays', { AWS_CONFIG_FILE: '$constructor/b' }, home, '$constructor/b'],
    ['empty means no file', { AWS_CONFIG_FILE: '' }, home, null],
    ['without a home there is no default', {}, null, null],
    ['without a home ~ leads nowhere', { AWS_CONFIG_FILE: '~/b' }, null, null],
    ['without a home an absolute path still does', { AWS_CONFIG_FILE: '/b' }, null, '/b'],
    ['the root as home', {}, '', '/.aws/config'],
    ['~ is the root then', { AWS_CONFIG_FILE: '~' }, '', '/'],
  ])('%s', (_name, env, from, expected) => {
    expect(configPaths(env, from).config).toBe(expected);
  });

  it('finds the credentials file by its own variable', () => {
    expect(configPaths({ AWS_SHARED_CREDENTIALS_FILE: '/c' }, home)).toEqual({
      config: '/home/kari/.aws/config',
      credentials: '/c',
    });
  });
});

describe('displayPath', () => {
  it.each([
    ['/home/kari/.aws/config', '/home/kari', '~/.aws/config'],
    ['/home/karianne/.aws/config', '/home/kari', '/home/karianne/.aws/config'],
    ['/etc/aws', '/home/kari', '/etc/aws'],
    ['/etc/aws', '', '/etc/aws'],
    ['/etc/aws', null, '/etc/aws'],
  ])('%s from %s is %s', (path, home, expected) => {
    expect(displayPath(path, home)).toBe(expected);
  });
});
