import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeSandbox, type Sandbox } from '../support/program.ts';
import type { Finished } from '../support/run.ts';

/** How a server holds a request for ever. */
const holds: Readonly<Record<string, (response: ServerResponse) => void>> = {
  'stays silent': () => {},
  'sends headers only': (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.flushHeaders();
  },
  'sends a byte now and then': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = realInterval(() => response.write(' '), 5);
    response.once('close', () => clearInterval(timer));
  },
};

const realInterval = setInterval;
const realTimeout = setTimeout;

let sandbox: Sandbox;
let close: () => void = () => {};
/** Whether a request was held yet, and those that are. */
let isHolding = false;
let held = new Set<ServerResponse>();
beforeEach(async () => {
  isHolding = false;
  held = new Set();
  sandbox = await makeSandbox();
});
afterEach(async () => {
  vi.useRealTimers();
  close();
  await sandbox.remove();
});

/** A server that holds the requests of some paths, and passes the others to the emulator. */
async function startServer(toHold: RegExp, hold: (response: ServerResponse) => void): Promise<string> {
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const headers = Object.entries(request.headers).filter(
      ([name]) => !/^(connection|content-length|host)$/.test(name),
    );
    const answer = await fetch(`${sandbox.emulator.url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: headers.map(([name, value]): [string, string] => [name, String(value)]),
      ...(parts.length === 0 ? {} : { body: Buffer.concat(parts) }),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(await answer.text());
  };
  const server = createServer((request, response) => {
    if (toHold.test(`${request.method} ${request.url}`)) {
      const all = held.add(response);
      isHolding = true;
      response.once('close', () => all.delete(response));
      hold(response);
    } else void pass(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.close();
    server.closeAllConnections();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/**
 * Runs a command whose time goes faster than that of the server from the first held request on: while one is held, it is at
 * once what the command waits for next. Also returns how many seconds it took of its own.
 */
async function runFast(run: () => Promise<Finished>): Promise<Finished & { readonly seconds: number }> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const start = Date.now();
  let isRunning = true;
  const running = run().finally(() => {
    isRunning = false;
  });
  while (isRunning) {
    await new Promise((resolve) => realTimeout(resolve, 2));
    if (held.size > 0) await vi.advanceTimersToNextTimerAsync();
    else await vi.advanceTimersByTimeAsync(isHolding ? 200 : 5);
    if (Date.now() - start > 3_600_000) throw new Error('the command does not end');
  }
  const seconds = (Date.now() - start) / 1_000;
  return { ...(await running), seconds };
}

const sts = 'sandkasse-lab-Builder-123456789041';
const role = 'barnehageplass-test-AWSPowerUserAccess-123456789012';
const sso = { AWSP_PROFILE: undefined };
const noBrowser = { ...sso, BROWSER: '' };

/** A command, the request of it that is held, and how it ends within how many seconds. */
const cases: readonly (readonly [string, readonly string[], RegExp, number, RegExp, number])[] = [
  ['STS', ['switch', '--verify', sts], /^POST \/$/, 0, /not verified/, 60],
  ['the role credentials', ['switch', '--verify', role], /federation\/credentials/, 0, /not verified/, 60],
  ['RegisterClient', ['login', 'skjema', '--device-code'], /client\/register/, 1, /no answer in time/, 120],
  [
    'StartDeviceAuthorization',
    ['login', 'skjema', '--device-code'],
    /device_authorization/,
    1,
    /no answer in time/,
    60,
  ],
  ['CreateToken', ['login', 'skjema', '--device-code'], /POST \/token/, 1, /the code has expired/, 1_300],
  ['the renewal of a login', ['login', 'kart'], /POST \/token/, 1, /no answer in time/, 120],
  ['the renewal of a switch', ['switch', '--verify', 'kart'], /POST \/token/, 0, /not verified/, 60],
  ['Logout', ['logout', 'barnehage'], /POST \/logout/, 0, /AWS was not told/, 60],
  ['getSigninToken', ['console', 'Hub', '--print'], /POST \/federation/, 1, /no answer in time/, 60],
  ['ListAccounts', ['import', '--session', 'barnehage', '--yes'], /assignment\/accounts/, 1, /no answer in time/, 240],
  ['ListAccountRoles', ['import', '--session', 'barnehage', '--yes'], /assignment\/roles/, 1, /no answer in time/, 240],
];

describe.each(Object.entries(holds))('a server that %s', (_how, hold) => {
  it.each(cases)('at %s: the command ends', async (_what, args, toHold, code, message, maxSeconds) => {
    const [verb = '', ...rest] = args;
    const url = await startServer(toHold, hold);
    // A signed request must reach STS by the address that it was signed for.
    const services = verb === 'console' ? ['SIGNIN'] : ['STS', 'SSO', 'SSO_OIDC', 'SIGNIN'];
    const endpoints = services.map((service) => [`AWS_ENDPOINT_URL_${service}`, url]);
    const env = { ...noBrowser, ...Object.fromEntries(endpoints) };
    const ended = await runFast(() =>
      verb === 'switch' ? sandbox.switchVia(rest, { env }) : sandbox.awsp([verb, ...rest], { env }),
    );
    expect(ended).toMatchObject({ code, stderr: expect.stringMatching(message) });
    expect(ended.seconds).toBeLessThanOrEqual(maxSeconds);
  });
});
