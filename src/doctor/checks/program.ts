import type { Profile } from '../../aws-config/types.ts';
import type { Check } from '../types.ts';
import { finding } from '../words.ts';

/** Checks of awsp itself, and of the programs that it depends on. */
export const programChecks: readonly Check[] = [
  {
    id: 'awsp-not-loaded',
    run: ({ shim, shimLines, home }) => {
      if (shim !== null) return [];
      const [loader] = shimLines.filter(({ isThere }) => isThere);
      const why =
        'a program cannot switch the shell that started it; the shell function "awsp" can, and it also shows the prompt';
      return [
        loader === undefined
          ? finding({
              severity: 'error',
              message: 'no start file loads awsp',
              why,
              remedy: 'let the start file of bash (zsh, fish, nu) load it',
              command: home === null ? null : 'awsp init bash >>~/.bashrc',
            })
          : finding({
              severity: 'error',
              file: loader.file,
              line: loader.line,
              message: 'this shell has not loaded awsp, though this line does so for new ones',
              why,
              remedy: 'open a new shell, and type "awsp doctor" there',
            }),
      ];
    },
  },
  {
    id: 'awsp-is-older',
    run: ({ shim, version }) => {
      if (shim === null || shim.version === version) return [];
      return [
        finding({
          message: `this shell has loaded awsp ${shim.version}, and the program is ${version}`,
          why: 'the two may not understand each other',
          remedy: 'restart the shell',
          command: `exec ${shim.shell}`,
        }),
      ];
    },
  },
  {
    id: 'prompt-not-shown',
    run: ({ shim, shimLines }) => {
      if (!shim?.isUnseen) return [];
      const loader = shimLines.findLast(({ shell, isThere }) => shell === shim.shell && isThere);
      return [
        finding({
          ...(loader === undefined ? {} : { file: loader.file, line: loader.line }),
          message: 'the prompt of this shell does not show the profile',
          why: `something that was loaded later has replaced ${shim.shell === 'zsh' ? 'precmd_functions' : 'PROMPT_COMMAND or PS1'}`,
          remedy: 'load awsp after the lines that set the prompt, or put $AWSP_PROMPT into it: docs/prompt.md',
        }),
      ];
    },
  },
  {
    id: 'node-too-old',
    run: ({ nodeVersion }) => {
      if (!isOlder(nodeVersion, minNode)) return [];
      return [
        finding({
          severity: 'error',
          message: `node is ${nodeVersion}, and awsp needs ${minNode} or later`,
          why: 'awsp may fail, and the AWS SDK is no longer updated for this Node',
          remedy: 'install a newer Node: https://nodejs.org',
        }),
      ];
    },
  },
  {
    id: 'aws-cli-too-old',
    run: ({ awsCliVersion, profiles }) => {
      if (!awsCliVersion?.startsWith('2.')) return [];
      const all = profiles.all();
      return sinceVersion
        .filter(({ minVersion, isUsed }) => isOlder(awsCliVersion, minVersion) && all.some(isUsed))
        .map(({ feature, minVersion }) =>
          finding({
            severity: 'error',
            message: `the AWS CLI is ${awsCliVersion}, and does not support ${feature}`,
            why: 'it fails with every profile that has one',
            remedy: `install ${minVersion} or later: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html`,
          }),
        );
    },
  },
  {
    id: 'settings',
    run: ({ settings }) =>
      settings.problems.map(({ file, line, message }) =>
        finding({
          file,
          line,
          message,
          why: `the default is used instead, and a switch to production asks for ${guards[settings.confirm]}`,
          remedy: 'correct or remove the line; "man awsp" lists all settings',
        }),
      ),
  },
];

/** The same as `engines` in package.json. */
export const minNode = '20.19.0';

// --- internal ---

/** What the guard asks for. With a problem in the settings it is never off. */
const guards = { off: 'nothing', yes: 'a yes', typed: "the account's name" };

interface Feature {
  readonly feature: string;
  /** The first version of the AWS CLI v2 that supports it. */
  readonly minVersion: string;
  readonly isUsed: (profile: Profile) => boolean;
}

const sinceVersion: readonly Feature[] = [
  { feature: 'sso_session', minVersion: '2.9.0', isUsed: ({ ssoSession }) => ssoSession !== null },
  { feature: 'login_session', minVersion: '2.32.0', isUsed: ({ kind }) => kind === 'login' },
];

function isOlder(version: string, minVersion: string): boolean {
  const [have, need] = [version, minVersion].map((text) => text.split('.').map(Number));
  const at = need?.findIndex((part, index) => (have?.[index] ?? 0) !== part) ?? -1;
  return at >= 0 && (have?.[at] ?? 0) < (need?.[at] ?? 0);
}
