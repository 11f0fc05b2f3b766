import fc from 'fast-check';

/**
 * Random pairs of AWS files, good and bad. The credentials in them say where they are from, so that one sees of a tool
 * which profile it used and how: access keys `KEYS:PROFILE:FILE`, roles `…:role/PROFILE`, SSO roles and web identity
 * roles by the name of the profile, `credential_process` with the key `PROCESS:PROFILE`.
 */
export interface RandomFiles {
  readonly config: string;
  readonly credentials: string;
  /** The faults in them, by the names of `profileFaults` and `fileFaults`. */
  readonly faults: readonly string[];
}

/** What stands in the files for a folder, which holds `token`, and `PROFILE.json` for each of `profileNames`. */
export const folderPlaceholder = 'FOLDER';
/** What stands in the files for the endpoints of another place. */
export const endpointPlaceholder = 'ELSEWHERE';
export const profileNames = ['default', 'a', 'b', 'c'] as const;
export const sessionName = 'work';
export const startUrl = 'https://work.awsapps.com/start';

/** Lines of a profile in the config file, and those in the credentials file; `/` stands for the profile's name. */
interface Part {
  readonly config?: readonly string[];
  readonly credentials?: readonly string[];
}

const roleArn = (name: string) => `role_arn = arn:aws:iam::123456789012:role/${name}`;
const keys = (name: string, file: string) => [
  `aws_access_key_id = KEYS:${name}:${file}`,
  'aws_secret_access_key = secret',
];
const [webToken, session] = [`web_identity_token_file = ${folderPlaceholder}/token`, `sso_session = ${sessionName}`];
export const loginArn = (name: string) => `arn:aws:iam::123456789012:user/${name}`;
const login = (name: string) => `login_session = ${loginArn(name)}`;
const account = 'sso_account_id = 123456789012';
const ssoRole = (name: string) => `sso_role_name = ${name}`;
const process = (name: string) => `credential_process = cat ${folderPlaceholder}/${name}.json`;
const printing = (name: string, end: string) => {
  const json = { Version: 1, AccessKeyId: `PROCESS:${name}`, SecretAccessKey: 'secret', Expiration: end };
  return `credential_process = echo '${JSON.stringify(json)}'`;
};
const legacy = [`sso_start_url = ${startUrl}`, 'sso_region = eu-west-1'];

const upperCase = (lines: readonly string[]) => lines.map((line) => line.replace(/^\w+/, (key) => key.toUpperCase()));

/** The ways to credentials that are right in every tool. */
const goodParts: Readonly<Record<string, (name: string, source: string) => Part>> = {
  'keys in config': (name) => ({ config: keys(name, 'config') }),
  'keys in credentials': (name) => ({ credentials: keys(name, 'credentials') }),
  role: (name, source) => ({ config: [roleArn(name), `source_profile = ${source}`] }),
  'role from the environment': (name) => ({ config: [roleArn(name), 'credential_source = Environment'] }),
  'role from the container': (name) => ({ config: [roleArn(name), 'credential_source = EcsContainer'] }),
  'web identity': (name) => ({ config: [roleArn(name), webToken] }),
  process: (name) => ({ config: [process(name)] }),
  sso: (name) => ({ config: [session, account, ssoRole(name)] }),
  'legacy sso': (name) => ({ config: [...legacy, account, ssoRole(name)] }),
  nothing: () => ({ config: ['output = json'] }),
};

/** What can be wrong with one profile, in files that can be read. */
const profileFaults: Readonly<Record<string, (name: string, source: string) => Part>> = {
  'no section': () => ({}),
  'keys in both files': (name) => ({ config: keys(name, 'config'), credentials: keys(name, 'credentials') }),
  'keys split over two files': (name) => ({
    config: [`aws_access_key_id = KEYS:${name}:config`],
    credentials: ['aws_secret_access_key = secret'],
  }),
  'keys split over two files, secret in config': (name) => ({
    config: ['aws_secret_access_key = secret'],
    credentials: [`aws_access_key_id = KEYS:${name}:credentials`],
  }),
  'access key alone in config': (name) => ({ config: [`aws_access_key_id = KEYS:${name}:config`] }),
  'access key alone in credentials': (name) => ({ credentials: [`aws_access_key_id = KEYS:${name}:credentials`] }),
  'secret key alone': () => ({ config: ['aws_secret_access_key = secret'] }),
  'blank access key': () => ({ config: ['aws_access_key_id =', 'aws_secret_access_key = secret'] }),
  'blank secret key': (name) => ({ config: [`aws_access_key_id = KEYS:${name}:config`, 'aws_secret_access_key ='] }),
  'both keys blank': () => ({ config: ['aws_access_key_id =', 'aws_secret_access_key ='] }),
  'role without source': (name) => ({ config: [roleArn(name)] }),
  'role without source, with keys': (name) => ({ config: [roleArn(name), ...keys(name, 'config')] }),
  'role without source, with process': (name) => ({ config: [roleArn(name), process(name)] }),
  'role without source, with sso': (name) => ({ config: [roleArn(name), session, account, ssoRole(name)] }),
  'role with both sources': (name, source) => ({
    config: [roleArn(name), `source_profile = ${source}`, 'credential_source = Environment'],
  }),
  'role with a process': (name, source) => ({
    config: [roleArn(name), `source_profile = ${source}`, process(name)],
  }),
  'role with sso': (name, source) => ({
    config: [roleArn(name), `source_profile = ${source}`, session, account, ssoRole(name)],
  }),
  'role with keys': (name, source) => ({
    config: [roleArn(name), `source_profile = ${source}`, ...keys(name, 'config')],
  }),
  'role with its own keys as source': (name) => ({
    config: [roleArn(name), `source_profile = ${name}`, ...keys(name, 'config')],
  }),
  'role with a missing source': (name) => ({ config: [roleArn(name), 'source_profile = gone'] }),
  'role with itself as source': (name) => ({ config: [roleArn(name), `source_profile = ${name}`] }),
  'role with a source of no name': (name) => ({ config: [roleArn(name), 'source_profile ='] }),
  'role of no ARN, with source': (_, source) => ({ config: ['role_arn =', `source_profile = ${source}`] }),
  'role of an unknown credential_source': (name) => ({ config: [roleArn(name), 'credential_source = Elsewhere'] }),
  'source_profile without role': (_, source) => ({ config: [`source_profile = ${source}`] }),
  'source_profile without role, with keys': (name, source) => ({
    config: [`source_profile = ${source}`, ...keys(name, 'config')],
  }),
  'credential_source without role': () => ({ config: ['credential_source = Environment'] }),
  'credential_source without role, with keys': (name) => ({
    config: ['credential_source = Environment', ...keys(name, 'config')],
  }),
  'web identity without role': () => ({ config: [webToken] }),
  'web identity without role, with keys': (name) => ({ config: [webToken, ...keys(name, 'config')] }),
  'web identity with source': (name, source) => ({
    config: [roleArn(name), webToken, `source_profile = ${source}`],
  }),
  'web identity with keys': (name) => ({ config: [roleArn(name), webToken, ...keys(name, 'config')] }),
  'blank web identity': (name) => ({ config: [roleArn(name), 'web_identity_token_file ='] }),
  'sso with keys in config': (name) => ({ config: [session, account, ssoRole(name), ...keys(name, 'config')] }),
  'sso with keys in credentials': (name) => ({
    config: [session, account, ssoRole(name)],
    credentials: keys(name, 'credentials'),
  }),
  'sso with process': (name) => ({ config: [session, account, ssoRole(name), process(name)] }),
  'sso without account and role': () => ({ config: [session] }),
  'sso without role': () => ({ config: [session, account] }),
  'sso without account': (name) => ({ config: [session, ssoRole(name)] }),
  'sso without start URL': (name) => ({ config: ['sso_region = eu-west-1', account, ssoRole(name)] }),
  'sso without region': (name) => ({ config: [`sso_start_url = ${startUrl}`, account, ssoRole(name)] }),
  'account and role alone': (name) => ({ config: [account, ssoRole(name)] }),
  'sso with the same region and URL': (name) => ({ config: [session, ...legacy, account, ssoRole(name)] }),
  'sso with another region': (name) => ({ config: [session, 'sso_region = eu-north-1', account, ssoRole(name)] }),
  'sso with another start URL': (name) => ({
    config: [session, 'sso_start_url = https://other.awsapps.com/start', account, ssoRole(name)],
  }),
  'region and URL of the profile, session without region': (name) => ({
    config: ['sso_session = no-region', ...legacy, account, ssoRole(name)],
  }),
  'session without region, with keys': (name) => ({ config: ['sso_session = no-region', ...keys(name, 'config')] }),
  'blank session, with keys': (name) => ({ config: ['sso_session =', ...keys(name, 'config')] }),
  'session alone, with keys': (name) => ({ config: [session, ...keys(name, 'config')] }),
  'session alone, with process': (name) => ({ config: [session, process(name)] }),
  'missing session': (name) => ({ config: ['sso_session = gone', account, ssoRole(name)] }),
  'missing session, with region and URL': (name) => ({
    config: ['sso_session = gone', ...legacy, account, ssoRole(name)],
  }),
  'missing session, with keys': (name) => ({ config: ['sso_session = gone', ...keys(name, 'config')] }),
  'session without region': (name) => ({ config: ['sso_session = no-region', account, ssoRole(name)] }),
  'session without start URL': (name) => ({ config: ['sso_session = no-url', account, ssoRole(name)] }),
  'blank session': (name) => ({ config: ['sso_session =', ...legacy, account, ssoRole(name)] }),
  'blank account': (name) => ({ config: [session, 'sso_account_id =', ssoRole(name)] }),
  'sso in credentials': (name) => ({ credentials: [session, account, ssoRole(name)] }),
  'role in credentials': (name, source) => ({ credentials: [roleArn(name), `source_profile = ${source}`] }),
  'process in credentials': (name) => ({ credentials: [process(name)] }),
  'process with keys in config': (name) => ({ config: [process(name), ...keys(name, 'config')] }),
  'process with keys in credentials': (name) => ({ config: [process(name)], credentials: keys(name, 'credentials') }),
  'process that prints a time without a zone': (name) => ({ config: [printing(name, '2999-01-01T00:00:00')] }),
  'process that prints another time': (name) => ({ config: [printing(name, '2999-01-01 00:00:00Z')] }),
  'process that prints a time': (name) => ({ config: [printing(name, '2999-01-01T00:00:00Z')] }),
  'services without settings for STS': (name) => ({ config: [...keys(name, 'config'), 'services = flat'] }),
  'services without settings': (name) => ({ config: [...keys(name, 'config'), 'services = empty'] }),
  'blank process': () => ({ config: ['credential_process ='] }),
  'process that fails': () => ({ config: ['credential_process = false'] }),
  login_session: (name) => ({ config: [login(name)] }),
  'login_session with keys': (name) => ({
    config: [login(name), ...keys(name, 'config')],
  }),
  'missing services': (name) => ({ config: [...keys(name, 'config'), 'services = nope'] }),
  services: (name) => ({ config: [...keys(name, 'config'), 'services = mine'] }),
  'inline comment after a key': (name) => ({
    config: [`aws_access_key_id = KEYS:${name}:config # mine`, 'aws_secret_access_key = secret'],
  }),
  'inline comment after a role': (name, source) => ({
    config: [`${roleArn(name)} # mine`, `source_profile = ${source}`],
  }),
  'inline comment after a source': (name, source) => ({ config: [roleArn(name), `source_profile = ${source} ; mine`] }),
  'inline comment after a session': (name) => ({ config: [`${session} # mine`, account, ssoRole(name)] }),
  'quoted source': (name, source) => ({ config: [roleArn(name), `source_profile = "${source}"`] }),
  'quoted session': (name) => ({ config: [`sso_session = "${sessionName}"`, account, ssoRole(name)] }),
  'sub-properties': (name) => ({ config: ['s3 =', '  max_concurrent_requests = 10', ...keys(name, 'config')] }),
  'continued value': (name) => ({ config: [...keys(name, 'config'), 'output = json', '  and more'] }),
  'keys in upper case': (name) => ({
    config: upperCase(keys(name, 'config')),
  }),
  'sso in upper case': (name) => ({ config: upperCase([session, account, ssoRole(name)]) }),
  'role in upper case': (name, source) => ({ config: upperCase([roleArn(name), `source_profile = ${source}`]) }),
  'process in upper case': (name) => ({ config: upperCase([process(name)]) }),
  'keys in upper case beside an sso sign-in': (name) => ({
    config: [session, account, ssoRole(name), ...upperCase(keys(name, 'config'))],
  }),
  'region in upper case': (name) => ({ config: ['REGION = eu-west-3', ...keys(name, 'config')] }),
  'token of other keys': (name) => ({
    config: [...keys(name, 'config'), `aws_session_token = of KEYS:${name}:config`],
    credentials: keys(name, 'credentials'),
  }),
  'keys with a token': (name) => ({
    credentials: [...keys(name, 'credentials'), `aws_session_token = of KEYS:${name}:credentials`],
  }),
  'keys with a token of the old name': (name) => ({
    credentials: [...keys(name, 'credentials'), `aws_security_token = of KEYS:${name}:credentials`],
  }),
  'inline comment after a region': (name) => ({ config: ['region = eu-west-3 # mine', ...keys(name, 'config')] }),
  'inline comment after an account': (name) => ({
    config: [session, `${account} # mine`, ssoRole(name)],
  }),
  'inline comment after a process': (name) => ({ config: [`${process(name)} # mine`] }),
  'quoted region': (name) => ({ config: ['region = "eu-west-3"', ...keys(name, 'config')] }),
  'region that is none': (name) => ({ config: ['region = eu west 1', ...keys(name, 'config')] }),
  'misspelt region': (name) => ({ config: ['regoin = eu-west-3', ...keys(name, 'config')] }),
  'no region': (name) => ({ config: [...keys(name, 'config'), 'noregion = here'] }),
  'process by a shell': (name) => ({ config: [`credential_process = cat $HOME/${name}.json`] }),
  'process with a home folder': (name) => ({ config: [`credential_process = cat ~/${name}.json`] }),
  'web identity in the home folder': (name) => ({
    config: [roleArn(name), 'web_identity_token_file = ~/token'],
  }),
  endpoint: (name) => ({ config: [`endpoint_url = ${endpointPlaceholder}`, ...keys(name, 'config')] }),
  'endpoint of a service': (name) => ({ config: [...keys(name, 'config'), 'services = elsewhere'] }),
  'keys that have expired': (name) => ({
    credentials: [...keys(name, 'credentials'), 'x_security_token_expires = 2020-01-01T00:00:00+00:00'],
  }),
  'role with an external id': (name, source) => ({
    config: [roleArn(name), `source_profile = ${source}`, 'external_id = xyz', 'duration_seconds = 3600'],
  }),
  'role that is none': (_, source) => ({ config: ['role_arn = admin', `source_profile = ${source}`] }),
  'session name that is none': (name, source) => ({
    config: [roleArn(name), `source_profile = ${source}`, 'role_session_name = two words'],
  }),
  'value that is refused': (name) => ({ config: [...keys(name, 'config'), 'output = xml', 'retry_mode ='] }),
  'value with lines below it': (name) => ({ config: [...keys(name, 'config'), 'output =', '  x = y'] }),
  'other settings': (name) => ({
    config: [...keys(name, 'config'), 'cli_pager =', 'max_attempts = 2', 'retry_mode = standard'],
  }),
  'no spaces around =': (name) => ({ config: keys(name, 'config').map((line) => line.replace(' = ', '=')) }),
  'blank region': (name) => ({ config: ['region =', ...keys(name, 'config')] }),
};

type Edit = (files: { readonly config: string; readonly credentials: string }, name: string) => Partial<typeof files>;

const header = (name: string) => (name === 'default' ? '[default]' : `[profile ${name}]`);
const other = (name: string) => `aws_access_key_id = OTHER:${name}:config\naws_secret_access_key = secret\n`;
const inConfig =
  (edit: (text: string, name: string) => string): Edit =>
  ({ config }, name) => ({ config: edit(config, name) });
const inCredentials =
  (edit: (text: string, name: string) => string): Edit =>
  ({ credentials }, name) => ({ credentials: edit(credentials, name) });

/** What can be wrong with a whole file; `name` is the profile that is asked for, so that some hit it and others do not. */
const fileFaults: Readonly<Record<string, Edit>> = {
  'duplicate section': inConfig((text, name) => `${text}${header(name)}\noutput = text\n`),
  'duplicate section with other keys': inConfig((text, name) => `${text}${header(name)}\n${other(name)}`),
  'duplicate section elsewhere': inConfig(
    (text) => `${text}[profile x]\nregion = eu-west-1\n[profile x]\noutput = json\n`,
  ),
  'duplicate section in credentials': inCredentials((text) => `${text}[x]\na = 1\n[x]\nb = 1\n`),
  'duplicate session': inConfig((text) => `${text}[sso-session ${sessionName}]\nsso_region = eu-north-1\n`),
  'duplicate key': inConfig((text) => `${text}[profile x]\nregion = eu-west-1\nregion = eu-north-1\n`),
  'duplicate key in the profile': inConfig((text, name) =>
    text.replace(`${header(name)}\n`, `${header(name)}\noutput = text\noutput = text\n`),
  ),
  'duplicate key in credentials': inCredentials((text) => `${text}[x]\na = 1\na = 2\n`),
  'line before the first header': inConfig((text) => `region = eu-west-1\n${text}`),
  'line before the first header in credentials': inCredentials((text) => `a = 1\n${text || '[x]\n'}`),
  'line that is no property': inConfig((text) => `${text}[profile x]\nnonsense\n`),
  'line that is no property in the profile': inConfig((text, name) =>
    text.replace(`${header(name)}\n`, `${header(name)}\nnonsense\n`),
  ),
  'line that is no property in credentials': inCredentials((text) => `${text}[x]\nnonsense\n`),
  'line without a key': inConfig((text) => `${text}[profile x]\n= value\n`),
  'header without an end': inConfig((text) => `${text}[profile x\nregion = eu-west-1\n`),
  'header without an end for the profile': inConfig((text, name) =>
    text.replace(`${header(name)}\n`, `${header(name).replace(']', '')}\n`),
  ),
  'header with a comment': inConfig((text, name) => text.replace(`${header(name)}\n`, `${header(name)} # mine\n`)),
  'header with more behind': inConfig((text, name) => text.replace(`${header(name)}\n`, `${header(name)} mine\n`)),
  'quoted header': inConfig((text, name) => text.replace(`[profile ${name}]`, `[profile "${name}"]`)),
  'quoted header beside the plain one': inConfig((text, name) => `${text}[profile "${name}"]\n${other(name)}`),
  'two spaces in a header': inConfig((text, name) => text.replace(`[profile ${name}]`, `[profile  ${name}]`)),
  'spaces inside a header': inConfig((text, name) =>
    text.replace(`${header(name)}\n`, `${header(name).replace('[', '[ ').replace(']', ' ]')}\n`),
  ),
  'indented header': inConfig((text, name) => text.replace(header(name), `  ${header(name)}`)),
  'header in upper case': inConfig((text, name) => text.replace(`[profile ${name}]`, `[Profile ${name}]`)),
  'header without "profile"': inConfig((text, name) => text.replace(`[profile ${name}]`, `[${name}]`)),
  'header with "profile" in credentials': inCredentials((text, name) => text.replace(`[${name}]`, `[profile ${name}]`)),
  'quoted header of the session': inConfig((text) =>
    text.replace(`-session ${sessionName}]`, `-session "${sessionName}"]`),
  ),
  'two spaces in the header of the session': inConfig((text) => text.replace('[sso-session ', '[sso-session  ')),
  'space before the header of the session': inConfig((text) => text.replace('[sso-session ', '[ sso-session ')),
  'space after the header of the session': inConfig((text) =>
    text.replace(`-session ${sessionName}]`, `-session ${sessionName} ]`),
  ),
  'space before a header after its own': inConfig(
    (text, name) => `${text}${header(name).replace('[', '[ ')}\n${other(name)}`,
  ),
  'blank header': inConfig((text) => `${text}[]\nregion = eu-west-1\n`),
  '[profile default] alone': inConfig((text) => text.replace('[default]', '[profile default]')),
  '[profile default] after [default]': inConfig((text) => `${text}[profile default]\n${other('default')}`),
  '[profile default] before [default]': inConfig((text) => `[profile default]\n${other('default')}${text}`),
  'indented first property': inConfig((text, name) =>
    text.replace(`${header(name)}\n`, `${header(name)}\n  output = text\n`),
  ),
  'indented properties': inConfig((text) => text.replace(/^(?=\w)/gm, '  ')),
  'byte order mark': inConfig((text) => `\uFEFF${text}`),
  CRLF: inConfig((text) => text.replaceAll('\n', '\r\n')),
  'colons for =': inConfig((text) => text.replaceAll(' = ', ': ')),
  'comment in the section': inConfig((text, name) =>
    text.replace(`${header(name)}\n`, `${header(name)}\n# one\n; two\n\n`),
  ),
  'indented comment': inConfig((text, name) =>
    text.replace(`${header(name)}\n`, `${header(name)}\noutput = json\n  # one\n`),
  ),
  'no newline at the end': inConfig((text) => text.trimEnd()),
  'sub-property that is no property': inConfig((text) => `${text}[profile x]\ns3 =\n  nonsense\n`),
};

interface Built {
  readonly parts: readonly (readonly [name: string, part: Part, region: boolean])[];
  readonly faults: readonly string[];
}

const anyPart = (table: Readonly<Record<string, (name: string, source: string) => Part>>) =>
  fc.constantFrom(...Object.keys(table)).map((title) => [title, table[title]] as const);

const withoutRegion = ['no section', 'misspelt region', 'no region'];

const section = (name: string, mayBeBad: boolean): fc.Arbitrary<Built> =>
  fc
    .record({
      good: anyPart(goodParts),
      fault: mayBeBad ? fc.option(anyPart(profileFaults), { freq: 2 }) : fc.constant(null),
      source: fc.constantFrom(...profileNames),
    })
    .map(({ good, fault, source }) => {
      const [title, make] = fault ?? good;
      const part = make?.(name, source) ?? {};
      return {
        // Without a region, some tools cannot assume a role.
        parts: [[name, part, !withoutRegion.includes(title)]],
        faults: fault === null ? [] : [`${title}: ${name}`],
      };
    });

/** The text of both files, where each profile is made of one part. */
function textOfParts(parts: Built['parts']): { readonly config: string; readonly credentials: string } {
  const config = parts.flatMap(([name, part, hasRegion]) => {
    if (part.config === undefined && !hasRegion) return [];
    return [
      header(name),
      ...(hasRegion && !part.config?.some((line) => /^region\b/i.test(line)) ? [`region = ${regionOf(name)}`] : []),
      ...(part.config ?? []),
      '',
    ];
  });
  const credentials = parts.flatMap(([name, part]) => {
    return part.credentials === undefined ? [] : [`[${name}]`, ...part.credentials, ''];
  });
  return { config: [...config, ...shared].join('\n'), credentials: credentials.join('\n') };
}

/** A region for each profile. */
function regionOf(name: string): string {
  return `eu-${{ a: 'west', b: 'north', c: 'south' }[name] ?? 'central'}-1`;
}

const shared = [
  `[sso-session ${sessionName}]`,
  ...legacy,
  '[sso-session no-region]',
  `sso_start_url = ${startUrl}`,
  '[sso-session no-url]',
  'sso_region = eu-west-1',
  '[services empty]',
  '[services flat]',
  'sts = x',
  '[services mine]',
  'sts =',
  '  api_versions = 1',
  '[services elsewhere]',
  'sts =',
  `  endpoint_url = ${endpointPlaceholder}`,
  '',
];

interface FilesOptions {
  readonly fileFaultsToo: boolean;
  /** All profiles are right in every tool. */
  readonly goodProfiles?: boolean;
}

/** Files with good and bad profiles; with `fileFaultsToo`, each pair has a fault of a whole file as well. */
export function randomFiles({ fileFaultsToo, goodProfiles = false }: FilesOptions): fc.Arbitrary<RandomFiles> {
  const wholeFile = fileFaultsToo ? fc.constantFrom(...Object.keys(fileFaults)) : fc.constant(null);
  const profiles = fc.tuple(...profileNames.map((name) => section(name, !goodProfiles)));
  return fc
    .record({ profiles, wholeFile, hit: fc.constantFrom(...profileNames) })
    .map(({ profiles: built, wholeFile: title, hit }) => {
      const files = textOfParts(built.flatMap(({ parts }) => parts));
      const faults = built.flatMap(({ faults: some }) => some);
      const edit = title === null ? undefined : fileFaults[title];
      return { ...files, ...edit?.(files, hit), faults: title === null ? faults : [...faults, `${title}: ${hit}`] };
    });
}
