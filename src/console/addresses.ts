import { hostsOf } from '../network/partitions.ts';
import { normalizeStartUrl } from '../sso/start-url.ts';

/** A page of the console. */
export interface ConsolePage {
  readonly partition: string;
  readonly region: string;
  /** Without a slash at its start; may have a query and a fragment. */
  readonly path: string;
}

/**
 * The address of a page of the console; null for a partition that awsp does not know. Only some partitions have the region
 * in the name of the host (IAM User Guide, "Enable custom identity broker access to the AWS console").
 */
export function consoleAddress({ partition, region, path }: ConsolePage): string | null {
  const hosts = hostsOf(partition);
  if (hosts === null) return null;
  const isRegional = partition === 'aws' || region === 'us-gov-east-1';
  const url = new URL(`https://${isRegional ? `${region}.` : ''}${hosts.console}/${path.replace(/^\/+/, '')}`);
  if (!url.searchParams.has('region')) url.searchParams.set('region', region);
  return url.href;
}

/**
 * The shortcut link of an access portal (IAM Identity Center User Guide, "Create shortcut links to AWS Management Console
 * destinations"): the portal itself signs the person in, so no key leaves this machine. Null for a start URL that is none.
 */
export function portalLink(
  startUrl: string,
  { accountId, roleName }: { readonly accountId: string; readonly roleName: string },
  destination: string,
): string | null {
  const portal = normalizeStartUrl(startUrl);
  if (portal === null) return null;
  const query = new URLSearchParams({ account_id: accountId, role_name: roleName, destination });
  return `${portal.replace(/\/+$/, '')}/#/console?${query}`;
}
