import { displayPath } from '../aws-config/paths.ts';
import type { Context } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { isRegionName } from '../lib/region-name.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { listed } from '../lib/text.ts';
import type { Message, Outcome } from '../outcome.ts';
import { type AwsLogin, allAwsLogins } from '../sso/aws-login.ts';
import { awsLoginFiles, leftoverLoginFiles } from '../sso/aws-login-cache.ts';
import { endSignIn } from '../sso/portal.ts';
import { allRoleCredentials } from '../sso/role-credentials.ts';
import { allSessions, type SsoSession } from '../sso/session.ts';
import { leftoverTokenFiles, type SignInFile, signInFile, signInFiles } from '../sso/token-cache.ts';
import type { World } from '../world.ts';
import { cachedRoles } from './cached-roles.ts';
import { findSignIn } from './login.ts';
import { settingsMessages } from './query.ts';

export interface LogoutOptions {
  readonly query: readonly string[];
  readonly all: boolean;
}

/**
 * `awsp logout [query]`: ends a sign-in at AWS and removes its files; warns when AWS cannot be reached, and fails when a
 * file cannot be removed, which it names. With `--all` every sign-in in the cache, also of portals that no profile names
 * any more, as `aws sso logout` does.
 */
export async function logout(given: Context, { query, all }: LogoutOptions): Promise<Outcome> {
  const remover = new Remover(given.world);
  const context = { ...given, world: remover.world };
  const wanted = all ? null : await findSignIn(context, query);
  if (wanted === null || wanted.session !== null) await endSessions(context, remover, wanted?.session ?? null);
  if (wanted === null || wanted.login !== null) await forgetAwsLogins(context, remover, wanted?.login ?? null);
  const messages = remover.messages();
  if (messages.length === 0) {
    const place =
      wanted === null ? 'anywhere' : `to ${wanted.session?.startUrl ?? `the console as ${wanted.login?.arn}`}`;
    messages.push({ kind: 'note', text: `not signed in ${place}` });
  }
  const code = remover.hasFailed() ? exitCodes.failed : exitCodes.done;
  return { code, messages: [...settingsMessages(context), ...messages] };
}

// --- internal ---

/** Ends the sign-ins to one portal, or to all portals, at AWS, and removes their files. */
async function endSessions(context: Context, remover: Remover, wanted: SsoSession | null): Promise<void> {
  const { world, profiles } = context;
  const all = wanted === null;
  const used = allSessions(profiles).filter(({ session }) => all || session.key === wanted.key);
  const signIns = cachedSignIns(world, used, all);
  const ofSessions = cachedRoles(
    context,
    used.map(({ session }) => session),
  );
  const roleCredentials = new Set([...ofSessions, ...(all ? allRoleCredentials(world) : [])]);
  // AWS first: without its file a sign-in could not be ended there any more.
  const troubles = await Promise.all(signIns.map(({ session, file }) => endAtAws(world, session, file)));
  /** The portals at which sign-ins could not be ended, by what was in the way. */
  const untold = new Map<string, Set<string>>();
  for (const [index, { session, file }] of signIns.entries()) {
    const trouble = troubles[index] ?? null;
    if (remover.remove(file.path)) remover.say('done', `signed out of ${session.startUrl}`);
    else if (trouble === null) remover.say('note', `signed out of ${session.startUrl} at AWS`);
    if (trouble !== null) untold.set(trouble, (untold.get(trouble) ?? new Set()).add(session.startUrl));
  }
  for (const [trouble, portals] of untold) {
    const which = signIns.length === 1 ? '' : ` of ${listed([...portals])}`;
    const until = portals.size === 1 ? 'the session until it ends' : 'the sessions until they end';
    remover.say('warning', `AWS was not told${which} and may accept ${until}: ${trouble}`);
  }
  for (const path of [...roleCredentials, ...(await leftoverTokenFiles(world))]) remover.remove(path);
}

/**
 * Removes the files of one sign-in by `aws login`, or of all. AWS has no request that ends one; `aws logout` says the same
 * (awscli, customizations/login/logout.py).
 */
async function forgetAwsLogins(context: Context, remover: Remover, wanted: AwsLogin | null): Promise<void> {
  const { world, profiles } = context;
  const paths = wanted === null ? awsLoginFiles(world) : [wanted.path ?? ''].filter((path) => isThere(world, path));
  const what = wanted === null ? 'signed out of aws login' : `signed out of aws login as ${wanted.arn}`;
  const removed = paths.filter((path) => remover.remove(path));
  if (removed.length > 0) {
    remover.say('done', removed.length === 1 ? what : `${what}, ${removed.length} sign-ins`);
    remover.say('note', 'programs that have its keys already can use them until they expire, in at most 15 minutes');
  }
  const logins = wanted === null ? allAwsLogins(world, profiles).map(({ login }) => login) : [wanted];
  for (const path of [...cachedRoles(context, [], logins), ...(await leftoverLoginFiles(world))]) remover.remove(path);
}

function isThere({ files }: World, path: string): boolean {
  return path !== '' && files.read(path).kind !== 'missing';
}

type Used = ReturnType<typeof allSessions>[number];

interface CachedSignIn {
  readonly session: SsoSession;
  readonly file: SignInFile;
}

/** The cached sign-ins of these sessions; with `all` also those that are of no session. */
function cachedSignIns(world: World, used: readonly Used[], all: boolean): readonly CachedSignIn[] {
  const found = used.flatMap(({ session }): CachedSignIn[] => {
    const file = signInFile(world, session.key);
    return file === null ? [] : [{ session, file }];
  });
  if (!all) return found;
  const known = new Set(found.map(({ file }) => file.path));
  const others = signInFiles(world).filter(({ path }) => !known.has(path));
  return [...found, ...others.map((file) => ({ session: sessionOfFile(file, world.home), file }))];
}

/** For the file of a sign-in that no profile uses, so that AWS can be asked to end it. */
function sessionOfFile({ path, signIn }: SignInFile, home: string | null): SsoSession {
  const startUrl = signIn?.startUrl || `the portal of ${displayPath(path, home)}`;
  return { key: path, name: null, startUrl, region: signIn?.region ?? '', scopes: [] };
}

/** Returns why a sign-in could not be ended at AWS, or null. It is ended where it was made: the session may have changed. */
async function endAtAws(world: World, session: SsoSession, file: SignInFile): Promise<string | null> {
  if (file.unreadable !== null) return `"${file.path}" cannot be read: ${file.unreadable}`;
  if (file.signIn === null) return `"${file.path}" has no token that can be read`;
  const region = file.signIn.region || session.region;
  if (!isRegionName(region)) return `"${file.path}" names no region`;
  return endSignIn(world, { ...session, region }, file.signIn);
}

/** Removes files, and collects the messages about them. */
class Remover {
  /** The world, in which a folder that cannot be read is named: it may have files in it that should be removed. */
  readonly world: World;
  readonly #messages: Message[] = [];
  /** The folders that could not be read, or with a file that could not be removed. */
  readonly #folders = new Set<string>();

  constructor(world: World) {
    const list: World['files']['list'] = (folder) =>
      world.files.list(folder, (reason) => {
        if (this.#folders.has(folder)) return;
        this.say('error', `"${folder}" cannot be read: ${reason}`);
        this.#folders.add(folder);
      });
    this.world = { ...world, files: { ...world.files, list } };
  }

  /** Returns whether the file is gone. */
  remove(path: string): boolean {
    try {
      this.world.files.remove(path);
      return true;
    } catch (error) {
      if (!(error instanceof AwspError)) throw error;
      this.say('error', error.message);
      this.#folders.add(path.slice(0, path.lastIndexOf('/')));
      return false;
    }
  }

  /** Says each thing once: several sign-ins may be to one portal. */
  say(kind: Message['kind'], text: string): void {
    if (!this.#messages.some((said) => said.text === text)) this.#messages.push({ kind, text });
  }

  hasFailed(): boolean {
    return this.#folders.size > 0;
  }

  /** With the way out, where there are files that could not be removed. */
  messages(): Message[] {
    if (!this.hasFailed()) return [...this.#messages];
    const text = 'if these folders belong to root, as after "sudo aws", take them back and repeat this:';
    const folders = [...this.#folders].map(quoteWord).join(' ');
    return [...this.#messages, { kind: 'note', text, details: [`sudo chown -R "$(id -un)" ${folders}`] }];
  }
}
