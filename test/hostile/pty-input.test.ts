import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { openConsole } from '../../src/node/console.ts';
import { hostileTexts, steersTerminal } from '../support/hostile-values.ts';
import { type LyingServer, startLyingServer } from '../support/lying-server.ts';
import { makeSandbox, programFolder, type Sandbox } from '../support/program.ts';
import { bareEnvironment } from '../support/shells.ts';
import { openScreen, type Screen } from '../support/terminal.ts';

/** A console on streams in the place of a terminal. */
function fakeConsole() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  let shown = '';
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 10_000, rows: 24 });
  output.on('data', (data: Buffer) => {
    shown += data.toString();
  });
  const { ask } = openConsole(
    input as unknown as ReadStream,
    output as unknown as WriteStream,
    new EventEmitter() as never,
    true,
  );
  return { ask, type: (text: string) => input.write(text), shown: () => shown };
}

/** What readline writes to draw a line: CHA, ED, and line ends. */
const ownDrawing = ['\u001b[1G', '\u001b[0J', '\r', '\n'];

const withoutDrawing = (shown: string) =>
  ownDrawing.reduce((left, own) => left.replaceAll(own, ''), shown.replace(/\[\d+G/g, '[1G'));

describe('a draft', () => {
  test.each(hostileTexts)('is never input, and answers nothing: %s', async (_what, draft) => {
    const { ask, type, shown } = fakeConsole();
    let answer: string | null = null;
    const asking = ask('region: ', draft).then((line) => {
      answer = line;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(answer).toBeNull();
    expect(withoutDrawing(shown())).not.toMatch(steersTerminal);
    // Ctrl-U: what a person then types is the answer.
    type('\u0015mine\r');
    await asking;
    expect(answer).toBe('mine');
  });

  it('is there to be changed', async () => {
    const { ask, type, shown } = fakeConsole();
    const asking = ask('region: ', 'eu-west-1');
    await expect.poll(shown).toContain('region: eu-west-1');
    type('\u007f2\r');
    expect(await asking).toBe('eu-west-2');
  });
});

describe('a question', () => {
  test.each(hostileTexts)('shows no control character of what it is about: %s', async (_what, text) => {
    const { ask, type, shown } = fakeConsole();
    const asking = ask(`code of ${text}: `);
    await new Promise((resolve) => setTimeout(resolve, 20));
    type('123456\r');
    expect(await asking).toBe('123456');
    const own = ['\u001b[31m', '\u001b[0m', '\n'];
    const foreign = own.reduce((left, sequence) => left.replaceAll(sequence, ''), withoutDrawing(shown()));
    expect(foreign).not.toMatch(steersTerminal);
  });
});

describe('awsp new on a terminal', () => {
  let sandbox: Sandbox;
  let server: LyingServer;
  beforeEach(async () => {
    sandbox = await makeSandbox();
    server = await startLyingServer(sandbox.emulator.url);
  });
  afterEach(async () => {
    await server.close();
    await sandbox.remove();
  });

  const config = () => readFileSync(`${sandbox.home}/.aws/config`, 'utf8');

  function open(): Screen {
    const env = {
      ...bareEnvironment(sandbox.home),
      ...sandbox.env,
      AWS_ENDPOINT_URL_STS: server.url,
      AWS_ENDPOINT_URL_SSO: server.url,
      AWS_ENDPOINT_URL_SSO_OIDC: server.url,
      TERM: 'xterm-256color',
    };
    const args = [
      'new',
      '--start-url',
      'https://planted.awsapps.com/start',
      '--sso-region',
      'eu-west-1',
      '--no-browser',
    ];
    return openScreen(
      process.execPath,
      [`${programFolder}/dist/awsp.cjs`, ...args, '--session', 'planted'],
      env,
      sandbox.home,
      {
        cols: 120,
        rows: 40,
      },
    );
  }

  it.each([
    ['newlines', 'eu-north-1\ny\ny\ny\n'],
    ['carriage returns', 'eu-north-1\r\r\ry\r'],
    ['control characters', '\u001b[31m\u0015eu-north-1\r'],
    ['no region', 'planted'],
  ])('takes no answer from the region of an error: %s', async (_what, region) => {
    const before = config();
    server.lie = (path, answer) =>
      path === '/client/register'
        ? {
            status: 400,
            headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'InvalidRequestRegionException' },
            body: JSON.stringify({ error: 'invalid_request', error_description: 'no', region, endpoint: region }),
          }
        : answer;
    const screen = open();
    await screen.prompt(/: eu-west-1$/);
    expect(screen.lines().join('\n')).not.toContain('eu-north-1');
    expect(screen.lines().join('\n')).not.toContain('null');
    screen.type('\u0003');
    expect(await screen.ended).toBe(130);
    expect(config()).toBe(before);
  });
});
