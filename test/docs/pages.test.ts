import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../src/emulator/faults.ts';
import { applyDelta, type Facts, switchDelta } from '../../src/environment/delta.ts';
import { promptText } from '../../src/environment/prompt-text.ts';
import { type CodeShellName, shellCode, shells } from '../../src/environment/shells.ts';
import { exitCodes } from '../../src/exit-codes.ts';
import { recordOf, recordPath } from '../../src/guard/trust.ts';
import { ownSections, settingKeys } from '../../src/settings/keys.ts';
import { loadSettings } from '../../src/settings/settings.ts';
import { allPages, fencedBlocks, repositoryFile, section, tableRows } from '../support/docs.ts';
import { devFacts } from '../support/facts.ts';
import { makeSandbox, programFolder, type Sandbox } from '../support/program.ts';
import type { Finished } from '../support/run.ts';
import {
  bareEnvironment,
  describeEachShell,
  describeWith,
  runShell,
  shimFolder,
  temporaryFolder,
} from '../support/shells.ts';
import { fakeWorld } from '../support/world.ts';

const dev = 'barnehageplass-dev-AWSAdministratorAccess-123456789011';

it('the table of errors has the exit codes that there are', () => {
  const codes = tableRows(section('docs/errors.md', 'Exit codes')).map(([code]) => Number(code));
  expect(codes).toEqual(Object.values(exitCodes));
});

describe('the table of settings', () => {
  const text = section('docs/settings.md', 'Settings');
  const rows = tableRows(text);

  it('has the keys that there are', () => {
    const known = settingKeys.map(({ section: name, key, example, meaning }) => [`[${name}]`, key, example, meaning]);
    expect(rows.slice(0, -ownSections.length).map((cells) => cells.slice(0, 4))).toEqual(known);
    expect(rows.slice(-ownSections.length).map((cells) => cells.slice(0, 2))).toEqual([
      ['[pin]', 'a name or a glob'],
      ['[accounts]', 'an account id'],
      ['[alias]', 'any name'],
    ]);
  });

  it('has examples that are good, in the file that it names', async () => {
    const lines = rows.flatMap(([name, key, example]) => [name, key?.includes(' ') ? example : `${key} = ${example}`]);
    const settings = await loadSettings(fakeWorld({ disk: { '/home/kari/.config/awsp/config': lines.join('\n') } }));
    expect(text).toContain('`~/.config/awsp/config`');
    expect(settings.problems).toEqual([]);
    expect(settings.production).toEqual(['*-prod-*', '123456789013']);
    expect(settings.pins).toEqual([{ glob: 'shop-*', accountId: '123456789011' }]);
    expect([...settings.aliases]).toEqual([['d', 'shop-dev-Admin-123456789011']]);
    expect([...settings.accounts]).toEqual([['123456789012', 'shop-prod']]);
  });

  it('has the defaults', async () => {
    const defaults = await loadSettings(fakeWorld());
    const values = settingKeys.filter(({ fallback }) => fallback.startsWith('`'));
    expect(values.length).toBeGreaterThan(5);
    for (const { read, fallback } of values)
      expect(defaults).toMatchObject(read(fallback.slice(1, -1)) ?? { fallback });
    // The others have no value that could be written in their place.
    expect(defaults).toMatchObject({ signInBrowser: null, production: [], productionLimit: null });
    expect(defaults.aliases.size).toBe(0);
    expect(defaults.pins).toEqual([]);
  });
});

const facts: Facts = {
  ...devFacts,
  profile: 'shop-dev-Admin',
  prompt: promptText(
    { ...devFacts, profile: 'shop-dev-Admin', alias: null, accountName: 'shop-dev', region: null },
    { format: null, width: 44 },
    (text) => text.length,
  ),
};

/**
 * What the table of prompts shows, each with what it takes: the last switch, and what was set by hand since, and the account
 * that is pinned. `expiresAt` is
 * in seconds from when the prompt is made, and what is null by hand is there, but not exported. Nothing can be in `/dev/null`.
 */
type ByHand = Readonly<Record<string, string | null>>;
const prompts: Readonly<Record<string, readonly [Partial<Facts>, ByHand, pin?: string]>> = {
  '(shop-dev Admin)': [{}, {}],
  'the same, white on red': [{ level: 'production' }, {}],
  '(PROD shop-dev Admin)': [{ level: 'production' }, {}],
  '(shop-dev Admin not verified)': [{ state: 'unverified' }, {}],
  '(shop-dev Admin 9m)': [{ expiresAt: 510 }, {}],
  '(shop-dev Admin expired)': [{ expiresAt: -1 }, {}],
  '(shop-dev Admin eu-north-1)': [{}, { AWS_REGION: 'eu-north-1' }],
  '(shop-dev Admin, 123456789013 belongs here)': [{}, {}, '123456789013'],
  '(shop-dev Admin, files changed)': [{ seen: '/dev/null/seen' }, {}],
  '(shop-dev Admin, AWS_ENDPOINT_URL set)': [{}, { AWSP_ENDPOINT: 'AWS_ENDPOINT_URL' }],
  '(other not set by awsp)': [{}, { AWS_PROFILE: 'other' }],
  '(shop-dev-Admin not exported)': [{}, { AWS_PROFILE: null }],
  '(shop-dev-Admin, AWS_ACCESS_KEY_ID set)': [{}, { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' }],
};

/** In seconds since 1970. */
function soon(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

describe('the table of prompts', () => {
  it('shows those that are made here, and no others', () => {
    expect(tableRows(section('docs/prompt.md', 'The prompt')).map(([shown]) => shown)).toEqual(Object.keys(prompts));
  });
});

describeEachShell('the prompts of the table', (shell) => {
  const whiteOnRed: Readonly<Record<CodeShellName, string>> = {
    bash: '\x1B[1;37;41m\x02',
    zsh: '%F{white}%K{red}',
    fish: '\x1B[1;37;41m',
  };

  async function promptOf(changed: Partial<Facts>, byHand: ByHand, pin?: string): Promise<string> {
    const home = temporaryFolder();
    const env = bareEnvironment(home);
    const expiresAt = changed.expiresAt === undefined ? null : soon(changed.expiresAt ?? 0);
    const switched = applyDelta(env, switchDelta(env, { ...facts, ...changed, expiresAt }).delta);
    const print = shell === 'fish' ? 'awsp_prompt' : '__awsp_prompt; printf %s "$AWSP_PROMPT"';
    const unexport = (name: string) => (shell === 'fish' ? `set -gu ${name} $${name};` : `typeset +x ${name};`);
    const hidden = Object.keys(byHand).filter((name) => byHand[name] === null);
    const script = `source '${join(shimFolder, `awsp.${shell}`)}'; ${hidden.map(unexport).join('')} ${print}`;
    const set = Object.fromEntries(
      Object.entries(byHand).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
    );
    const cwd = join(home, 'shop');
    const record = recordPath({ env, home }, cwd) ?? '';
    mkdirSync(dirname(record), { recursive: true });
    mkdirSync(cwd);
    if (pin !== undefined) {
      writeFileSync(join(cwd, '.awsp'), pin);
      writeFileSync(record, recordOf({ kind: 'account', value: pin }, pin));
    }
    return (await runShell(shell, script, { env: { ...switched, ...set }, cwd })).stdout;
  }

  it.each(Object.entries(prompts))('%s', async (shown, [changed, byHand, pin]) => {
    if (shown === 'the same, white on red') {
      expect(await promptOf(changed, byHand)).toContain(`${whiteOnRed[shell]}(shop-dev Admin)`);
    } else {
      expect(await promptOf(changed, { ...byHand, NO_COLOR: '1' }, pin)).toBe(`${shown} `);
    }
  });
});

describeEachShell('the recipes for starship and oh-my-posh', (shell) => {
  const [starship = ''] = fencedBlocks('docs/prompt.md', 'toml');
  const [ohMyPosh = '{}'] = fencedBlocks('docs/prompt.md', 'json');
  const recipe: Readonly<Record<string, string | readonly string[]>> = JSON.parse(ohMyPosh);

  /** The first colour of those templates that are for this prompt. */
  function colourOf(key: string, prompt: string): string | undefined {
    const colours = [recipe[`${key}_templates`] ?? []].flat().map((template) => {
      const [, part = '', colour] =
        /^\{\{ if contains "(.*)" \.Env\.AWSP_PROMPT \}\}(\w+)\{\{ end \}\}$/.exec(template) ?? [];
      expect(part).not.toBe('');
      return prompt.includes(part) ? colour : undefined;
    });
    return colours.find((colour) => colour !== undefined) ?? recipe[key]?.toString();
  }

  it('get each state in AWSP_PROMPT, with its colours', async () => {
    const home = temporaryFolder();
    const env = { ...bareEnvironment(home), AWSP_PROMPT_STYLE: 'export' };
    const key = { AWS_ACCESS_KEY_ID: 'AKIA' };
    const states: readonly [string, string, string | undefined, Partial<Facts>, string?][] = [
      ['(dev 123456789011)', 'cyan', undefined, {}],
      ['(dev 123456789011)', 'white', 'red', { level: 'production' }],
      ['(dev 123456789011 not verified)', 'yellow', undefined, { state: 'unverified' }],
      ['(dev 123456789011 9m)', 'magenta', undefined, { expiresAt: soon(510) }],
      ['(dev 123456789011 expired)', 'red', undefined, { expiresAt: 1 }],
      ['(dev overridden by AWS_ACCESS_KEY_ID)', 'red', 'yellow', {}, shells[shell].set('AWS_ACCESS_KEY_ID', 'AKIA')],
    ];
    const show = `${shell === 'fish' ? 'emit fish_prompt' : '__awsp_prompt'}; printenv AWSP_PROMPT`;
    const scripts = states.map(([, , , changed, more = '']) => {
      const code = shellCode(shells[shell], switchDelta({ ...env, ...key }, { ...devFacts, ...changed }).delta);
      return `${code}\n${more}\n${show}`;
    });
    const script = [`source '${join(shimFolder, `awsp.${shell}`)}'`, ...scripts].join('\n');
    const { stdout } = await runShell(shell, script, { env });
    const strip = /regexReplaceAll "(.*)" \.Env\.AWSP_PROMPT ""/.exec(`${recipe.template}`)?.[1] ?? '';
    const prompts = stdout.trimEnd().split('\n');
    expect(
      prompts.map((prompt) => [
        prompt.replace(new RegExp(strip.replaceAll('\\\\', '\\'), 'g'), '').trimEnd(),
        colourOf('foreground', prompt),
        colourOf('background', prompt),
      ]),
    ).toEqual(states.map(([text, foreground, background]) => [text, foreground, background]));
    expect(starship).toContain("[env_var.AWSP_PROMPT]\nformat = '$env_value'\n");
    expect(starship).toContain('[aws]\ndisabled = true\n');
  });
});

describeWith('zsh', 'the recipe for powerlevel10k', () => {
  it('places the segment, and awsp adds no other', async () => {
    const script = `POWERLEVEL9K_LEFT_PROMPT_ELEMENTS=(dir) POWERLEVEL9K_RIGHT_PROMPT_ELEMENTS=(status)
p10k() { print -r -- "$@" }; precmd_functions=(_p9k_precmd)
${fencedBlocks('docs/prompt.md', 'zsh').join('\n')}
source '${join(shimFolder, 'awsp.zsh')}'; __awsp_prompt; prompt_awsp
print -r -- $POWERLEVEL9K_LEFT_PROMPT_ELEMENTS, $POWERLEVEL9K_RIGHT_PROMPT_ELEMENTS`;
    const { stdout } = await runShell('zsh', script, { env: bareEnvironment(temporaryFolder()) });
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is zsh's
    expect(stdout).toBe('reload\nsegment -e -c $AWSP_PROMPT -t ${AWSP_PROMPT% }\ndir, awsp status\n');
  });
});

describe('the JSON', () => {
  /** A profile of each kind that the samples lack, one that was never signed in to, a sub-property, and a bad line. */
  const more = `
[profile web]
role_arn = arn:aws:iam::123456789042:role/Hub
web_identity_token_file = /token
[profile login]
login_session = arn:aws:iam::123456789041:user/kari
[profile none]
region = eu-west-1
s3 =
  max_concurrent_requests = 20
[sso-session new]
sso_start_url = https://new.awsapps.com/start
sso_region = eu-west-1
[profile new]
sso_session = new
sso_account_id = 123456789011
sso_role_name = Reader
a line that is none
`;
  const text = section('docs/json.md', 'JSON');
  let place: Sandbox;
  beforeAll(async () => {
    place = await makeSandbox();
    place.write('.aws/config', readFileSync(join(place.home, '.aws/config'), 'utf8') + more);
  });
  afterAll(() => place.remove());

  const earlier = new Map<string, Promise<Finished>>();
  const printed = async (args: readonly string[], env: Record<string, string> = {}) => {
    const line = JSON.stringify([args, env]);
    const running = earlier.get(line) ?? place.awsp(args, { env });
    earlier.set(line, running);
    const finished = await running;
    expect(finished.code).toBe(exitCodes.done);
    return JSON.parse(finished.stdout);
  };

  /** The notation of docs/json.md, read as a shape: `{name, at: [{line}], by: […]}`. */
  function documented(notation: string): unknown {
    const json = notation
      .replace(/\[…\]/g, '[]')
      .replace(/…/g, 'null')
      .replace(/(?<=[{,] ?)(\w+)(?=[,}])/g, '"$1": null')
      .replace(/(?<=[{,] ?)(\w+)(?=:)/g, '"$1"');
    return shapeOf(JSON.parse(json));
  }

  /** The same with every value null, and of each array its first element if that has a shape. */
  function shapeOf(value: unknown): unknown {
    if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf).filter(Boolean);
    if (typeof value !== 'object' || value === null) return null;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
  }

  function notationOf(command: string): string {
    const [, after = ''] = text.split(`- \`${command}\`: `);
    return /`([^`]+)`/.exec(after)?.[1]?.replace(/\s+/g, ' ') ?? '';
  }

  it('of list', async () => {
    const notation = notationOf('awsp list --json');
    expect(shapeOf(await printed(['list', '--json']))).toEqual(documented(notation));
  });

  it('of show: that of a profile in list, and its properties', async () => {
    const { profiles } = await printed(['list', '--json']);
    const [, notation = ''] = /one profile of those, and `("properties": \{.*?\}, ".*": …\})`/.exec(text) ?? [];
    const { properties, ...rest } = await printed(['show', 'none', '--json']);
    expect(shapeOf(rest)).toEqual(shapeOf(profiles[0]));
    const shape = documented(`{${notation}}`) as { properties: Record<string, unknown> };
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(shape.properties)));
    for (const property of Object.values(properties)) expect(shapeOf(property)).toEqual(shape.properties.region);
  });

  it('of sessions', async () => {
    expect(shapeOf(await printed(['sessions', '--json']))).toEqual(documented(notationOf('awsp sessions --json')));
  });

  it('of current', async () => {
    const report = await printed(['current', '--json'], { AWS_PROFILE: dev });
    expect(shapeOf(report)).toEqual(documented(notationOf('awsp current --json')));
  });

  it.each([
    ['kind', /`kind` is (.*?);/s],
    ['signIn', /`signIn` is (.*?)\./s],
  ])('has the values of %s that there are', async (key, sentence) => {
    const { profiles } = await printed(['list', '--json']);
    const values = new Set(profiles.map((profile: Record<string, unknown>) => String(profile[key])));
    const words = sentence.exec(text)?.[1]?.match(/[a-z]+(?:-[a-z]+)*/g) ?? [];
    expect([...values].sort()).toEqual(words.filter((word) => word !== 'or').sort());
  });
});

describe('the messages in the list of errors', () => {
  const documented = [...section('docs/errors.md', 'Messages').matchAll(/^- \*(.*?)( …)?\*/gm)].map(([, said]) => said);

  /** Each with what it takes, in an emulator of its own. */
  const messages: Readonly<Record<string, (place: Sandbox) => Promise<Finished>>> = {
    'is not the same for all tools: some read': (place) => {
      place.write('.aws/config', '[profile x]\nregion = eu-west-1\n[profile "x"]\nsso_session = y\n');
      return place.switchVia(['x']);
    },
    'AWS CLI v2 and AWS CLI v1 and boto3 fail, whatever the profile': (place) => {
      const config = readFileSync(join(place.home, '.aws/config'), 'utf8');
      place.write('.aws/config', `nonsense\n${config}`);
      return place.switchVia(['dev']);
    },
    'may fail, or find other credentials than awsp': (place) => {
      place.write('.aws/config', '[profile x]\ncredential_process = cat ~/keys.json # mine\n');
      return place.switchVia(['x', '--no-verify']);
    },
    'cannot be used:': (place) => {
      place.write('.aws/config', '[profile x]\nregion = eu-west-1\n');
      return place.switchVia(['x', '--no-verify']);
    },
    'not verified: AWS was not reached': (place) => {
      place.emulator.faults.push({ effect: { kind: 'reset' } });
      return place.switchVia(['dev']);
    },
    'IAM Identity Center gives you no role': (place) => {
      place.emulator.directory.assignments.length = 0;
      return place.switchVia(['dev']);
    },
    'AWS refuses requests from this clock': (place) => {
      place.emulator.faults.push({ service: 'sts', effect: { kind: 'error', status: 400, code: 'RequestExpired' } });
      return place.switchVia(['dev']);
    },
    'there seems to be no portal at': (place) => {
      const config = readFileSync(join(place.home, '.aws/config'), 'utf8');
      place.write('.aws/config', config.replaceAll('skjema.awsapps.com', 'skjemma.awsapps.com'));
      const none = { AWS_ENDPOINT_URL_SSO: undefined, AWS_ENDPOINT_URL_SSO_OIDC: undefined };
      return place.awsp(['login', 'skjema', '--device-code'], { env: { ...place.envThroughProxy, ...none } });
    },
    'IAM Identity Center does not accept the sign-in to': (place) => {
      place.emulator.directory.portals.length = 0;
      return place.awsp(['login', 'skjema', '--device-code']);
    },
    'nobody can listen on 127.0.0.1 here': (place) => {
      const fails = "this.emit('error', Object.assign(new Error(), { code: 'EPERM' }))";
      place.write(
        'preload.cjs',
        `require('net').Server.prototype.listen = function () { setImmediate(() => ${fails}); };`,
      );
      const refused: Fault['effect'] = { kind: 'error', status: 400, code: 'AccessDeniedException' };
      place.emulator.faults.push({ operation: 'CreateToken', effect: refused });
      const env = { BROWSER: '/bin/true', NODE_OPTIONS: `--require=${place.home}/preload.cjs` };
      return place.start(['login', 'skjema'], { env });
    },
    'this shell has not loaded awsp': (place) => place.start(['dev']),
  };

  it('are those that are caused here, and no others', () => {
    expect(documented).toEqual(Object.keys(messages));
  });

  it.each(Object.entries(messages))('%s', async (said, cause) => {
    const place = await makeSandbox();
    try {
      expect((await cause(place)).stderr).toContain(said);
    } finally {
      await place.remove();
    }
  });
});

describe('the links', () => {
  const links = allPages.flatMap((page) =>
    [...repositoryFile(page).matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => ({ page, link })),
  );
  const own = links.filter(({ link }) => !/^https?:/.test(link));

  it('lead to what is there', () => {
    expect(own.length).toBeGreaterThan(40);
    const dead = own.filter(({ page, link }) => {
      const [file = '', heading] = link.split('#');
      const path = file === '' ? page : join(dirname(page), file);
      if (!existsSync(join(programFolder, path))) return true;
      return heading !== undefined && !headings(path).includes(heading);
    });
    expect(dead).toEqual([]);
  });

  it('reach every page from README.md', () => {
    const reached = own.filter(({ page }) => page === 'README.md').map(({ link }) => link.replace(/#.*/, ''));
    expect(reached).toEqual(expect.arrayContaining(allPages.filter((page) => page !== 'README.md')));
  });

  it.each(['awsp', 'help', 'list', 'picker', 'prompt', 'wizard'].map((name) => `docs/${name}.svg`))(
    '%s is among them, and needs nothing from elsewhere',
    (picture) => {
      expect(own.map(({ page, link }) => join(dirname(page), link))).toContain(picture);
      const svg = repositoryFile(picture);
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
      // A text may show an address.
      const drawn = svg.replace('http://www.w3.org/2000/svg', '').replace(/(<text [^>]*>)[^<]*/g, '$1');
      expect(drawn).not.toMatch(/\/\/|href|@import|url\(/);
    },
  );

  /** The headings of a page, as GitHub makes the ends of addresses of them. */
  function headings(page: string): string[] {
    return [...repositoryFile(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
  }
});
