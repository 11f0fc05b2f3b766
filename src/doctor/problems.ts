import { rejected } from '../aws-config/document.ts';
import type { Problem } from '../aws-config/types.ts';
import type { Finding, Fix, Severity } from './types.ts';
import { finding } from './words.ts';

/** What a problem that the reader of AWS's files found is called, why it matters, and the way out. */
interface Explanation {
  readonly id: string;
  readonly pattern: RegExp;
  readonly severity: Severity;
  readonly why: string;
  readonly remedy: string;
}

const fails = 'every command with the profile fails';
const differ = 'one command works, and the next, by another tool, fails or goes elsewhere';

/** The first whose pattern fits the message; the last fits every message. */
export const explanations: readonly Explanation[] = [
  explain(
    'bad-line',
    /is not "name = value"|has no name before its "="/,
    'write "name = value", or put a # before the line',
  ),
  explain('repeated-key', /is set twice in this section/, 'remove one of the two lines'),
  explain('repeated-section', /is defined twice/, 'move the lines into one section, and remove the other header'),
  explain('before-sections', /stands before the first section/, 'put the line under a header, or a # before it'),
  explain('bad-header', /^the section header/, 'write the header as [profile name]'),
  explain('byte-order-mark', /byte order mark/, 'save the file without the mark'),
  explain('encoding', /not UTF-8|NUL character|is not text/, 'save the file as UTF-8 text', {
    why: 'what the tools make of it differs',
  }),
  explain('colon', /is followed by ":"/, 'write "=" in place of ":"', { why: differ }),
  explain('bad-header', /begins like a section header/, 'close the header with a "]"', {
    why: 'the lines under it belong to another section than they seem to',
  }),
  explain('indentation', /is indented and so continues/, 'remove the indentation', {
    why: 'the line is part of another value, and not the property that it seems to be',
  }),
  explain('inline-comment', /the comment after the value/, 'put the comment on a line of its own', { why: differ }),
  explain('bad-name', /the name (is empty|has a control)/, 'give it a name of letters, digits and -_.', {
    why: 'nobody can switch to it',
  }),
  explain('default-section', /defaults for all sections/, 'rename the section', { why: differ }),
  explain('bad-header', /the credentials file has no/, 'write the name alone between the brackets', {
    why: 'the profile has another name than it seems to',
  }),
  explain(
    'bad-header',
    /the blanks belong to the name|ignore it for the blank before/,
    'remove the blanks from the header',
    { why: differ },
  ),
  explain('bad-header', /take it for \[/, 'write the word as it is meant', { why: differ }),
  explain('bad-header', /^\[.*: ignored, because/, 'write the name as one word, in quotes where it has blanks', {
    why: 'no tool sees the section',
  }),
  explain('bad-header', /does not see a header|do not see a header/, 'put the rest of the line on a line of its own', {
    why: differ,
  }),
  explain('two-defaults', /there is \[profile default\]/, 'keep one of [default] and [profile default]', {
    why: differ,
  }),
  explain('repeated-section', /replace the section of the same name/, 'move the lines into one section', {
    why: differ,
  }),
  explain('no-prefix', /is not a profile in this file/, 'write [profile name]', { why: 'no tool sees the profile' }),
  explain(
    'dangling',
    /^profile .*(\[(services|sso-session) .*\] does not exist|source_profile ".*" does not exist)$/,
    'correct the name, or add the section that it names',
    { severity: 'error', why: fails },
  ),
  explain('cycle', /goes round in a circle/, 'let one of them name a profile with credentials of its own', {
    severity: 'error',
    why: fails,
  }),
  explain('dangling', /source_profile ".*" has no credentials/, 'name a profile that has credentials', {
    severity: 'error',
    why: fails,
  }),
  explain('two-ways', /use .*, the AWS SDK for JavaScript uses/, 'remove the properties of one of the two', {
    severity: 'error',
    why: 'the same profile is two identities, by the tool that uses it',
  }),
  explain('two-ways', /exclude each other/, 'remove one of the two', { severity: 'error', why: fails }),
  explain('sso-differs', /differs from that of \[sso-session/, 'remove it from the profile: the session has it', {
    severity: 'error',
    why: fails,
  }),
  explain(
    'incomplete',
    /(is|are) missing$|needs a source_profile|has no aws_secret_access_key/,
    'add what is missing; awsp new writes a whole profile',
    { severity: 'error', why: fails },
  ),
  explain('bad-value', /is not 12 digits|is not the ARN of a role/, 'correct the value', {
    severity: 'error',
    why: fails,
  }),
  explain('empty-variable', /is empty, so the AWS CLI/, 'unset the variable', { severity: 'error', why: differ }),
  explain('unreadable', /HOME is not set/, 'set HOME, or the variable that names the file', {
    severity: 'error',
    why: 'its profiles are not there for awsp',
  }),
  explain('unreadable', /cannot be (read|found)/, 'make the file readable for you', {
    severity: 'error',
    why: 'its profiles are not there for any tool',
  }),
  explain('dialect', /^/, 'correct the line', { why: differ }),
];

/** What it is called, and all that there is to say of it. */
export function explainProblem({ file, line, message }: Problem): { readonly id: string; readonly finding: Finding } {
  const isRejected = message.endsWith(rejected);
  const plain = isRejected ? message.slice(0, -rejected.length).replace(/: $/, '') : withoutRemedy(message);
  const explanation = explanations.find(({ pattern }) => pattern.test(message));
  if (explanation === undefined) throw new Error(`nothing explains: ${message}`);
  const { id, severity, why, remedy } = explanation;
  const said = isRejected ? { severity: 'error' as const, why: rejected } : { severity, why };
  const fix = id === 'byte-order-mark' ? withoutMark(file) : null;
  return { id, finding: finding({ ...said, file, line, message: plain, remedy, fix }) };
}

// --- internal ---

function withoutMark(path: string): Fix {
  return { kind: 'text', path, id: 'byte-order-mark', change: (text) => text.replace(/^\ufeff/, '') };
}

/** The remedy at the end of a message is said on a line of its own. */
function withoutRemedy(message: string): string {
  return message.replace(/; (?:put|write|remove|rename|set|unset|save|if it is) [^;]*$/, '');
}

function explain(
  id: string,
  pattern: RegExp,
  remedy: string,
  more: Partial<Pick<Explanation, 'severity' | 'why'>> = {},
): Explanation {
  return { id, pattern, severity: 'warning', why: rejected, remedy, ...more };
}
