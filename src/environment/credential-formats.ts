import { quoteWord } from '../lib/shell-words.ts';
import { toIsoTime } from '../lib/time.ts';

/** What is printed of a profile's credentials. */
export interface PrintedCredentials {
  readonly profile: string;
  readonly region: string | null;
  /** Null when unknown. */
  readonly accountId: string | null;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
  /** Milliseconds since 1970; null when unknown. */
  readonly expiresAt: number | null;
}

/** The formats of `awsp credentials`. */
export type CredentialFormat =
  | 'process'
  | 'env'
  | 'env-no-export'
  | 'fish'
  | 'nu'
  | 'powershell'
  | 'windows-cmd'
  | 'dotenv'
  | 'ini'
  | 'json';

/**
 * Credentials as text. The formats of `aws configure export-credentials` are the same to the byte for the characters that
 * AWS uses in keys; others are quoted, which the AWS CLI does not do (awscli/customizations/configure/exportcreds.py).
 */
export function formatCredentials(credentials: PrintedCredentials, format: CredentialFormat): string {
  switch (format) {
    case 'process':
      return `${JSON.stringify(processFields(credentials), null, 2)}\n`;
    case 'json':
      return `${JSON.stringify({ ...credentials, expiresAt: toIsoTime(credentials.expiresAt) }, null, 2)}\n`;
    case 'nu':
      return `${JSON.stringify(Object.fromEntries(variables(credentials)))}\n`;
    case 'ini':
      return iniSection(credentials);
    default: {
      const line = lineFormats[format];
      return variables(credentials)
        .map(([name, value]) => `${line(name, value)}\n`)
        .join('');
    }
  }
}

// --- internal ---

/** A line that sets a variable. */
const lineFormats: Readonly<
  Record<Exclude<CredentialFormat, 'process' | 'json' | 'nu' | 'ini'>, (name: string, value: string) => string>
> = {
  env: (name, value) => `export ${name}=${quoteWord(value)}`,
  'env-no-export': (name, value) => `${name}=${quoteWord(value)}`,
  fish: (name, value) => `set -gx ${name} "${value.replace(/["$\\]/g, '\\$&')}"`,
  // PowerShell takes typographic quotes for quotes as well.
  powershell: (name, value) => `$Env:${name}="${value.replace(/["“”„$`]/g, '`$&')}"`,
  'windows-cmd': (name, value) => (isPlain(value) ? `set ${name}=${value}` : `set "${name}=${value}"`),
  dotenv: (name, value) => `${name}=${isPlain(value) ? value : `"${value.replace(/["$\\]/g, '\\$&')}"`}`,
};

function isPlain(value: string): boolean {
  return /^[\w@+=:,./-]+$/.test(value);
}

function variables(credentials: PrintedCredentials): readonly (readonly [string, string])[] {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const expiration = expirationOf(credentials);
  return [
    ['AWS_ACCESS_KEY_ID', accessKeyId],
    ['AWS_SECRET_ACCESS_KEY', secretAccessKey],
    ...(sessionToken === null ? [] : ([['AWS_SESSION_TOKEN', sessionToken]] as const)),
    ...(expiration === null ? [] : ([['AWS_CREDENTIAL_EXPIRATION', expiration]] as const)),
  ];
}

/** AWS SDKs and Tools Reference Guide, "Process credential provider". */
function processFields(credentials: PrintedCredentials): Readonly<Record<string, unknown>> {
  const { accessKeyId, secretAccessKey, sessionToken, accountId } = credentials;
  const expiration = expirationOf(credentials);
  return {
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    ...(sessionToken === null ? {} : { SessionToken: sessionToken }),
    ...(expiration === null ? {} : { Expiration: expiration }),
    ...(accountId === null ? {} : { AccountId: accountId }),
  };
}

/** A section as in the file of `AWS_SHARED_CREDENTIALS_FILE`, with the names that aws-vault gives the time and the region. */
function iniSection(credentials: PrintedCredentials): string {
  const { profile, accessKeyId, secretAccessKey, sessionToken, region } = credentials;
  const properties: readonly (readonly [string, string | null])[] = [
    ['aws_access_key_id', accessKeyId],
    ['aws_secret_access_key', secretAccessKey],
    ['aws_session_token', sessionToken],
    ['aws_credential_expiration', expirationOf(credentials)],
    ['region', region],
  ];
  const lines = properties.flatMap(([name, value]) => (value === null ? [] : [`${name} = ${value}\n`]));
  return `[${profile}]\n${lines.join('')}`;
}

/** As Python's `isoformat` writes it. */
function expirationOf({ expiresAt }: PrintedCredentials): string | null {
  return toIsoTime(expiresAt)?.replace('Z', '+00:00') ?? null;
}
