// Makes man/awsp.1, the manual page, from the core's tables; in mdoc(7), which man-db, groff and mandoc read.
// Another folder than man/ can be given.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importSource } from './source.mjs';

const { grammarData, settingKeys, spellings } = await importSource('scripts/tables.ts');
const folder = process.argv[2] ?? fileURLToPath(new URL('../man', import.meta.url));

const files = [
  ['~/.aws/config, ~/.aws/credentials', 'the profiles; AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name others'],
  ['~/.aws/sso/cache', 'the tokens of the sign-ins, shared with the AWS CLI and the SDKs'],
  ['~/.config/awsp/config', 'the settings; below $XDG_CONFIG_HOME where that is set'],
  ['/etc/xdg/awsp/config', "a team's settings, read before; below each folder of $XDG_CONFIG_DIRS where that is set"],
  ['~/.cache/awsp', 'verifications, without any secret; below $XDG_CACHE_HOME where that is set'],
  ['~/.local/state/awsp', 'how often profiles are used, and which .awsp files are trusted; or below $XDG_STATE_HOME'],
  ['.awsp', 'in a folder: the account or the profile that belongs there'],
];

const page = [
  `.Dd ${date()}`,
  '.Dt AWSP 1',
  '.Os',
  '.Sh NAME',
  '.Nm awsp',
  '.Nd switch the AWS profile of the shell you are in',
  '.Sh SYNOPSIS',
  ...synopsis(),
  '.Sh DESCRIPTION',
  '.Nm',
  'switches the AWS profile of the current shell by setting',
  '.Ev AWS_PROFILE .',
  ...prose('The profile is verified with AWS before the switch, and the account must be the one that it promises.'),
  ...prose('No profile is ever made the default.'),
  '.Pp',
  ...prose(
    'A query is the exact name of a profile, an alias, or words in the name, the account id, the role or the SSO session.',
  ),
  ...prose('When several profiles match, a list to choose from opens; without a terminal the command fails.'),
  '.Sh COMMANDS',
  ...list(
    grammarData.commands.flatMap(({ usage }) => usage).map(([line, meaning]) => [literal(line), ...prose(meaning)]),
  ),
  '.Sh OPTIONS',
  'These stand alone, or go with every command:',
  ...options([...grammarData.standaloneOptions, ...grammarData.commonOptions]),
  ...grammarData.commands.filter((command) => command.options.length > 0).flatMap(commandOptions),
  '.Sh ENVIRONMENT',
  ...list(
    grammarData.environment.map(([names, meaning]) => [
      `.It ${names.split(', ').map(variable).join(' , ')}`,
      ...prose(meaning),
    ]),
  ),
  '.Sh FILES',
  ...list(files.map(([path, meaning]) => [`.It Pa ${path.replaceAll(', ', ' , ')}`, ...prose(meaning)])),
  '.Sh SETTINGS',
  'In',
  '.Pa ~/.config/awsp/config ,',
  'by section and key; all of them are optional.',
  ...list([
    ...settingKeys.map(({ section, key, example, meaning, fallback }) => [
      literal(`[${section}] ${key} = ${example}`),
      ...prose(`${meaning} (default: ${fallback})`),
    ]),
    [literal('[pin] GLOB = ACCOUNT'), 'the account that the profiles of that name must turn out to be'],
    [literal('[alias] ALIAS = PROFILE'), 'a short name for a profile'],
  ]),
  '.Sh EXIT STATUS',
  ...list(grammarData.exitCodes.map(({ code, meaning }) => [`.It ${code}`, ...prose(meaning)])),
  '.Sh SEE ALSO',
  'The pages in the folder',
  '.Pa docs',
  'of the installation,',
  '.Pa ~/.local/share/awsp/docs',
  'unless another prefix was chosen.',
];

mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/awsp.1`, `${page.join('\n')}\n`);

function synopsis() {
  const forms = [
    '.Op Ar query ...',
    '.Fl',
    '.Fl -unset',
    '.Ar command\n.Op Ar option ...\n.Op Ar argument ...',
    '.Fl -help | -version',
  ];
  return forms.flatMap((form) => ['.Nm', ...form.split('\n')]);
}

function commandOptions({ name, options: own }) {
  return [`.Ss Options of awsp ${name}`, ...options(own)];
}

function options(own) {
  return list(
    own.map((option) => {
      const names = spellings(option).map((spelling) => `Fl ${escaped(spelling.slice(1))}`);
      const value = option.value === undefined ? '' : ` Ar ${option.value}`;
      return [`.It ${names.join(' , ')}${value}`, ...prose(option.describe)];
    }),
  );
}

/** Items, each with its text below. */
function list(items) {
  return ['.Bl -tag -width Ds', ...items.flat(), '.El'];
}

/** An item that is typed as it stands. */
function literal(text) {
  return `.It Ic "${escaped(text).replaceAll('"', '""')}"`;
}

function variable(name) {
  return `Ev ${escaped(name)}`;
}

/** Lines of text, none longer than mandoc wants them; code in it is bold. */
function prose(text) {
  const words = escaped(text)
    .replace(/`([^`]*)`/g, '\\fB$1\\fP')
    .split(' ');
  const lines = [];
  for (const word of words) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && longer.length <= 78) lines.splice(-1, 1, longer);
    else lines.push(word);
  }
  return lines.map((line) => (/^[.']/.test(line) ? `\\&${line}` : line));
}

function escaped(text) {
  return text
    .replaceAll('\\', '\\e')
    .replace(/-/g, '\\-')
    .replace(
      /[^\n -~]/gu,
      (character) => `\\[u${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}

/** The day on which it is made, or the one that a reproducible build gives. */
function date() {
  const given = process.env.SOURCE_DATE_EPOCH;
  const day = given === undefined ? new Date() : new Date(Number(given) * 1000);
  return day.toLocaleDateString('en-US', { year: 'numeric', month: 'long', day: 'numeric', timeZone: 'UTC' });
}
