import yargs from 'yargs';
import type { ProfileKind } from '../aws-config/types.ts';
import { type ShellName, shellNames } from '../environment/shells.ts';
import { readLimit } from '../guard/limit.ts';
import { closest } from '../lib/closest.ts';
import {
  aloneOptions,
  commonOptions,
  defaultVerb,
  findVerb,
  type OptionSpec,
  type VerbSpec,
  verbs,
} from './grammar.ts';
import type { CreationOptions, NewOptions, Request, SwitchOptions } from './invocation.ts';

type Values = Readonly<Record<string, unknown>>;

/** What a command line asks for, by the whole grammar. Pure: it knows neither the terminal nor the environment. */
export function parse(argv: readonly string[]): { readonly request: Request; readonly debug: boolean } {
  const every = [...verbs.flatMap((verb) => verb.options), ...aloneOptions, ...commonOptions];
  const { values, words, error } = readWithYargs(argv, every);
  const debug = values.debug === true;
  if (error !== null) return { request: invalid(error), debug };
  const verb = argv[0] === '--' ? undefined : findVerb(words[0]);
  const rest = verb === undefined ? words : words.slice(1);
  return { request: toRequest(verb ?? defaultVerb, verb !== undefined, rest, values), debug };
}

// --- internal ---

function readWithYargs(argv: readonly string[], specs: readonly OptionSpec[]) {
  const parser = yargs([], '/').help(false).version(false).exitProcess(false).fail(false).parserConfiguration({
    'boolean-negation': false,
    'camel-case-expansion': false,
    'dot-notation': false,
    'parse-numbers': false,
    'parse-positional-numbers': false,
    'populate--': true,
    'short-option-groups': true,
  });
  for (const spec of specs) {
    parser.option(spec.name, {
      ...(spec.alias === undefined ? {} : { alias: spec.alias }),
      type: spec.value === undefined ? 'boolean' : 'string',
    });
  }
  const { _, '--': afterDashes, $0: _program, ...values } = parser.parseSync([...argv]) as Record<string, unknown>;
  const words = [...(_ as unknown[]), ...((afterDashes as unknown[] | undefined) ?? [])].map(String);
  const aliases = new Map(specs.flatMap((spec) => (spec.alias === undefined ? [] : [[spec.alias, spec.name]])));
  const given = Object.fromEntries(
    Object.entries(values)
      .filter(([key, value]) => !aliases.has(key) && value !== undefined)
      .map(([key, value]) => [key, isList(key, specs) ? [value].flat() : lastOf(value)]),
  );
  return { values: given, words, error: firstError(given, specs, argv) };
}

function isList(key: string, specs: readonly OptionSpec[]): boolean {
  return specs.some(({ name, list }) => name === key && list === true);
}

/** What an option stands for that is given several times. */
function lastOf(value: unknown): unknown {
  return [value].flat().at(-1);
}

function firstError(values: Values, specs: readonly OptionSpec[], argv: readonly string[]): Complaint | null {
  for (const [key, value] of Object.entries(values)) {
    const spec = specs.find(({ name }) => name === key);
    if (spec === undefined) return unknownOption(key, specs, argv);
    if (spec.value === undefined && argv.some((word) => word.startsWith(`--${key}=`))) {
      return { message: `"--${key}" takes no value` };
    }
    if (spec.value !== undefined && [value].flat().some((one) => typeof one !== 'string' || one === '')) {
      return { message: `"--${key}" needs a value: --${key} ${spec.value}` };
    }
    if (spec.choices !== undefined && !spec.choices.includes(String(value))) {
      return { message: `"--${key} ${String(value)}": expected one of ${spec.choices.join(', ')}` };
    }
  }
  return null;
}

interface Complaint {
  readonly message: string;
}

function unknownOption(key: string, specs: readonly OptionSpec[], argv: readonly string[]): Complaint {
  const written = argv.find((word) => word === `-${key}` || word.startsWith(`--${key}`))?.split('=')[0] ?? `-${key}`;
  const names = specs.map(({ name }) => `--${name}`);
  const [suggestion] = closest(written, names, 1);
  return { message: `unknown option "${written}"${suggestion === undefined ? '' : `; did you mean "${suggestion}"?`}` };
}

function invalid({ message }: Complaint): Request {
  return { verb: 'invalid', message, details: ['awsp --help lists the commands and their options'] };
}

function toRequest(verb: VerbSpec, named: boolean, words: readonly string[], values: Values): Request {
  if (values.help === true) return { verb: 'help', topic: named ? verb.name : null };
  const isAlone =
    values.version === true || (values.unset === true && !verb.options.some(({ name }) => name === 'unset'));
  if (isAlone) return toAloneRequest(named, words, values);
  const allowed = [...verb.options, ...commonOptions].map(({ name }) => name);
  const stranger = Object.keys(values).find((key) => !allowed.includes(key));
  if (stranger !== undefined) return invalid({ message: `"--${stranger}" does not go with "awsp ${verb.name}"` });
  const { min, max, value = 'WORD', choices } = verb.words;
  if (words.length < min) {
    const known = choices === undefined ? '' : `: ${choices.join(', ')}`;
    return invalid({ message: `"awsp ${verb.name}" needs a ${value.toLowerCase()}${known}` });
  }
  if (words.length > max) return invalid({ message: `"awsp ${verb.name}" takes no "${words[max]}"` });
  return toVerbRequest(verb.name, words, values, named);
}

function toAloneRequest(named: boolean, words: readonly string[], values: Values): Request {
  const option = values.version === true ? 'version' : 'unset';
  const others = Object.keys(values).filter((key) => key !== option && key !== 'debug');
  if (named || words.length > 0 || others.length > 0) return invalid({ message: `"--${option}" stands alone` });
  return { verb: option };
}

function toVerbRequest(verb: string, words: readonly string[], values: Values, named: boolean): Request {
  switch (verb) {
    case 'list':
      return {
        verb,
        query: words,
        json: values.json === true,
        filter: { production: values.production === true, kind: (values.kind as ProfileKind) ?? null },
      };
    case 'show':
      return { verb, query: words, json: values.json === true };
    case 'current':
      return {
        verb,
        json: values.json === true,
        quiet: values.quiet === true,
        verify: values['no-verify'] !== true,
      };
    case 'new':
      return { verb, options: toNewOptions(values) };
    case 'import':
      return toImport(values);
    case 'login':
      return {
        verb,
        query: words,
        deviceCode: values['device-code'] === true,
        noBrowser: values['no-browser'] === true,
        all: values.all === true,
      };
    case 'logout':
      return { verb, query: words, all: values.all === true };
    case 'sessions':
      return { verb, json: values.json === true };
    case 'allow':
    case 'deny':
      return { verb };
    case 'region':
      return toRegion(words[0] ?? null, values.unset === true);
    case 'doctor':
      return toDoctor(values);
    case 'init':
      return toInit(words[0]);
    case 'demo':
      return toDemo(values);
    default:
      return toSwitch(words, values, named);
  }
}

function toNewOptions(values: Values): NewOptions {
  const text = (name: string) => (lastOf(values[name]) as string) ?? null;
  return { ...toCreationOptions(values), account: text('account'), role: text('role'), name: text('name') };
}

function toImport(values: Values): Request {
  const list = (name: string) =>
    [values[name] ?? []]
      .flat()
      .flatMap((value) => String(value).split(','))
      .map((item) => item.trim())
      .filter((item) => item !== '');
  // Not all of them, when none of them was meant.
  const empty = ['account', 'role'].find((name) => values[name] !== undefined && list(name).length === 0);
  if (empty !== undefined) return invalid({ message: `"--${empty}" needs a value: --${empty} GLOB` });
  return {
    verb: 'import',
    options: {
      ...toCreationOptions(values),
      accounts: list('account'),
      roles: list('role'),
      nameTemplate: (values['name-template'] as string) ?? null,
      dryRun: values['dry-run'] === true,
      prune: values.prune === true,
    },
  };
}

function toCreationOptions(values: Values): CreationOptions {
  const text = (name: string) => (values[name] as string) ?? null;
  return {
    startUrl: text('start-url'),
    ssoRegion: text('sso-region'),
    session: text('session'),
    legacy: values.legacy === true,
    region: text('region'),
    output: text('output'),
    deviceCode: values['device-code'] === true,
    noBrowser: values['no-browser'] === true,
    yes: values.yes === true,
  };
}

function toRegion(region: string | null, unset: boolean): Request {
  if (region !== null && unset) return invalid({ message: '"awsp region --unset" takes no region' });
  const complaint = badRegion(region);
  return complaint === null ? { verb: 'region', region, unset } : invalid(complaint);
}

/** Null when it may be one: AWS has new regions sooner than awsp knows of them. */
function badRegion(region: string | null): Complaint | null {
  return region === null || /^[a-z0-9-]+$/.test(region) ? null : { message: `"${region}" is not a region` };
}

function toDoctor(values: Values): Request {
  const options = { json: values.json === true, fix: values.fix === true, yes: values.yes === true };
  return options.yes && !options.fix ? invalid({ message: '"--yes" goes with "--fix"' }) : { verb: 'doctor', options };
}

function toInit(word: string | undefined): Request {
  const shell = shellNames.find((name) => name === word);
  return shell === undefined
    ? invalid({ message: `no shell integration for "${word}": expected one of ${shellNames.join(', ')}` })
    : { verb: 'init', shell };
}

function toDemo(values: Values): Request {
  const accounts = (values.accounts as string) ?? '4';
  if (!/^\d{1,4}$/.test(accounts))
    return invalid({ message: `"--accounts ${accounts}": expected a number up to 9999` });
  return {
    verb: 'demo',
    shell: (values.shell as ShellName) ?? null,
    command: (values.command as string) ?? null,
    accounts: Number(accounts),
  };
}

function toSwitch(words: readonly string[], values: Values, named: boolean): Request {
  const options = toSwitchOptions(values);
  if ('message' in options) return invalid(options);
  if (options.readOnly && (words.join('').trim() === '' || words.includes('-'))) {
    return invalid({ message: '"--read-only" needs a query: awsp --ro <query>' });
  }
  if (words.includes('-')) {
    return words.length === 1 && !named ? { verb: 'back', options } : invalid({ message: '"awsp -" takes no name' });
  }
  return words.length === 0 ? { verb: 'choose', options } : { verb: 'switch', query: words, options };
}

function toSwitchOptions(values: Values): SwitchOptions | Complaint {
  const [both] = ['verify', 'login'].filter((name) => values[name] === true && values[`no-${name}`] === true);
  if (both !== undefined) return { message: `"--${both}" and "--no-${both}" exclude each other` };
  const region = (values.region as string) ?? null;
  const complaint = badRegion(region);
  if (complaint !== null) return complaint;
  const time = (values.for as string) ?? null;
  const limit = time === null ? null : readLimit(time);
  if (time !== null && limit === null) return { message: `"--for ${time}" is not a time such as 30s, 30m or 8h` };
  return {
    verify: values.verify === true ? 'always' : values['no-verify'] === true ? 'never' : 'auto',
    login: values.login === true ? 'always' : values['no-login'] === true ? 'never' : 'ask',
    region,
    limit,
    yes: values.yes === true,
    readOnly: values['read-only'] === true,
  };
}
