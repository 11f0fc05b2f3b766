import { type Problem, type ProblemCause, type ProblemId, rejected, shortMessage } from '../aws-config/problems.ts';
import type { Finding, Fix, Severity } from './types.ts';
import { finding } from './words.ts';

/** What doctor says of a problem in AWS's files, beside what it is. */
interface Explanation {
  readonly severity: Severity;
  readonly why: string;
  readonly remedy: string;
}

/** The finding for a problem in AWS's files. */
export function explainProblem(problem: Problem): Finding {
  const { id, file, line } = problem;
  const fix = id === 'byte-order-mark' ? withoutMark(file) : null;
  return finding({ ...explanationOf(problem), file, line, message: shortMessage(problem), fix });
}

// --- internal ---

function withoutMark(path: string): Fix {
  return { kind: 'text', path, id: 'byte-order-mark', change: (text) => text.replace(/^\ufeff/, '') };
}

function explanationOf<Id extends ProblemId>(cause: ProblemCause<Id>): Explanation {
  return explanations[cause.id](cause);
}

/** Makes a file unreadable for the AWS CLI and boto3. */
function rejects(remedy: string): Explanation {
  return { severity: 'error', why: rejected, remedy };
}

/** Makes every command with the profile fail. */
function failsWith(remedy: string): Explanation {
  return { severity: 'error', why: 'every command with the profile fails', remedy };
}

/** Has a consequence, but makes nothing fail by itself. */
function warns(why: string, remedy: string): Explanation {
  return { severity: 'warning', why, remedy };
}

const toolsDiffer = 'one command works, and the next, by another tool, fails or goes elsewhere';
const writeProperty = 'write "name = value", or put a # before the line';
const removeOneLine = 'remove one of the two lines';
const saveAsUtf8 = 'save the file as UTF-8 text';
const removeBlanks = 'remove the blanks from the header';

/** By id; an id with several faults has one for each. A new id or fault does not compile without its explanation. */
const explanations: { readonly [Id in ProblemId]: (cause: ProblemCause<Id>) => Explanation } = {
  'bad-line': byFault({
    'not-a-property': rejects(writeProperty),
    'not-a-sub-property': rejects(writeProperty),
    'ignored-sub-property': warns('no tool reads the line', writeProperty),
    'no-name': warns('no tool knows what the value is for', writeProperty),
  }),
  'repeated-key': byFault({
    property: rejects(removeOneLine),
    'sub-property': warns('the first line has no effect', removeOneLine),
  }),
  'repeated-section': byFault({
    'same-header': rejects('move the lines into one section, and remove the other header'),
    'other-spelling': warns(toolsDiffer, 'move the lines into one section'),
  }),
  'before-sections': () => rejects('put the line under a header, or a # before it'),
  'bad-header': byFault({
    empty: rejects('write the header as [profile name]'),
    'not-closed': rejects('write the header as [profile name]'),
    'read-as-property': warns(
      'the lines under it belong to another section than they seem to',
      'close the header with a "]"',
    ),
    'prefix-in-credentials': warns(
      'the profile has another name than it seems to',
      'write the name alone between the brackets',
    ),
    'blanks-in-name': warns(toolsDiffer, removeBlanks),
    'blank-before-prefix': warns(toolsDiffer, removeBlanks),
    'other-prefix': warns(toolsDiffer, 'write the word as it is meant'),
    'no-name': warns('no tool sees the section', 'write the name as one word, in quotes where it has blanks'),
    'several-words': warns('no tool sees the section', 'write the name as one word, in quotes where it has blanks'),
    'comment-follows': warns(toolsDiffer, 'put the rest of the line on a line of its own'),
    'text-follows': warns(toolsDiffer, 'put the rest of the line on a line of its own'),
    'misspelt-prefix': warns('no tool sees the section', 'write the header as it is meant'),
  }),
  'byte-order-mark': () => rejects('save the file without the mark'),
  encoding: byFault({
    'not-utf-8': rejects(saveAsUtf8),
    nul: warns('what the tools make of it differs', saveAsUtf8),
    'not-text': warns('what the tools make of it differs', saveAsUtf8),
  }),
  colon: () => warns(toolsDiffer, 'write "=" in place of ":"'),
  indentation: () =>
    warns('the line is part of another value, and not the property that it seems to be', 'remove the indentation'),
  'inline-comment': () => warns(toolsDiffer, 'put the comment on a line of its own'),
  'upper-case': ({ key }) => warns(toolsDiffer, `write "${key}"`),
  'bad-name': byFault({
    empty: warns('it cannot be switched to', 'give it a name of letters, digits and -_.'),
    'control-character': warns('it cannot be switched to', 'give it a name of letters, digits and -_.'),
    'too-long': warns('it cannot be switched to', 'give it a shorter name'),
    'not-utf-8': warns('two names that differ look the same, and it cannot be switched to', saveAsUtf8),
    'not-portable': warns(
      'the SDKs for JavaScript, Java, Kotlin, Rust and C do not see the section, nor does the CDK',
      'rename it: letters, digits and _-@+.%:/ are read by all tools',
    ),
  }),
  'default-section': () => warns(toolsDiffer, 'rename the section'),
  'two-defaults': () => warns(toolsDiffer, 'keep one of [default] and [profile default]'),
  plugin: () =>
    warns(
      'every command of the AWS CLI fails without the module',
      'install it where the AWS CLI is, or remove the line',
    ),
  'no-prefix': () => warns('no tool sees the profile', 'write [profile name]'),
  dangling: byFault({
    'sso-session': failsWith('correct the name, or add the section that it names'),
    services: failsWith('correct the name, or add the section that it names'),
    'source-profile': failsWith('correct the name, or add the section that it names'),
    'no-credentials': failsWith('name a profile that has credentials'),
  }),
  cycle: () => failsWith('let one of them name a profile with credentials of its own'),
  'two-ways': byFault({
    'two-kinds': {
      severity: 'error',
      why: 'which identity the profile has depends on the tool that uses it',
      remedy: 'remove the properties of one of the two',
    },
    'two-sources': failsWith('remove one of the two'),
  }),
  'sso-differs': () => failsWith('remove it from the profile: the session has it'),
  incomplete: (cause) =>
    cause.fault === 'credentials' && cause.ignored === null
      ? {
          severity: 'note',
          why: 'it cannot be switched to',
          remedy: 'nothing, if it only holds settings; awsp new writes a whole profile',
        }
      : failsWith('add what is missing; awsp new writes a whole profile'),
  'bad-value': () => failsWith('correct the value'),
  misspelt: () => warns('the value has no effect', 'write the name of the property as it is meant'),
  'not-usable': byFault({
    environment: failsWith('name a profile with credentials as source_profile, in place of credential_source'),
    'unknown-source': failsWith('write one of the three, or a source_profile'),
    container: warns('every command with the profile fails here', 'name a profile with credentials as source_profile'),
    instance: warns('every command with the profile fails here', 'name a profile with credentials as source_profile'),
    expired: warns('every command with the profile fails', 'get new keys with the program that writes them'),
  }),
  'empty-variable': () => ({ severity: 'error', why: toolsDiffer, remedy: 'unset the variable' }),
  unreadable: byFault({
    'no-home': {
      severity: 'error',
      why: 'awsp does not see its profiles',
      remedy: 'set HOME, or the variable that names the file',
    },
    'not-readable': {
      severity: 'error',
      why: 'no tool sees its profiles',
      remedy: 'make the file readable for you',
    },
  }),
};

function byFault<Fault extends string>(
  rows: Readonly<Record<Fault, Explanation>>,
): (cause: { readonly fault: Fault }) => Explanation {
  return ({ fault }) => rows[fault];
}
