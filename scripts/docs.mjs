// Writes the parts of docs/ that come from the core's tables, between `<!-- generated: NAME -->` and `<!-- end -->`.
// With --check nothing is written: it names the pages that are not up to date, and fails.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importSource } from './source.mjs';

const folder = fileURLToPath(new URL('../docs', import.meta.url));
const { grammarData, settingKeys, spellings, variables } = await importSource('scripts/tables.ts');

const parts = {
  commands: () =>
    table(
      ['command', 'what it does'],
      grammarData.commands.flatMap(({ usage }) => usage).map(([line, meaning]) => [code(line), meaning]),
    ),
  options: () =>
    grammarData.commands
      .filter(({ options }) => options.length > 0)
      .map(({ name, options }) => `### awsp ${name}\n\n${optionTable(options)}`)
      .join('\n\n'),
  'common options': () => optionTable([...grammarData.standaloneOptions, ...grammarData.commonOptions]),
  settings: () =>
    table(
      ['section', 'key', 'example', 'what it does', 'default'],
      settingKeys.map(({ section, key, example, meaning, fallback }) => [
        code(`[${section}]`),
        code(key),
        code(example),
        meaning,
        fallback,
      ]),
    ),
  environment: () =>
    table(
      ['variable', 'what it is'],
      grammarData.environment.map(([name, meaning]) => [name.split(', ').map(code).join(', '), meaning]),
    ),
  variables: () =>
    table(
      ['variable', 'on a switch', 'on `--unset`', 'why'],
      variables.map(({ name, onSwitch, onUnset, warning, reason }) => [
        code(name),
        `${actions[onSwitch]}${warning === undefined ? '' : ', with a warning'}`,
        `${actions[onUnset]}${warning === undefined ? '' : ', with a warning'}`,
        reason,
      ]),
    ),
};

/** What is done with a variable, in words. */
const actions = { set: 'set', unset: 'unset', ours: 'unset if awsp set it', left: 'left' };

const isCheck = process.argv.includes('--check');
const used = new Set();
const stale = [];
for (const page of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
  const path = `${folder}/${page}`;
  const text = readFileSync(path, 'utf8');
  const made = text.replace(/(<!-- generated: (.+?) -->\n).*?(<!-- end -->)/gs, (_, start, name, end) => {
    if (!Object.hasOwn(parts, name)) throw new Error(`docs/${page}: there is no generated part "${name}"`);
    used.add(name);
    return `${start}\n${parts[name]()}\n\n${end}`;
  });
  if (made === text) continue;
  stale.push(`docs/${page}`);
  if (!isCheck) writeFileSync(path, made);
}
const unused = Object.keys(parts).filter((name) => !used.has(name));
if (unused.length > 0) throw new Error(`no page has the generated part ${unused.join(', ')}`);
if (stale.length > 0)
  console.log(isCheck ? `not up to date: ${stale.join(', ')}; run: npm run docs` : stale.join('\n'));
if (isCheck && stale.length > 0) process.exitCode = 1;

function optionTable(options) {
  return table(
    ['option', 'what it does'],
    options.map((option) => [code(written(option)), option.describe]),
  );
}

/** An option as the help writes it: `--region REGION`. */
function written(option) {
  return `${spellings(option).join(', ')}${option.value === undefined ? '' : ` ${option.value}`}`;
}

function code(text) {
  return `\`${text}\``;
}

function table(titles, rows) {
  // Outside of code, Markdown would take `<…>` for HTML and `|` for the end of a cell.
  const safe = (cell) =>
    cell
      .split(/(`[^`]*`)/)
      .map((part, index) => (index % 2 === 0 ? part.replace(/[<>*]/g, '\\$&') : part))
      .join('')
      .replaceAll('|', '\\|');
  return [titles, titles.map(() => '---'), ...rows.map((row) => row.map(safe))]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
