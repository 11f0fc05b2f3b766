import { describe, expect, it } from 'vitest';
import { browserCommand } from '../../src/sso/browser.ts';
import { fakeWorld } from '../support/world.ts';

const url = 'https://oidc.eu-west-1.amazonaws.com/authorize?a=b&c=%20$(x)';

function commandIn(
  env: Record<string, string>,
  installed: readonly string[],
  platform = 'linux',
  setting: string | null = null,
) {
  const world = fakeWorld({ env });
  const findProgram = (name: string) => (installed.includes(name) ? `/bin/${name}` : null);
  const command = browserCommand({ ...world, platform, files: { ...world.files, findProgram } }, url, setting);
  return command && [command.program, ...command.args];
}

describe('the browser', () => {
  it.each([
    ['of the desktop', { DISPLAY: ':0' }, ['xdg-open'], 'linux', ['/bin/xdg-open', url]],
    ['of a Wayland desktop', { WAYLAND_DISPLAY: 'w' }, ['xdg-open'], 'linux', ['/bin/xdg-open', url]],
    ['without a display', {}, ['xdg-open'], 'linux', null],
    ['without a program', { DISPLAY: ':0' }, [], 'linux', null],
    ['of a Mac', {}, [], 'darwin', ['/usr/bin/open', url]],
    ['of Windows beneath Linux', { WSL_DISTRO_NAME: 'Debian' }, ['wslview'], 'linux', ['/bin/wslview', url]],
    ['over SSH', { SSH_CONNECTION: 'x', DISPLAY: ':0' }, ['xdg-open'], 'linux', null],
    ['over SSH to a Mac', { SSH_TTY: '/dev/ttys1' }, [], 'darwin', null],
    ['of BROWSER', { BROWSER: 'firefox' }, ['firefox', 'xdg-open'], 'linux', ['/bin/firefox', url]],
    ['of BROWSER, over SSH', { BROWSER: 'w3m', SSH_TTY: 'x' }, ['w3m'], 'linux', ['/bin/w3m', url]],
    ['of BROWSER, by path', { BROWSER: '/opt/b' }, [], 'linux', ['/opt/b', url]],
    ['of BROWSER, with arguments', { BROWSER: 'b -n' }, ['b'], 'linux', ['/bin/b', '-n', url]],
    ['of BROWSER, with a place for the address', { BROWSER: 'b %s -n' }, ['b'], 'linux', ['/bin/b', url, '-n']],
    ['of BROWSER, the first there is', { BROWSER: 'a:b' }, ['b'], 'linux', ['/bin/b', url]],
    ['of BROWSER that is not there', { BROWSER: 'a', DISPLAY: ':0' }, ['xdg-open'], 'linux', ['/bin/xdg-open', url]],
  ])('%s', (_which, env, installed, platform, expected) => {
    expect(commandIn(env as Record<string, string>, installed, platform)).toEqual(expected);
  });

  it.each([
    ['goes before BROWSER', 'firefox', ['/bin/firefox', url]],
    ['goes with arguments', 'firefox -P work', ['/bin/firefox', '-P', 'work', url]],
    ['says where the address goes', 'firefox %s -n', ['/bin/firefox', url, '-n']],
    ['says where in an argument it goes', 'firefox --app=%s', ['/bin/firefox', `--app=${url}`]],
    ['may have a path', '/opt/b', ['/opt/b', url]],
    ['may have a colon', 'open:er', ['open:er', url]],
    ['stays the choice where there is none', 'no-such', ['no-such', url]],
  ])('of the settings %s', (_what, setting, expected) => {
    const env = { BROWSER: 'w3m', SSH_CONNECTION: 'x' };
    expect(commandIn(env, ['w3m', 'firefox'], 'linux', setting)).toEqual(expected);
  });
});
