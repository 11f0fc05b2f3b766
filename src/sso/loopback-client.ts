import type { World } from '../world.ts';

/** A connection over 127.0.0.1, seen from the server. */
export interface LoopbackClient {
  readonly clientPort: number;
  readonly serverPort: number;
}

/**
 * Whether a client on 127.0.0.1 may take part in a sign-in. On Linux the tables of connections have the user of each
 * socket: the client must belong to the user of the listening socket, to root, or to the person who runs awsp by sudo.
 * Where that cannot be known (another system, a client in another network namespace), every client may, because the
 * redirect needs the `state`, and the code needs its verifier. A client that has closed its connection already is
 * refused: the system no longer knows its user.
 */
export function isOwnClient(world: Pick<World, 'files' | 'env'>, client: LoopbackClient): boolean {
  const sockets = tables.flatMap((path) => {
    const read = world.files.read(path);
    return read.kind === 'text' ? parseTable(read.text) : [];
  });
  const { clientPort, serverPort } = client;
  const own = sockets.find(({ port, state }) => port === serverPort && state === listening);
  if (own === undefined) return true;
  const peers = sockets.filter(({ port, peerPort }) => port === clientPort && peerPort === serverPort);
  const peer = peers.find(({ state }) => state === established);
  if (peer !== undefined) return allowedUsers(own.uid, world.env).includes(peer.uid);
  const isOpenHere = sockets.some(
    ({ port, peerPort, state }) => port === serverPort && peerPort === clientPort && state === established,
  );
  return peers.length === 0 && isOpenHere;
}

// --- internal ---

const tables = ['/proc/net/tcp', '/proc/net/tcp6'] as const;

/** States of a socket (include/net/tcp_states.h). The user of a socket is certain only while its program has it open. */
const established = '01';
const listening = '0A';

interface Socket {
  readonly port: number;
  readonly peerPort: number;
  readonly state: string;
  readonly uid: string;
}

function allowedUsers(own: string, env: World['env']): readonly string[] {
  return own === '0' && env.SUDO_UID ? [own, env.SUDO_UID] : [own, '0'];
}

/**
 * The sockets of 127.0.0.1 in a table (Documentation/networking/proc_net_tcp.rst): `sl local_address rem_address st
 * tx:rx tr:when retrnsmt uid …`. Addresses are in the byte order of the machine; those of IPv6 may have an IPv4 one in them.
 */
function parseTable(text: string): readonly Socket[] {
  return text.split('\n').flatMap((line) => {
    const [, local = '', remote = '', state = '', , , , uid = ''] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    const [, peerPort = ''] = remote.split(':');
    if (!/(?:0100007F|7F000001)$/.test(address)) return [];
    return [{ port: Number.parseInt(port, 16), peerPort: Number.parseInt(peerPort, 16), state, uid }];
  });
}
