import { maxNameLength } from '../lib/text.ts';
import type { SignInKey } from './sign-in-values.ts';

/**
 * What can be wrong in AWS's files: the ids, and the faults that each covers (none where the id says it all). A problem
 * gets its id and its data where it is found; the sentence for a person is made from them here, and nowhere taken apart.
 */
export const problemFaults = {
  'bad-line': ['not-a-property', 'not-a-sub-property', 'ignored-sub-property', 'no-name'],
  'repeated-key': ['property', 'sub-property'],
  'repeated-section': ['same-header', 'other-spelling'],
  'before-sections': [],
  'bad-header': [
    'empty',
    'not-closed',
    'read-as-property',
    'prefix-in-credentials',
    'blanks-in-name',
    'blank-before-prefix',
    'other-prefix',
    'no-name',
    'several-words',
    'comment-follows',
    'text-follows',
    'misspelt-prefix',
  ],
  'byte-order-mark': [],
  encoding: ['not-utf-8', 'nul', 'not-text'],
  colon: [],
  indentation: [],
  'inline-comment': [],
  'upper-case': [],
  'bad-name': ['empty', 'control-character', 'too-long', 'not-utf-8', 'not-portable'],
  'default-section': [],
  'two-defaults': [],
  'no-prefix': [],
  plugin: [],
  dangling: ['sso-session', 'services', 'source-profile', 'no-credentials'],
  cycle: [],
  'two-ways': ['two-kinds', 'two-sources'],
  'sso-differs': [],
  incomplete: ['sso', 'session', 'secret-key', 'access-key', 'source', 'role', 'process', 'login', 'credentials'],
  'bad-value': ['account-id', 'role-arn', 'credential-process', 'setting', 'sign-in', 'services'],
  misspelt: [],
  'not-usable': ['environment', 'unknown-source', 'container', 'instance', 'expired'],
  'empty-variable': [],
  unreadable: ['no-home', 'not-readable'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ProblemId = keyof typeof problemFaults;
export const problemIds = Object.keys(problemFaults) as readonly ProblemId[];

type Fault<Id extends ProblemId> = (typeof problemFaults)[Id][number];

/** What the sentence of each problem needs, beside its place. */
interface Details {
  /** `parent` is the property whose sub-properties the line is among; empty where there is none. */
  'bad-line': { readonly fault: Fault<'bad-line'>; readonly parent: string };
  'repeated-key': { readonly fault: Fault<'repeated-key'>; readonly key: string };
  'repeated-section': { readonly fault: Fault<'repeated-section'>; readonly header: string };
  'before-sections': object;
  /** `header` is empty where there is none to show, `prefix` where none matters. */
  'bad-header': { readonly fault: Fault<'bad-header'>; readonly header: string; readonly prefix: string };
  'byte-order-mark': object;
  encoding: { readonly fault: Fault<'encoding'> };
  colon: { readonly key: string };
  indentation: { readonly key: string };
  'inline-comment': { readonly key: string };
  'upper-case': { readonly written: string; readonly key: string };
  'bad-name': { readonly fault: Fault<'bad-name'>; readonly header: string };
  'default-section': object;
  'two-defaults': object;
  'no-prefix': { readonly header: string; readonly name: string };
  /** `isForBoth`: the AWS CLI v2 loads it as well as v1, because there is a `cli_legacy_plugin_path`. */
  plugin: { readonly module: string; readonly isForBoth: boolean };
  dangling: { readonly fault: Fault<'dangling'>; readonly profile: string; readonly name: string };
  /** The names of the profiles, the first of them again at the end. */
  cycle: { readonly profile: string; readonly names: readonly string[] };
  /** `ours` and `theirs` say in words what the AWS CLI and the AWS SDK for JavaScript use. */
  'two-ways': { readonly profile: string } & (
    | { readonly fault: 'two-kinds'; readonly ours: string; readonly theirs: string }
    | { readonly fault: 'two-sources' }
  );
  'sso-differs': { readonly profile: string; readonly key: string; readonly session: string };
  /**
   * `missing` are the properties of an SSO profile or of a session that it does not have; `ignored` is a property of
   * another tool that may stand for what is missing.
   */
  incomplete:
    | { readonly fault: 'session'; readonly session: string; readonly missing: readonly string[] }
    | ({ readonly profile: string; readonly ignored: IgnoredProperty | null } & (
        | { readonly fault: 'sso'; readonly missing: readonly string[] }
        | { readonly fault: Exclude<Fault<'incomplete'>, 'sso' | 'session'> }
      ));
  'bad-value':
    | { readonly profile: string; readonly fault: Exclude<Fault<'bad-value'>, 'setting' | 'sign-in' | 'services'> }
    | { readonly profile: string; readonly fault: 'setting'; readonly key: string }
    /** `key` is the service that has no settings below it; null where the section is empty. */
    | { readonly profile: string; readonly fault: 'services'; readonly name: string; readonly key: string | null }
    /** `section` is the section as it is written, such as `sso-session x`. */
    | { readonly fault: 'sign-in'; readonly section: string; readonly key: SignInKey };
  /** `section` is the section as it is written, such as `profile x`; `meant` is the property that is probably meant. */
  misspelt: { readonly section: string; readonly key: string; readonly meant: string };
  /** A profile that is complete, and cannot be used in this shell or any more; `value` says what it needs. */
  'not-usable': { readonly fault: Fault<'not-usable'>; readonly profile: string; readonly value: string };
  'empty-variable': { readonly variable: string };
  unreadable:
    | { readonly fault: 'no-home'; readonly variable: string }
    | { readonly fault: 'not-readable'; readonly reason: string };
}

/** A property that only another tool knows. */
export interface IgnoredProperty {
  readonly key: string;
  readonly tool: string;
}

/** A problem without its place; with a type argument, one of that id. */
export type ProblemCause<Id extends ProblemId = ProblemId> = {
  [Key in Id]: { readonly id: Key } & Details[Key];
}[Id];

/** Something wrong in a file that did not stop the reading of the rest of it. */
export type Problem<Id extends ProblemId = ProblemId> = ProblemCause<Id> & {
  readonly file: string;
  /** Null for the whole file. */
  readonly line: number | null;
  /** In one sentence, safe for a terminal. */
  readonly message: string;
};

/** Why a problem is serious when Python's configparser, and with it the AWS CLI, cannot read the file because of it. */
export const rejected = 'the AWS CLI and boto3 reject the whole file for it';

/** The problem at a place; `line` is null for the whole file. */
export function problemAt(file: string, line: number | null, cause: ProblemCause): Problem {
  const { text, isRejected = false, advice = null } = wordingOf(cause);
  const message = `${text}${isRejected ? `: ${rejected}` : ''}${advice === null ? '' : `; ${advice}`}`;
  return { ...cause, file, line, message: escapeControlCharacters(message) };
}

/** What is wrong, without the consequence and the advice at the end of `message`; safe for a terminal. */
export function shortMessage(problem: ProblemCause): string {
  return escapeControlCharacters(wordingOf(problem).text);
}

/** Whether Python's configparser, and with it the AWS CLI and boto3, cannot read the file because of the problem. */
export function rejectsFile(problem: ProblemCause): boolean {
  return wordingOf(problem).isRejected === true;
}

// --- internal ---

/** The parts of a message. */
interface Wording {
  readonly text: string;
  readonly isRejected?: true;
  readonly advice?: string;
}

/** A header of a hundred thousand characters is no line of a message. */
function shortened(header: string): string {
  return header.length > 120 ? `${header.slice(0, 60)}…` : header;
}

const nameFaults: Readonly<Record<Exclude<Fault<'bad-name'>, 'not-portable'>, string>> = {
  empty: 'is empty',
  'control-character': 'has a control character',
  'too-long': `is longer than ${maxNameLength} characters`,
  'not-utf-8': 'is not UTF-8, so it cannot be told from others',
};

function wordingOf<Id extends ProblemId>(cause: ProblemCause<Id>): Wording {
  return wordings[cause.id](cause);
}

const wordings: { readonly [Id in ProblemId]: (cause: ProblemCause<Id>) => Wording } = {
  'bad-line': ({ fault, parent }) => {
    switch (fault) {
      case 'not-a-property':
        return { text: 'the line is not "name = value"', isRejected: true };
      case 'not-a-sub-property':
        return { text: `the line under "${parent}" is not "name = value"`, isRejected: true };
      case 'ignored-sub-property':
        return { text: `the line under "${parent}" is not "name = value": it is ignored` };
      case 'no-name':
        return { text: `the line under "${parent}" has no name before its "="` };
    }
  },
  'repeated-key': ({ fault, key }) =>
    fault === 'property'
      ? { text: `"${key}" is set twice in this section`, isRejected: true }
      : { text: `"${key}" is set twice in this section: the last one counts` },
  'repeated-section': ({ fault, header }) =>
    fault === 'same-header'
      ? { text: `[${header}]: the section is defined twice`, isRejected: true }
      : {
          text: `[${header}]: the AWS CLI and boto3 replace the section of the same name above with it, the AWS SDKs merge the two`,
        },
  'before-sections': () => ({ text: 'the line stands before the first section', isRejected: true }),
  'bad-header': badHeader,
  'byte-order-mark': () => ({ text: 'the file begins with a byte order mark', isRejected: true }),
  encoding: ({ fault }) => {
    switch (fault) {
      case 'not-utf-8':
        return { text: 'the file is not UTF-8', isRejected: true };
      case 'nul':
        return { text: 'the line has a NUL character' };
      case 'not-text':
        return { text: 'is not text, or not UTF-8', advice: 'save it as UTF-8' };
    }
  },
  colon: ({ key }) => ({
    text: `"${key}" is followed by ":", which only the AWS CLI and boto3 understand`,
    advice: 'write "="',
  }),
  indentation: ({ key }) => ({
    text: `the line is indented and so continues the value of "${key}"`,
    advice: 'if it is a property, remove the indentation',
  }),
  'inline-comment': ({ key }) => ({
    text: `the comment after the value of "${key}" is part of the value for the AWS CLI and boto3, and not for the AWS SDKs`,
    advice: 'put it on a line of its own',
  }),
  'upper-case': ({ written, key }) => ({
    text: `"${written}" has capital letters, in which the AWS SDKs for JavaScript and Java do not know it`,
    advice: `write "${key}"`,
  }),
  'bad-name': ({ fault, header }) => {
    if (fault === 'not-portable') {
      return {
        text: `[${shortened(header)}]: the name has characters that some tools do not take`,
        advice: 'letters, digits and _-@+.%:/ are read by all tools',
      };
    }
    return { text: `[${shortened(header)}]: the name ${nameFaults[fault]}, so it cannot be switched to` };
  },
  'default-section': () => ({
    text: '[DEFAULT]: the AWS CLI and boto3 take its properties as defaults for all sections',
    advice: 'rename it',
  }),
  'two-defaults': () => ({
    text: '[default]: the AWS SDKs ignore it, because there is [profile default]; the AWS CLI and boto3 use the later of the two',
  }),
  plugin: ({ module, isForBoth }) => ({
    text: `the AWS CLI${isForBoth ? '' : ' v1'} loads the plugin "${module}", and each command fails where it is not installed`,
  }),
  'no-prefix': ({ header, name }) => ({ text: `[${header}] is not a profile in this file: write [profile ${name}]` }),
  dangling: ({ fault, profile, name }) => {
    if (fault === 'source-profile') return ofProfile(profile, `source_profile "${name}" does not exist`);
    if (fault === 'no-credentials') return ofProfile(profile, `source_profile "${name}" has no credentials`);
    return ofProfile(profile, `[${fault} ${name}] does not exist`);
  },
  cycle: ({ profile, names }) => {
    return ofProfile(
      profile,
      `source_profile goes round in a circle: ${names.map((name) => `"${name}"`).join(' -> ')}`,
    );
  },
  'two-ways': (cause) =>
    cause.fault === 'two-sources'
      ? ofProfile(cause.profile, 'source_profile and credential_source exclude each other')
      : {
          ...ofProfile(
            cause.profile,
            `the AWS CLI and boto3 use ${cause.ours}, the AWS SDK for JavaScript uses ${cause.theirs}`,
          ),
          advice: 'remove one of the two',
        },
  'sso-differs': ({ profile, key, session }) =>
    ofProfile(profile, `${key} differs from that of [sso-session ${session}], which the AWS CLI and boto3 refuse`),
  incomplete: (cause) => {
    if (cause.fault === 'session')
      return { text: `[sso-session ${cause.session}] has no ${cause.missing.join(' and no ')}` };
    const { ignored } = cause;
    const because =
      ignored === null ? '' : `; ${ignored.key} is a property of ${ignored.tool}, which AWS's tools ignore`;
    return ofProfile(cause.profile, `${whatIsMissing(cause)}${because}`);
  },
  'bad-value': (cause) => {
    if (cause.fault === 'sign-in') {
      const { section, key } = cause;
      const example =
        key === 'sso_region' ? 'a region such as eu-west-1' : 'a URL such as https://<portal>.awsapps.com/start';
      return { text: `[${section}]: ${key} is not ${example}` };
    }
    if (cause.fault === 'services') {
      const { name, key, profile } = cause;
      const what =
        key === null ? `[services ${name}] is empty` : `"${key}" in [services ${name}] has no lines below it`;
      return ofProfile(profile, `${what}, which the AWS CLI and boto3 do not read`);
    }
    const { fault, profile } = cause;
    if (cause.fault === 'setting')
      return ofProfile(profile, `the AWS CLI and boto3 refuse this value of "${cause.key}"`);
    if (fault === 'account-id') return ofProfile(profile, 'sso_account_id is not 12 digits');
    if (fault === 'role-arn') return ofProfile(profile, 'role_arn is not the ARN of a role');
    return {
      ...ofProfile(
        profile,
        'the AWS CLI and boto3 run credential_process without a shell, so they cannot run this one',
      ),
      advice: 'write the whole path in place of ~ and variables, or put the command into sh -c',
    };
  },
  misspelt: ({ section, key, meant }) => ({
    text: `[${section}]: AWS's tools know no property "${key}"`,
    advice: `did you mean "${meant}"?`,
  }),
  'not-usable': ({ fault, profile, value }) => ofProfile(profile, whyNotUsable(fault, value)),
  'empty-variable': ({ variable }) => ({
    text: `${variable} is empty, so the AWS CLI and boto3 do not read the file, though the AWS SDKs do`,
    advice: 'unset it',
  }),
  unreadable: (cause) =>
    cause.fault === 'no-home'
      ? { text: 'HOME is not set, so the file cannot be found', advice: `set HOME or ${cause.variable}` }
      : { text: `cannot be read: ${cause.reason}` },
};

function ofProfile(profile: string, text: string): Wording {
  return { text: `profile "${profile}": ${text}` };
}

function whatIsMissing(cause: Exclude<ProblemCause<'incomplete'>, { readonly fault: 'session' }>): string {
  switch (cause.fault) {
    case 'sso':
      return `${cause.missing.join(' and ')} ${cause.missing.length === 1 ? 'is' : 'are'} missing`;
    case 'secret-key':
      return 'aws_access_key_id has no aws_secret_access_key beside it';
    case 'access-key':
      return 'it has a part of a pair of access keys, without aws_access_key_id';
    case 'source':
      return 'role_arn needs a source_profile or a credential_source';
    case 'role':
      return 'role_arn is missing';
    case 'process':
      return 'credential_process is empty';
    case 'login':
      return 'login_session is empty';
    case 'credentials':
      return 'it has no property that gives it credentials';
  }
}

function whyNotUsable(fault: Fault<'not-usable'>, value: string): string {
  switch (fault) {
    case 'environment':
      return 'credential_source = Environment takes access keys from variables, which a switch clears because tools prefer them to AWS_PROFILE';
    case 'unknown-source':
      return `credential_source = ${value} is none of Environment, EcsContainer and Ec2InstanceMetadata`;
    case 'container':
      return `credential_source = ${value} works only in a container of ECS or EKS`;
    case 'instance':
      return `credential_source = ${value} works only on an EC2 instance, and AWS_EC2_METADATA_DISABLED is set`;
    case 'expired':
      return `its access keys have expired, according to ${value}`;
  }
}

function badHeader({ fault, header, prefix }: ProblemCause<'bad-header'>): Wording {
  switch (fault) {
    case 'empty':
      return { text: 'the section header is empty, so the lines under it are ignored', isRejected: true };
    case 'not-closed':
      return { text: 'the section header has no "]", so the lines under it are ignored', isRejected: true };
    case 'read-as-property':
      return { text: 'the line begins like a section header but has no "]", and is read as a property' };
    case 'prefix-in-credentials':
      return { text: `[${header}]: the credentials file has no "${prefix}" in its headers`, advice: 'remove it' };
    case 'blanks-in-name':
      return { text: `[${header}]: the blanks belong to the name for the AWS CLI and boto3, and not for the SDKs` };
    case 'blank-before-prefix':
      return {
        text: `[${header}]: the AWS CLI and boto3 ignore it because of the blank before "${prefix}"`,
        advice: 'remove the blank',
      };
    case 'other-prefix':
      return { text: `[${header}]: the AWS CLI and boto3 take it for [${prefix} ...], the AWS SDKs do not` };
    case 'no-name':
      return { text: `[${header}]: ignored, because it has no name`, advice: `write [${prefix} name]` };
    case 'several-words':
      return { text: `[${header}]: ignored, because its name is not one word`, advice: `write [${prefix} "name"]` };
    case 'comment-follows':
      return {
        text: `[${header}]: the AWS SDK for JavaScript does not see a header that a comment follows directly`,
        advice: 'put a space before the comment',
      };
    case 'text-follows':
      return {
        text: `[${header}]: the AWS SDKs do not see a header that text follows`,
        advice: 'remove the text',
      };
    case 'misspelt-prefix':
      return { text: `[${header}]: no tool of AWS reads this section`, advice: `did you mean [${prefix}]?` };
  }
}

/** A name or a key from a file must not be able to steer the terminal that shows it. */
function escapeControlCharacters(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
