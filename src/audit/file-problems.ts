import { type Problem, type ProblemCause, type ProblemId, rejectsFile } from '../aws-config/problems.ts';
import type { ProfileRules } from './profile-use.ts';

/** What a problem in AWS's files makes of every profile for a family of tools, or of those in whose lines it is. */
type Effect =
  /** The tool fails, whatever the profile. */
  | 'fails'
  /** The tool reads nothing of either file, and says nothing. */
  | 'reads nothing'
  /** What the tool makes of any profile is not known. */
  | 'unverified'
  /** What the tool makes of the profiles in whose lines the problem is, is not known. */
  | 'unverified there'
  /** The tool reads the profiles in whose lines the problem is otherwise than awsp, and may not find the same. */
  | 'reads otherwise there';

/** A problem in AWS's files that stops a family of tools. */
export interface FileProblem {
  readonly effect: 'fails' | 'reads nothing' | 'reads otherwise' | 'unverified';
  readonly problem: Problem;
}

/** What AWS's files have been read for. */
export interface ProblemsForProfile {
  /** Of both files. */
  readonly all: readonly Problem[];
  /** Of one profile, its sources and their sessions. */
  readonly own: readonly Problem[];
}

/**
 * The problem in AWS's files that decides what a family of tools does with a profile; null if none does. Tried with
 * botocore 1.43, the AWS CLI 2.9, @aws-sdk/credential-provider-node 3.972, aws-sdk-go-v2/config 1.33 and the SDK for Java
 * 2.46: `test/conformance/referees.test.ts`.
 */
export function decidingProblem(rules: ProfileRules, { all, own }: ProblemsForProfile): FileProblem | null {
  const found: FileProblem[] = [];
  for (const problem of all) {
    const effect = effectOf(problem)[rules];
    if (effect === 'fails' || effect === 'reads nothing' || effect === 'unverified') found.push({ effect, problem });
  }
  for (const problem of own) {
    const effect = effectOf(problem)[rules];
    if (effect === 'unverified there') found.push({ effect: 'unverified', problem });
    if (effect === 'reads otherwise there') found.push({ effect: 'reads otherwise', problem });
  }
  const first = (effect: FileProblem['effect']) => found.find((one) => one.effect === effect);
  return first('fails') ?? first('reads nothing') ?? first('reads otherwise') ?? first('unverified') ?? null;
}

// --- internal ---

type Effects = Partial<Readonly<Record<ProfileRules, Effect>>>;

function effectOf<Id extends ProblemId>(problem: ProblemCause<Id>): Effects {
  return effects[problem.id](problem);
}

const botocoreFails: Effects = { botocore: 'fails' };
const none: Effects = {};
const sdksThere: Effects = { javascript: 'unverified there', go: 'unverified there', java: 'unverified there' };
const allThere: Effects = { ...sdksThere, botocore: 'unverified there' };
const sdksUnverified: Effects = { javascript: 'unverified', go: 'unverified', java: 'unverified' };
/** The SDK for Java reads neither file if one has a line that it does not understand. */
const javaReadsNothing: Effects = { java: 'reads nothing' };

/** An id without an entry does not compile. */
const effects: { readonly [Id in ProblemId]: (cause: ProblemCause<Id>) => Effects } = {
  'bad-line': (cause) => {
    switch (cause.fault) {
      case 'not-a-property':
        return { ...botocoreFails, ...javaReadsNothing, go: 'unverified there' };
      case 'not-a-sub-property':
        // It may be an indented header, which these see.
        return { ...botocoreFails, ...javaReadsNothing, javascript: 'unverified there', go: 'unverified there' };
      case 'ignored-sub-property':
      case 'no-name':
        return { java: 'unverified' };
    }
  },
  'repeated-key': (cause) => (rejectsFile(cause) ? botocoreFails : none),
  'repeated-section': ({ fault }) => (fault === 'same-header' ? botocoreFails : allThere),
  'before-sections': () => ({ ...botocoreFails, ...javaReadsNothing }),
  'bad-header': ({ fault }) => {
    switch (fault) {
      case 'empty':
        return { ...botocoreFails };
      // The properties below a header that a tool does not see belong to the section above.
      case 'not-closed':
        return { ...botocoreFails, ...javaReadsNothing, javascript: 'unverified', go: 'unverified' };
      case 'read-as-property':
        return sdksUnverified;
      case 'text-follows':
        return { ...javaReadsNothing, javascript: 'unverified', go: 'unverified' };
      case 'prefix-in-credentials':
      case 'blanks-in-name':
      case 'other-prefix':
      case 'comment-follows':
        return sdksThere;
      // Which tools see the section is known: `trimsHeaders` of the families.
      case 'blank-before-prefix':
      case 'no-name':
      case 'several-words':
      case 'misspelt-prefix':
        return none;
    }
  },
  // Go loses the first section.
  'byte-order-mark': () => ({ ...botocoreFails, ...javaReadsNothing, go: 'unverified' }),
  encoding: (cause) => (rejectsFile(cause) ? { ...botocoreFails, ...sdksUnverified } : allUnverified),
  colon: () => ({ ...javaReadsNothing, javascript: 'unverified there' }),
  indentation: () => ({ java: 'unverified', javascript: 'unverified there', go: 'unverified there' }),
  'inline-comment': () => ({ botocore: 'reads otherwise there' }),
  'upper-case': () => ({ javascript: 'reads otherwise there', java: 'reads otherwise there' }),
  // Which tools see a name that is not portable is known: `plainNamesOnly` of the families.
  'bad-name': ({ fault }) => (fault === 'not-portable' ? none : sdksThere),
  'default-section': () => ({ botocore: 'unverified' }),
  'two-defaults': () => allThere,
  plugin: () => ({ botocore: 'unverified' }),
  'no-prefix': () => none,
  // What these make of a profile is decided by `profileUse`, which reads its properties.
  dangling: () => none,
  cycle: () => none,
  'two-ways': () => none,
  'sso-differs': () => none,
  incomplete: () => none,
  'bad-value': (cause) => {
    const { fault } = cause;
    // For STS, `profileUse` decides; other services fail when they are used.
    if (fault === 'services')
      return cause.key === null || cause.key === 'sts' ? none : { botocore: 'reads otherwise there' };
    return fault === 'credential-process' || fault === 'setting' ? { botocore: 'reads otherwise there' } : none;
  },
  misspelt: () => none,
  'not-usable': () => none,
  // The file that the SDKs read instead is another: `verdictOf` says so by the variable.
  'empty-variable': () => none,
  // configparser takes a file that it cannot open for an empty one.
  unreadable: () => ({ go: 'unverified', java: 'unverified' }),
};

const allUnverified: Effects = { ...sdksUnverified, botocore: 'unverified' };
