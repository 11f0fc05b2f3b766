import { createServer as createHttpServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSandbox, type Sandbox } from '../support/program.ts';

let sandbox: Sandbox;
let close: () => void = () => {};
beforeEach(async () => {
  sandbox = await makeSandbox();
});
afterEach(async () => {
  close();
  close = () => {};
  await sandbox.remove();
});

const lab = {
  id: 'AKIAIOSFODNN7EXAMPLE',
  secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  account: '123456789041',
};
const id = `aws_access_key_id = ${lab.id}\n`;
const secret = `aws_secret_access_key = ${lab.secret}\n`;
const wrong = 'aws_secret_access_key = wrong\n';
const hub = 'role_arn = arn:aws:iam::123456789042:role/Hub\n';
const awsItself = {
  AWS_ENDPOINT_URL_STS: undefined,
  AWS_ENDPOINT_URL_SSO: undefined,
  AWS_ENDPOINT_URL_SSO_OIDC: undefined,
};

/** What a cold switch to a profile of these files reaches. */
async function reach(name: string, config: string, credentials = '', env: Record<string, string | undefined> = {}) {
  sandbox.write('.aws/config', config);
  sandbox.write('.aws/credentials', credentials);
  const { code, stdout, stderr } = await sandbox.switchVia(['--verify', name], { env });
  return {
    code,
    stderr,
    account: /AWSP_STATE='verified'/.test(stdout) ? /ACCOUNT_ID='(\d+)'/.exec(stdout)?.[1] : null,
  };
}

async function listen(answer: RequestListener): Promise<string> {
  const server = createHttpServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.close();
    server.closeAllConnections();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the keys of one file, never mixed', () => {
  it.each([
    [
      'the credentials file has a pair, the config file an older one with a token',
      `${id}${wrong}aws_session_token = old\n`,
      `${id}${secret}`,
    ],
    ['the credentials file has a secret key alone', `${id}${secret}`, wrong],
    ['the credentials file has a token alone', `${id}${secret}`, 'aws_session_token = old\n'],
    ['the config file has a secret key alone', wrong, `${id}${secret}`],
  ])('%s', async (_what, config, credentials) => {
    const found = await reach('p', `[profile p]\nregion = eu-west-1\n${config}`, `[p]\n${credentials}`);
    expect(found).toMatchObject({ code: 0, account: lab.account });
  });

  it('an access key in the credentials file whose secret is in the config file is half a pair', async () => {
    const found = await reach('p', `[profile p]\nregion = eu-west-1\n${secret}`, `[p]\n${id}`);
    expect(found).toMatchObject({ code: 1, account: null });
    expect(found.stderr).not.toMatch(/Could not resolve credentials using profile|CredentialsProviderError/);
    expect(found.stderr).toContain('aws_access_key_id has no aws_secret_access_key beside it');
  });

  it('awsp show names the file and line of the keys that are used', async () => {
    sandbox.write('.aws/config', `[profile p]\nregion = eu-west-1\n${id}${wrong}aws_session_token = old\n`);
    sandbox.write('.aws/credentials', `[p]\n${id}${secret}`);
    const { properties } = JSON.parse((await sandbox.awsp(['show', 'p', '--json'])).stdout);
    const file = `${sandbox.home}/.aws/credentials`;
    expect(properties).toMatchObject({
      aws_access_key_id: { file, line: 2 },
      aws_secret_access_key: { file, line: 3 },
    });
    expect(properties).not.toHaveProperty('aws_session_token');
  });
});

describe('a source profile with keys and a role of its own', () => {
  const chained = `[default]\n${hub}source_profile = A\nregion = eu-west-1\n[profile A]\n${hub.replace('Hub', 'None')}source_profile = B\n[profile B]\nregion = eu-west-1\n`;

  it('lends its keys, not its role', async () => {
    const found = await reach('default', chained, `[A]\n${id}${secret}[B]\n${id}${wrong}`);
    expect(found).toMatchObject({ code: 0, account: '123456789042' });
  });

  it('assumes its role for itself', async () => {
    const found = await reach('A', chained.replace('None', 'Hub'), `[A]\n${id}${wrong}[B]\n${id}${secret}`);
    expect(found).toMatchObject({ code: 0, account: '123456789042' });
  });

  it('lends what comes before keys of the config file: its credential process', async () => {
    const process = `credential_process = echo '{"Version":1,"AccessKeyId":"${lab.id}","SecretAccessKey":"${lab.secret}"}'\n`;
    for (const source of ['p', 'q']) {
      const config = `[profile p]\n${hub}source_profile = ${source}\nregion = eu-west-1\n${id}${wrong}${process}[profile q]\n${hub}source_profile = p\n${id}${wrong}${process}`;
      expect(await reach('p', config)).toMatchObject({ code: 0, account: '123456789042' });
    }
  });
});

describe('a role is assumed in the region of the request for the identity', () => {
  it.each([
    ['AWS_REGION', { AWS_REGION: 'us-west-2' }, 'us-west-2'],
    ['AWS_DEFAULT_REGION', { AWS_DEFAULT_REGION: 'us-west-2' }, 'us-west-2'],
    ['that of the profile, not of its source', {}, 'eu-west-1'],
  ])('%s', async (_what, env, region) => {
    const hosts: string[] = [];
    const url = await listen(() => {});
    close();
    const server = createHttpServer();
    server.on('connect', (request, socket) => {
      hosts.push(request.url ?? '');
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(Number(new URL(url).port), '127.0.0.1', resolve));
    close = () => server.close();
    const config = `[profile r]\n${hub}source_profile = s\nregion = eu-west-1\n[profile s]\nregion = ap-south-1\n${id}${secret}`;
    const { stderr } = await reach('r', config, '', { ...awsItself, ...env, HTTPS_PROXY: url });
    expect(hosts[0]).toBe(`sts.${region}.amazonaws.com:443`);
    expect(stderr).toContain('the proxy answers 403');
  });
});

describe('behind a proxy that inspects', () => {
  const claims = Buffer.from(JSON.stringify({ iss: 'https://ci.example', aud: 'sts', sub: 'repo' })).toString(
    'base64url',
  );

  function webIdentity(): string {
    sandbox.write('token', `e30.${claims}.x`);
    sandbox.emulator.directory.roles.push({
      arn: 'arn:aws:iam::123456789044:role/Web',
      id: 'AROASAMPLEWEBAAAAAAAA',
      trusts: [],
      webIdentity: { issuer: 'https://ci.example', audience: 'sts', subject: 'repo' },
    });
    return `[profile w]\nrole_arn = arn:aws:iam::123456789044:role/Web\nweb_identity_token_file = ${sandbox.home}/token\nregion = eu-west-1\n`;
  }

  const pem = () => `${sandbox.home}/emulator.pem`;
  it.each<[string, () => Record<string, string>, () => string]>([
    ['AWS_CA_BUNDLE', () => ({ AWS_CA_BUNDLE: pem() }), () => ''],
    ['AWS_CA_BUNDLE with ~', () => ({ AWS_CA_BUNDLE: '~/emulator.pem' }), () => ''],
    ['REQUESTS_CA_BUNDLE', () => ({ REQUESTS_CA_BUNDLE: pem() }), () => ''],
    ['the profile’s ca_bundle', () => ({}), () => `ca_bundle = ${pem()}\n`],
    ['ca_bundle before REQUESTS_CA_BUNDLE', () => ({ REQUESTS_CA_BUNDLE: '/none' }), () => `ca_bundle = ${pem()}\n`],
  ])('a web identity is verified with the certificates of %s', async (_what, env, more) => {
    const { HTTPS_PROXY } = sandbox.envThroughProxy;
    const found = await reach('w', `${webIdentity()}${more()}`, '', { ...awsItself, HTTPS_PROXY, ...env() });
    expect(found).toMatchObject({ code: 0, account: '123456789044' });
  });

  it('its host may be written without a scheme', async () => {
    const { HTTPS_PROXY = '' } = sandbox.envThroughProxy;
    const env = { ...awsItself, HTTPS_PROXY: HTTPS_PROXY.replace('http://', ''), AWS_CA_BUNDLE: pem() };
    expect(await reach('w', webIdentity(), '', env)).toMatchObject({ code: 0, account: '123456789044' });
  });

  it('a request of http is forwarded by it', async () => {
    const asked: string[] = [];
    const HTTP_PROXY = await listen((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.host} ${request.headers['proxy-authorization']}`);
      response.writeHead(503).end();
    });
    const env = { HTTP_PROXY: HTTP_PROXY.replace('//', '//u:p@'), AWS_ENDPOINT_URL_STS: 'http://sts.test:81' };
    await reach('p', `[profile p]\nregion = eu-west-1\n${id}${secret}`, '', env);
    expect(asked[0]).toBe('POST http://sts.test:81/ sts.test:81 Basic dTpw');
  });

  it('an address that is none is said', async () => {
    const env = { ...awsItself, HTTPS_PROXY: 'http://:secret@' };
    const { stderr } = await reach('p', `[profile p]\nregion = eu-west-1\n${id}${secret}`, '', env);
    expect(stderr).toContain('the proxy in HTTPS_PROXY or HTTP_PROXY is not an address');
    expect(stderr).not.toContain('secret');
  });
});

describe('paths', () => {
  it.each(['$HOME/.aws/config', `\${HOME}/.aws/config`, '~/.aws/config'])('AWS_CONFIG_FILE may be %s', async (path) => {
    const { code, stdout } = await sandbox.switchVia(['--verify', 'barnehageplass', 'test'], {
      env: { AWS_CONFIG_FILE: path },
    });
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("AWSP_STATE='verified'") });
  });

  it.each([
    ['~/get.sh', true],
    ['$HOME/get.sh a', true],
    ['/bin/sh "$HOME/get.sh"', true],
    ['/bin/sh /x | tail -1', true],
    [`sh -c 'sh "$HOME/.aws/get.sh" | tail -1'`, false],
    ['/opt/get --a=b~c "d e"', false],
  ])('credential_process = %s: whether the AWS CLI can run it is said', async (command, isProblem) => {
    sandbox.write('.aws/config', `[profile p]\nregion = eu-west-1\ncredential_process = ${command}\n`);
    const { problems } = JSON.parse((await sandbox.awsp(['list', '--json'])).stdout);
    const message = expect.stringContaining('the AWS CLI and boto3 run credential_process without a shell');
    expect(problems).toEqual(isProblem ? [expect.objectContaining({ line: 3, message })] : []);
  });
});

describe('an answer that is not of AWS', () => {
  const pages: [number, string, string][] = [400, 403, 407, 418, 500, 503, 200].flatMap((status) => [
    [status, 'text/html', '<html>Blocked by policy<p>'],
    [status, 'text/plain', 'blocked'],
    [status, 'application/json', '{"blocked":true}'],
    [status, 'text/html', ''],
  ]);
  it.each(pages)('%i, %s, %j', async (status, type, body) => {
    const url = await listen((_, response) => response.writeHead(status, { 'content-type': type }).end(body));
    const config = `[profile p]\nregion = eu-west-1\n${id}${secret}[profile r]\n${hub}source_profile = p\nregion = eu-west-1\n`;
    for (const name of ['p', 'r']) {
      const { stderr, account, code } = await reach(name, config, '', { AWS_ENDPOINT_URL_STS: url });
      expect({ code, account }).toEqual({ code: 0, account: null });
      expect(stderr).toMatch(status >= 500 ? `AWS answers ${status}` : /what answered is not AWS/);
      expect(stderr).not.toMatch(/hidden field|\{error\}|Deserialization|SyntaxError|UnknownError/);
    }
  });
});
