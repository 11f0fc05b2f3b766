import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importSource } from './source.mjs';
import { fillTemplate } from './template.mjs';

const { commandRunningWords, passThroughWords, shimReportingWords } =
  await importSource('src/commands/grammar-data.ts');
const { defaultPromptWidth, promptFrame } = await importSource('src/environment/prompt-text.ts');
const { regionVariables, serverVariables, variables } = await importSource('src/environment/variables.ts');

const root = fileURLToPath(new URL('..', import.meta.url));
const templates = 'shell/templates';

/** The shims, made from `shell/templates/`: each has the name of its template. */
export function makeShims() {
  return readdirSync(`${root}/${templates}`).map((name) => {
    const template = readFileSync(`${root}/${templates}/${name}`, 'utf8');
    const header = `# Made by scripts/build.mjs from ${templates}/${name}: change that file, and build again.\n`;
    return { name, content: header + fillTemplate(name, template, shimData(name.replace('awsp.', ''))) };
  });
}

// The prompt names the last that is set. Of the keys in the environment that is to be the first of the table, the key's id.
const whenDifferent = namesOf(({ beatsProfile }) => beatsProfile === 'when-different');
const whenSet = namesOf(({ beatsProfile }) => beatsProfile === 'when-set').reverse();

/** What stands in every shim. */
const commonData = {
  VERSION: JSON.parse(readFileSync(`${root}/package.json`, 'utf8')).version,
  // What is unset when the time limit is over: some names a line.
  DROPPED: inLines(namesOf(({ onUnset }) => onUnset === 'unset')),
  REGION_VARIABLES: regionVariables.join(' '),
  // The columns of the prompt, and those of them for its parentheses and the blank behind them.
  WIDTH: String(defaultPromptWidth),
  FRAME: String(promptFrame),
  // The variables that beat AWS_PROFILE.
  WHEN_DIFFERENT: whenDifferent.join(' '),
  WHEN_SET: whenSet.join(' '),
};

/** What stands in the shim of nushell. */
function nuData() {
  const alternatives = (words) => words.map((word) => `'${word}'`).join(' | ');
  return {
    ...commonData,
    PASS_THROUGH: alternatives([
      ...passThroughWords.filter((word) => !shimReportingWords.includes(word)),
      ...commandRunningWords,
    ]),
    SHIM_AWARE: alternatives(shimReportingWords),
    SERVERS: serverVariables.join(' '),
  };
}

/** What stands in the shim of a shell. */
function shimData(shell) {
  if (shell === 'nu') return nuData();
  const isFish = shell === 'fish';
  const alternatives = (words) => words.join(isFish ? ' ' : ' | ');
  return {
    ...commonData,
    // The program is run as it is, without AWSP_SHIM and with it.
    PASS_THROUGH: alternatives(passThroughWords.filter((word) => !shimReportingWords.includes(word))),
    SHIM_AWARE: alternatives(shimReportingWords),
    ...(isFish ? { ROOM: String(defaultPromptWidth - promptFrame) } : {}),
    // The variables that beat AWS_PROFILE as one word, which is empty when none of them is set; two tests in fish cost no more than this.
    ...(isFish ? {} : { ANY_WHEN_DIFFERENT: whenDifferent.map((name) => `\${${name}+set}`).join('') }),
    // The end of AWSP_FILES, and one word that is empty when none of them is set.
    SERVERS: serverVariables.map((name) => (isFish ? `$${name}` : `\${${name}-}`)).join(':'),
    ANY_SERVER: serverVariables.map((name) => (isFish ? `$${name}` : `\${${name}-}`)).join(''),
    // All that the prompt is made of, for a shell that need not make the same one again.
    ...allOfPrompt(shell),
    // Whether AWS's files have the dates that they had, see src/node/file-dates.ts. It is in two places, because a call takes
    // as long as half of it.
    UNCHANGED: {
      bash: `( ${['config', 'credentials'].map(unchanged.bash).join(' && ')} && -d $AWSP_SEEN )`,
      zsh: `( ${['config', 'credentials'].map(unchanged.zsh).join(' && ')} )`,
      fish: `${['config', 'credentials'].map(unchanged.fish).join(' -a ')} -a -d $AWSP_SEEN`,
    }[shell],
    ANY_WHEN_SET: whenSet.map((name) => (isFish ? `$${name}` : `\${${name}-}`)).join(''),
  };
}

/** All that the prompt is made of: as one word, and for zsh as a comparison of several and what keeps these. */
function allOfPrompt(shell) {
  const set = whenDifferent.map((name) => (shell === 'fish' ? `$${name}` : `\${${name}+set}`));
  // Zsh, where the function has the usual options, expands the short form faster.
  const values = [...factsOfPrompt, ...whenSet, ...serverVariables].map((name) =>
    shell === 'bash' ? `\${${name}-}` : `$${name}`,
  );
  if (shell !== 'zsh') return { ALL: [...set, ...values].join(',') };
  const all = [`\${(t)AWS_PROFILE}`, ...set, ...values];
  // For each variable zsh copies the whole word: one of forty takes four times as long as four of ten.
  const words = Array.from({ length: 4 }, (_, part) => all.filter((_, index) => index % 4 === part).join(','));
  return {
    IS_ALL: words.map((word, part) => `"${word}" == "$__awsp_all${part}"`).join(' && '),
    KEEP_ALL: words.map((word, part) => `__awsp_all${part}="${word}"`).join(' '),
  };
}

/** That a file has the date that it had, or is still missing. Zsh finds no missing file older than another. */
const unchanged = {
  bash: (name) =>
    `! $AWSP_SEEN/${name} -nt $AWSP_SEEN/${name}.until && ! $AWSP_SEEN/${name} -ot $AWSP_SEEN/${name}.since`,
  fish: (name) => unchanged.bash(name).replace('&&', '-a'),
  zsh: (name) =>
    `( -e $AWSP_SEEN/${name} && ${unchanged.bash(name)} || ! -e $AWSP_SEEN/${name}.since && ! -e $AWSP_SEEN/${name} && -d $AWSP_SEEN )`,
};

/** The variables of the prompt beside those that beat AWS_PROFILE and the endpoints. */
const factsOfPrompt = [
  ...[
    'AWS_PROFILE',
    ...variables
      .map(({ name }) => name)
      .filter((name) => /^AWSP_(?!ACCOUNT_NAME|TEXT_SHORT|REGION|PREVIOUS)/.test(name)),
  ],
  ...regionVariables,
  ...['HOME', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'PWD'],
  ...['AWSP_NO_PROMPT', 'NO_COLOR', 'TERM'],
];

function namesOf(isMeant) {
  return variables.filter(isMeant).map(({ name }) => name);
}

function inLines(words, width = 100) {
  const lines = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
