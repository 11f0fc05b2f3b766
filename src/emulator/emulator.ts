import { randomBytes } from 'node:crypto';
import type { Environment } from '../world.ts';
import { type Authority, createAuthority } from './certificates.ts';
import { type Directory, emptyDirectory } from './directory.ts';
import type { Fault } from './faults.ts';
import type { EmulatorState, RequestRecord } from './respond.ts';
import { acceptTunnels, type ListeningServer, listen, stop } from './server.ts';
import type { Context } from './service.ts';

export interface EmulatorOptions {
  /** The users, roles, portals and tokens of the emulated AWS; default: none. It is used as it is, not copied. */
  readonly directory?: Directory;
  readonly faults?: readonly Fault[];
  /** Milliseconds since 1970; default: the real clock. */
  readonly now?: () => number;
  /** See `Context.newId`; default: random. */
  readonly newId?: (length: number) => string;
  /**
   * Opens a page of the emulator in a browser, for a program without a browser of its own, which requests it with
   * `GET <url>/open?page=<address>`. Only `/authorize`, `/v1/authorize` and `/device` can be opened; without this option nothing can.
   */
  readonly openPage?: (address: string) => void;
}

export interface Emulator {
  /** `http://127.0.0.1:<port>`, an endpoint without a region: requests to it are accepted as those of any region. */
  readonly url: string;
  /** The variables with which the AWS CLI and the SDKs use this endpoint. */
  readonly environment: Environment;
  /**
   * An endpoint of one region, for a client whose endpoint is set by hand. It has a port of its own, not a path, because
   * the AWS CLI keeps only the host of its endpoint in the address of `/authorize`.
   */
  endpoint(region: string): Promise<string>;
  /** The certificate (PEM) of the authority that issues the certificates of the hosts behind `throughProxy`. */
  readonly certificate: string;
  /**
   * The variables with which the AWS CLI and the SDKs use the emulator by AWS's own host names,
   * `oidc.<region>.amazonaws.com` and `<portal>.awsapps.com`, so that one process can use several regions, and the start
   * pages; also the directory's company hosts. `certificateFile` is the file to which the caller wrote `certificate`. The
   * proxy refuses other hosts.
   */
  throughProxy(certificateFile: string): Environment;
  readonly directory: Directory;
  /** The faults from now on; may be changed at any time. */
  readonly faults: Fault[];
  /** In the order of arrival; may be emptied. */
  readonly requests: RequestRecord[];
  /** Stops at once, also requests that are being handled; then its ports are free. */
  close(): Promise<void>;
}

/**
 * Starts an emulated AWS on 127.0.0.1: STS, the access portal of IAM Identity Center, its OIDC service and its pages, all
 * on one port that the system chooses. Rejects when it cannot listen.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const context: Context = {
    directory: options.directory ?? emptyDirectory(),
    now: options.now ?? Date.now,
    newId: options.newId ?? randomId,
    openPage: options.openPage ?? null,
  };
  const state: EmulatorState = { context, faults: [...(options.faults ?? [])], requests: [] };
  const main = await listen(state, null);
  const regional = new Map<string, Promise<ListeningServer>>();
  // Created on first use, because generating keys takes time and few callers use the proxy.
  let authority: Authority | null = null;
  const getAuthority = () => {
    authority ??= createAuthority();
    return authority;
  };
  const cutTunnels = acceptTunnels(main.server, getAuthority, context.directory);
  return {
    url: main.url,
    environment: {
      AWSP_EMULATOR: main.url,
      AWS_ENDPOINT_URL_STS: main.url,
      AWS_ENDPOINT_URL_SSO: main.url,
      AWS_ENDPOINT_URL_SSO_OIDC: main.url,
      AWS_ENDPOINT_URL_SIGNIN: main.url,
    },
    directory: context.directory,
    faults: state.faults,
    requests: state.requests,
    endpoint: async (region) => {
      const listening = regional.get(region) ?? listen(state, region);
      regional.set(region, listening);
      return (await listening).url;
    },
    get certificate() {
      return getAuthority().certificate;
    },
    throughProxy: (certificateFile) => ({ HTTPS_PROXY: main.url, AWS_CA_BUNDLE: certificateFile }),
    close: async () => {
      cutTunnels();
      const all = [main, ...(await Promise.all(regional.values()))];
      await Promise.all(all.map(({ server }) => stop(server)));
    },
  };
}

// --- internal ---

function randomId(length: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');
}
