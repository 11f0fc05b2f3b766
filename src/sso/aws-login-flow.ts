import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { asAccountId, asErrorCode, asIdentityArn, asToken } from '../network/fields.ts';
import { timeouts } from '../network/timeouts.ts';
import { copyOverSsh } from '../terminal/clipboard.ts';
import { type Interrupt, listenForInterrupt } from '../terminal/interrupt.ts';
import { tell } from '../terminal/messages.ts';
import type { World } from '../world.ts';
import { asSignedIn, type LoginTarget, loginCommand, loginInWords } from './aws-login.ts';
import { checkLoginWritable, type IssuedLogin, saveAwsLogin } from './aws-login-cache.ts';
import { toLoginError } from './aws-login-errors.ts';
import { SignInService } from './aws-login-service.ts';
import { type CodeGrant, LoopbackUnavailable, type PageOptions, signInByBrowser } from './browser-sign-in.ts';
import { newDpopKey } from './dpop.ts';
import { accessDenied } from './errors.ts';

export interface AwsLoginOptions extends PageOptions {
  /** Sign in with a browser on any machine, which shows a code to paste here. */
  readonly remote: boolean;
}

/**
 * Signs a person in as `aws login` does (awscli, customizations/login), and saves the sign-in where the AWS CLI and the SDKs
 * read it. Whether it can be saved is checked before the person is asked. Throws an `AwspError` when AWS refuses, when the
 * person denies, and when another identity has signed in than that of the profile (exit code 5); `Cancelled` on Ctrl-C.
 * Resolves to the ARN of who has signed in.
 */
export async function signInByAwsLogin(world: World, login: LoginTarget, options: AwsLoginOptions): Promise<string> {
  checkLoginWritable(world, login);
  const service = new SignInService(world, login, login.region, timeouts.signIn);
  const interrupt = listenForInterrupt(world);
  const secrets = { dpopKey: newDpopKey(), codeVerifier: world.random(48) };
  const attempt: Attempt = { world, login, service, interrupt, options, ...secrets, signedIn: login.arn ?? '' };
  try {
    await (options.remote ? signInRemotely(attempt) : signInHere(attempt));
    return attempt.signedIn;
  } catch (error) {
    throw toLoginError(error, service.transport, login, login.region);
  } finally {
    interrupt.end();
  }
}

// --- internal ---

interface Attempt {
  readonly world: World;
  readonly login: LoginTarget;
  readonly service: SignInService;
  readonly interrupt: Interrupt;
  readonly options: AwsLoginOptions;
  /** PEM. */
  readonly dpopKey: string;
  /** 64 characters, as the AWS CLI's. */
  readonly codeVerifier: string;
  /** The ARN of who has signed in. */
  signedIn: string;
}

/** AWS's own clients: the AWS CLI uses them as well, and there is no registration. */
const clients = {
  here: 'arn:aws:signin:::devtools/same-device',
  remote: 'arn:aws:signin:::devtools/cross-device',
} as const;

async function signInHere(attempt: Attempt): Promise<void> {
  const { world, login, interrupt, options } = attempt;
  const state = world.random(24);
  const grant: CodeGrant = {
    place: placeOf(login),
    state,
    hints: [],
    alternative: '--remote',
    authorizeUrl: async (redirectUri) => authorizeUrl(attempt, clients.here, redirectUri, state),
    exchange: (code, redirectUri) => redeem(attempt, clients.here, code, redirectUri),
    toError: redirectError,
  };
  try {
    await signInByBrowser(world, interrupt, grant, options);
  } catch (error) {
    if (!(error instanceof LoopbackUnavailable)) throw error;
    const text = `nobody can listen on 127.0.0.1 here (${error.message}): the sign-in needs a code`;
    throw new AwspError(exitCodes.failed, text, [`sign in with: ${loginCommand(login)} --remote`], error);
  }
}

async function signInRemotely(attempt: Attempt): Promise<void> {
  const { world, login, service, interrupt } = attempt;
  if (!world.terminal.interactive) {
    const text = `you are not signed in for ${loginInWords(login)}, and there is no terminal to paste the code of the page on`;
    const command = `${loginCommand(login)} --remote`;
    throw new AwspError(exitCodes.signInNeeded, text, [`sign in on a terminal, with: ${command}`]);
  }
  const state = world.random(24);
  const redirectUri = `${service.baseUrl}/v1/sessions/confirmation`;
  const url = authorizeUrl(attempt, clients.remote, redirectUri, state);
  const lines = [
    `awsp: signing in to ${placeOf(login)}`,
    '  open this page in a browser, on any machine:',
    `  ${url}`,
    ...copyOverSsh(world, url).map((line) => `  ${line}`),
    '  and paste the code that it shows at the end',
  ];
  tell(world.terminal, ...lines);
  for (;;) {
    const pasted = await interrupt.orCancelled(world.terminal.ask('awsp: the code: ', undefined, 'discard'));
    const code = codeIn(pasted, state);
    if (code !== null) return redeem(attempt, clients.remote, code, redirectUri);
    tell(world.terminal, '  that is not the code of this sign-in; paste all of it');
  }
}

function placeOf({ arn, profile }: LoginTarget): string {
  return arn === null ? 'the AWS console, for a new profile' : `the AWS console as ${arn}, for "${profile}"`;
}

function authorizeUrl(attempt: Attempt, clientId: string, redirectUri: string, state: string): string {
  const { world, service, codeVerifier } = attempt;
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    state,
    // AWS's name for S256 of RFC 7636.
    code_challenge_method: 'SHA-256',
    scope: 'openid',
    redirect_uri: redirectUri,
    code_challenge: world.challenge(codeVerifier),
  });
  return `${service.baseUrl}/v1/authorize?${query}`;
}

/** The authorization code in what the person has pasted: the base64 of `state=…&code=…`. Null for any other text. */
function codeIn(pasted: string, state: string): string | null {
  const text = pasted.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/_-]{8,8192}={0,2}$/.test(text)) return null;
  const parameters = new URLSearchParams(Buffer.from(text, 'base64').toString('latin1'));
  return parameters.get('state') === state ? asToken(parameters.get('code')) : null;
}

/** Exchanges the code for keys, and saves them when they are those of the profile's `login_session`. */
async function redeem(attempt: Attempt, clientId: string, code: string, redirectUri: string): Promise<void> {
  const { world, login, service, interrupt, dpopKey, codeVerifier } = attempt;
  const grant = { kind: 'code', code, codeVerifier, redirectUri } as const;
  const issued = await interrupt.orCancelled(service.createToken(clientId, dpopKey, grant));
  const { arn, accountId } = identityIn(issued);
  if (login.arn !== null && arn !== login.arn) throw wrongIdentity(login, arn);
  attempt.signedIn = arn;
  try {
    saveAwsLogin(world, asSignedIn(world, login, arn), issued, {
      clientId,
      dpopKey,
      region: service.region,
      accountId,
    });
  } catch (error) {
    if (!(error instanceof AwspError)) throw error;
    const text = `AWS accepted the sign-in, but it could not be saved: ${error.message}`;
    throw new AwspError(error.code, text, [`fix that, then sign in again: ${loginCommand(login)}`], error);
  }
}

/** Who has signed in: the `sub` of the id token, which came from AWS itself, so that its signature says no more. */
function identityIn({ idToken }: IssuedLogin): { readonly arn: string; readonly accountId: string } {
  const [, payload = ''] = (idToken ?? '').split('.');
  const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) ?? {};
  const accountId = typeof sub === 'string' ? asAccountId(sub.split(':')[4]) : null;
  const arn = accountId === null ? null : asIdentityArn(sub, accountId);
  if (accountId === null || arn === null) throw new SyntaxError('the id token of the sign-in names nobody');
  return { arn, accountId };
}

function wrongIdentity(login: LoginTarget, actual: string): AwspError {
  const { arn, profile } = login;
  return new AwspError(exitCodes.wrongAccount, `you signed in as "${actual}", but "${profile}" is for "${arn}"`, [
    'nothing was saved; choose that session in the browser, or sign in to the console with it first',
    `then sign in again: ${loginCommand(login)}`,
  ]);
}

function redirectError(code: string): AwspError {
  if (code === accessDenied) return new AwspError(exitCodes.failed, 'the sign-in was denied in the browser');
  const what = asErrorCode(code) === null ? 'an error that is none of OAuth' : `the error "${code}"`;
  return new AwspError(exitCodes.failed, `the browser returned ${what}, not an authorization code`);
}
