import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FileRole, IndexedFile } from '../../src/aws-config/sections.ts';
import { AwspError } from '../../src/errors.ts';
import { exitCodes } from '../../src/exit-codes.ts';
import type { Files } from '../../src/world.ts';
import { acceptedText } from '../aws-config/dialect.ts';
import { askBotocore, type BotocoreAnswer, hasBotocore } from '../support/botocore-texts.ts';
import { makeSandbox, type Sandbox, teamFile } from '../support/program.ts';
import { runs } from '../support/runs.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeSandbox();
});
afterAll(() => sandbox.remove());

const config = `# mine
[default]
region = eu-west-1

[profile base]
region = eu-west-1 # home
s3 =
  max_concurrent_requests = 20

[profile shop-prod]
role_arn = arn:aws:iam::123456789012:role/Admin
source_profile = base
region = eu-west-1
`;
const credentials = '[base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG\n';
const path = (name: string) => `${sandbox.home}/${name}`;
const textOf = (name: string) => readFileSync(path(name), 'utf8');
const files = () => ({ config: textOf('.aws/config'), credentials: textOf('.aws/credentials') });
const settings = '.config/awsp/config';

beforeEach(() => {
  for (const folder of ['.aws', '.config', '.local', 'work']) rmSync(path(folder), { recursive: true, force: true });
  sandbox.write('.aws/config', config);
  sandbox.write('.aws/credentials', credentials);
});

const yes = () => 'y';

describe('awsp rename', () => {
  it('shows the change in both files, asks once, and makes it with all that refers to the profile', async () => {
    sandbox.write(settings, '[alias]\nb = base ; short\nother = shop-prod\n[pin]\nbase=123456789041\n');
    sandbox.write('.local/state/awsp/uses', '1700000000 base\n1700000001 basement\n1700000002 base\n');
    const questions: string[] = [];
    const answer = (question: string) => {
      questions.push(question);
      return '';
    };
    const { code, stdout, stderr } = await sandbox.awsp(['rename', 'base', 'home'], { answer });
    expect({ code, stdout, questions }).toEqual({
      code: 0,
      stdout: '',
      questions: ['rename "base" to "home"? [Y/n] '],
    });
    expect(stderr).toContain(
      '~/.aws/config\n  - [profile base]\n  + [profile home]\n\n    [profile shop-prod]\n  - source_profile = base\n  + source_profile = home\n',
    );
    expect(stderr).toContain('\n~/.aws/credentials\n  - [base]\n  + [home]\n');
    expect(stderr).toMatch(
      /"base" is "home" now, in ~\/.aws\/config, ~\/.aws\/credentials and ~\/.config\/awsp\/config\n$/,
    );
    expect(files()).toEqual({
      config: config.replace('[profile base]', '[profile home]').replace('= base', '= home'),
      credentials: credentials.replace('[base]', '[home]'),
    });
    expect(textOf(settings)).toBe('[alias]\nb = home ; short\nother = shop-prod\n[pin]\nhome = 123456789041\n');
    expect(textOf('.local/state/awsp/uses')).toBe('1700000000 home\n1700000001 basement\n1700000002 home\n');
  });

  it('prints no key, of either file', async () => {
    for (const args of [
      ['rename', 'base', 'home'],
      ['copy', 'base', 'home'],
      ['rm', 'base'],
    ]) {
      const { stdout, stderr } = await sandbox.awsp([...args, '--dry-run']);
      expect(stdout + stderr).not.toMatch(/AKIAIOSFODNN7|wJalrXUtnFEMI/);
    }
  });

  it('tells the shell that uses the profile, and the folders that are pinned to it', async () => {
    sandbox.write('work/.awsp', 'profile = base\n');
    await sandbox.awsp(['allow'], { cwd: path('work') });
    const { stderr } = await sandbox.awsp(['rename', 'base', 'my home', '--yes'], { env: { AWS_PROFILE: 'base' } });
    expect(stderr).toContain(`this shell uses "base", a name that is gone; to go on with it: awsp 'my home'\n`);
    expect(stderr).toContain(
      'these files name "base"; to change one: profile = my home, and then awsp allow in its folder\n  ~/work/.awsp: the profile that belongs there\n',
    );
    expect(textOf('work/.awsp')).toBe('profile = base\n');
  });

  it('says when a production profile would not be one any more, and when a pin is lost', async () => {
    sandbox.write(settings, '[pin]\nshop-* = 123456789012\n');
    const { code, stderr } = await sandbox.awsp(['rename', 'shop-prod', 'butikk', '--yes']);
    expect(code).toBe(0);
    expect(stderr).toContain('warning: "butikk" will not count as production any more\n');
    expect(stderr).toContain('"shop-prod" is pinned to account 123456789012 in the settings, and "butikk" is not\n');
  });

  it('with --dry-run prints the change and makes none', async () => {
    const { code, stdout, stderr } = await sandbox.awsp(['rename', 'base', 'home', '--dry-run']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'awsp: nothing was written\n' });
    expect(stdout).toContain('  - [profile base]\n  + [profile home]\n');
    expect(files()).toEqual({ config, credentials });
  });

  it.each([
    ['n', exitCodes.cancelled],
    [null, exitCodes.cancelled],
  ])('changes nothing after the answer %j', async (typed, code) => {
    expect(await sandbox.awsp(['rename', 'base', 'home'], { answer: () => typed })).toMatchObject({ code });
    expect(files()).toEqual({ config, credentials });
  });

  it('of many, by a template, keeps the names that are not free', async () => {
    sandbox.write(
      '.aws/config',
      ['a-Admin-111111111111', 'b-Admin-222222222222', 'c-Admin-333333333333', 'c2-Admin-333333333333', 'b-Admin', 'x']
        .map((name) => {
          const [, role, account] = /^\w+-(\w+)-(\d+)$/.exec(name) ?? [];
          return `[profile ${name}]\n${account ? `role_arn = arn:aws:iam::${account}:role/${role}\nsource_profile = x\n` : ''}`;
        })
        .join(''),
    );
    const { code, stderr } = await sandbox.awsp(['rename', '--template', '{account}-{role}', '*', '--yes']);
    expect(code).toBe(0);
    expect(stderr).toContain(
      'profile keeps its name: another profile has, or would get, the same name\n  "b-Admin-222222222222": "b-Admin"\n',
    );
    expect(stderr).toContain('profiles keep their names: their account or role is not known\n  "b-Admin"\n  "x"\n');
    expect([...textOf('.aws/config').matchAll(/\[profile (.*)\]/g)].map(([, name]) => name)).toEqual([
      'a-Admin',
      'b-Admin-222222222222',
      'c-Admin',
      'c2-Admin',
      'b-Admin',
      'x',
    ]);
  });
});

describe('awsp copy', () => {
  it('copies the profile with all that is nested in it, in both files, but not as imported', async () => {
    sandbox.write('.aws/config', config.replace('# home\n', '# home\nawsp_import = 1/a\n'));
    const before = textOf('.aws/config');
    const { code, stderr } = await sandbox.awsp(['copy', 'base', 'home'], { answer: yes });
    expect(code).toBe(0);
    expect(stderr).toContain(
      '"home" is a copy of "base" in ~/.aws/config and ~/.aws/credentials\n  to change it: awsp set home KEY=VALUE\n',
    );
    expect(files()).toEqual({
      config: `${before}\n[profile home]\nregion = eu-west-1 # home\ns3 =\n  max_concurrent_requests = 20\n`,
      credentials: `${credentials}\n${credentials.replace('[base]', '[home]')}`,
    });
  });
});

describe("an alias of a team's settings", () => {
  beforeEach(() => sandbox.write(teamFile, '[alias]\nt = base\n[pin]\nbase = 123456789041\n'));
  afterEach(() => rmSync(path('etc'), { recursive: true }));

  it('is told where it does not follow a rename, and stays', async () => {
    const { code, stderr } = await sandbox.awsp(['rename', 'base', 'home', '--yes']);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining(
        'the alias "t" of the team\'s settings names "base"\n  to set your own: awsp config alias.t home\n',
      ),
    });
    expect(stderr).toContain('to pin it: awsp config pin.home 123456789041\n');
    expect(textOf(teamFile)).toBe('[alias]\nt = base\n[pin]\nbase = 123456789041\n');
    expect(existsSync(path(settings))).toBe(false);
  });

  it('is told of a profile that is removed', async () => {
    const { stderr } = await sandbox.awsp(['rm', 'base', '--yes']);
    expect(stderr).toContain(`these will name a profile that is gone\n  ~/${teamFile}: alias "t"\n`);
  });
});

describe('awsp set', () => {
  it('changes each property where it takes effect, and no other byte', async () => {
    sandbox.write('.aws/credentials', `${credentials}output = text\n`);
    const args = ['set', 'base', 'Region=stockholm', 'output=yaml', 's3=', 'cli_pager=less -R', '--yes'];
    expect(await sandbox.awsp(args)).toMatchObject({ code: 0 });
    expect(files()).toEqual({
      config: config
        .replace('eu-west-1 # home', 'eu-north-1 # home')
        .replace('s3 =\n  max_concurrent_requests = 20\n', 'cli_pager = less -R\n'),
      credentials: `${credentials}output = yaml\n`,
    });
  });

  it('sets, adds and removes what is below a property, and the property with the last of it', async () => {
    const set = async (...pairs: readonly string[]) => {
      const { code, stderr } = await sandbox.awsp(['set', 'base', ...pairs, '--yes']);
      expect({ pairs, code, stderr }).toMatchObject({
        code: 0,
        stderr: expect.not.stringContaining('know no property'),
      });
      return textOf('.aws/config');
    };
    const with_ = (lines: string) => config.replace('  max_concurrent_requests = 20\n', lines);
    expect(await set('s3.max_concurrent_requests=30')).toBe(with_('  max_concurrent_requests = 30\n'));
    expect(await set('s3.Max_Queue_Size=5')).toBe(with_('  max_concurrent_requests = 30\n  max_queue_size = 5\n'));
    expect(await set('s3.max_concurrent_requests=')).toBe(with_('  max_queue_size = 5\n'));
    expect(await set('s3.max_queue_size=')).toBe(config.replace(/s3 =\n.*\n/, ''));
    expect(await set('s3.addressing_style=path')).toBe(
      config.replace(/s3 =\n.*\n/, 's3 =\n  addressing_style = path\n'),
    );
    // Of a property in the credentials file AWS's tools read what is below it there.
    sandbox.write('.aws/credentials', `${credentials}s3=\n    max_bandwidth=1MB/s\n`);
    await set('s3.addressing_style=auto');
    expect(textOf('.aws/credentials')).toBe(`${credentials}s3=\n    max_bandwidth=1MB/s\n    addressing_style=auto\n`);
  });

  it('adds a section to the config file for a profile that is in the credentials file alone', async () => {
    rmSync(path('.aws/config'));
    expect(await sandbox.awsp(['set', 'base', 'region=eu-west-1', '--yes'])).toMatchObject({ code: 0 });
    expect(files()).toEqual({ config: '[profile base]\nregion = eu-west-1\n', credentials });
    expect(statSync(path('.aws/config')).mode & 0o777).toBe(0o600);
  });

  it('makes no file for what it removes, and says when there is nothing to change', async () => {
    rmSync(path('.aws/config'));
    const { code, stderr } = await sandbox.awsp(['set', 'base', 'region=']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'awsp: nothing to change: "base" is so already\n' });
    expect(readdirSync(path('.aws'))).toEqual(['credentials']);
  });

  it('tells the shell that uses the profile', async () => {
    const { stdout } = await sandbox.switchVia(['shop-prod', '--no-verify', '--yes']);
    const exported = [...stdout.matchAll(/^export (\w+)='(.*)'/gm)].map(([, name, value]) => [name, value]);
    const env = Object.fromEntries(exported);
    const { stderr } = await sandbox.awsp(
      ['set', 'shop-prod', 'role_arn=arn:aws:iam::123456789099:role/Admin', '--yes'],
      { env },
    );
    expect(stderr).toContain(
      '"shop-prod" has changed since the switch, so the prompt of this shell may not be true\n  to switch again: awsp shop-prod\n',
    );
  });
});

describe('awsp rm', () => {
  it('removes the profile from both files, after a yes that is not the default', async () => {
    sandbox.write('.aws/config', config.replace('source_profile = base\n', ''));
    const questions: string[] = [];
    const answer = (question: string) => {
      questions.push(question);
      return 'y';
    };
    const { code, stderr } = await sandbox.awsp(['rm', 'base'], { answer });
    expect({ code, questions }).toEqual({ code: 0, questions: ['remove "base"? [y/N] '] });
    expect(stderr).toContain('"base" is removed from ~/.aws/config and ~/.aws/credentials\n');
    expect(files()).toEqual({
      config: config.replace('source_profile = base\n', '').replace(/\[profile base\][^[]*/, ''),
      credentials: '',
    });
  });

  it('says which profiles need it, and what names it', async () => {
    sandbox.write(settings, '[alias]\nb = base\n');
    let asked = '';
    const answer = (question: string) => {
      asked = question;
      return '';
    };
    const { code, stderr } = await sandbox.awsp(['rm', 'base'], { answer });
    expect({ code, asked }).toEqual({ code: exitCodes.cancelled, asked: 'remove "base" all the same? [y/N] ' });
    expect(stderr).toContain(
      'other profiles need "base", and do not work without it\n  ~/.aws/config:12: source_profile of "shop-prod"\n',
    );
    expect(stderr).toContain('these will name a profile that is gone\n  ~/.config/awsp/config: alias "b"\n');
    expect(files()).toEqual({ config, credentials });
  });
});

describe('refused, with the reason and a way out', () => {
  it.each<[string, readonly string[], number, string]>([
    [
      'a name that exists',
      ['rename', 'base', 'shop-prod'],
      6,
      '"shop-prod" exists, at ~/.aws/config:10\n  choose another name, or remove that one: awsp rm shop-prod',
    ],
    [
      'a copy to a name that exists',
      ['copy', 'shop-prod', 'base'],
      6,
      '"base" exists, at ~/.aws/config:5 and ~/.aws/credentials:1',
    ],
    [
      'the active profile',
      ['rm', 'active'],
      6,
      '"active" is active in this shell, whose commands would all fail without it\n  leave it first: awsp --unset; then: awsp rm active',
    ],
    ['no profile', ['rename', 'xyzzy', 'home'], 3, 'no profile matches "xyzzy"'],
    ['a guess', ['rm', 'shpprd'], 3, 'no profile matches "shpprd"'],
    ['several profiles', ['rm', 's'], 3, '"s" fits 2 profiles'],
    ['one word', ['rename', 'base'], 2, '"awsp rename" needs a profile and its new name: awsp rename OLD NEW'],
    ['no words', ['copy'], 2, '"awsp copy" needs a profile and a name for the copy'],
    ['no properties', ['set', 'base'], 2, '"awsp set" needs a profile and KEY=VALUE'],
    ['no pair', ['set', 'base', 'region'], 2, '"region" is not KEY=VALUE, such as region=eu-west-1'],
    ['a pair without a key', ['set', 'base', '=x'], 2, '"=x" is not KEY=VALUE'],
    ['a bad template', ['rename', '--template', '{accont}-{role}', '*'], 2, '{accont} is not a placeholder'],
    ['a glob that fits nothing', ['rename', '--template', '{account}-{role}', 'x*'], 3, 'no profile fits "x*"'],
    ['an empty name', ['rename', 'base', ''], 2, '"" is no name for a profile: it is empty'],
    ['a bracket', ['copy', 'base', 'a]b'], 2, 'it has a "]", which ends the header of a section'],
    ['a line end', ['copy', 'base', 'a\nb'], 2, 'it has a control character'],
    ['an escape', ['rename', 'base', '\u001b[31mred'], 2, 'it has a control character'],
    ['a direction', ['rename', 'base', 'a\u202eb'], 2, 'it has a control character'],
    ['a blank', ['rename', 'base', ' a'], 2, 'it begins or ends with a blank'],
    ['a long name', ['rename', 'base', 'x'.repeat(1001)], 2, 'it is longer than 1000 characters'],
    ['the name of an old prompt', ['rename', '--', 'base', '-1'], 2, 'a shell has that name in place of a profile'],
    [
      "configparser's own section",
      ['copy', 'base', 'DEFAULT'],
      2,
      'the name "DEFAULT" cannot be written to the credentials file',
    ],
    ['a line end in a value', ['set', 'base', 'cli_pager=a\nb'], 2, 'its value has a line break'],
    [
      'a comment in a value',
      ['set', 'base', 'cli_pager=a #b'],
      2,
      'its value has a "#" or ";" after a blank or at its start',
    ],
    ['a value that is a comment', ['set', 'base', 'cli_pager=;b'], 2, 'its value has a "#" or ";"'],
    ['a blank in front of a value', ['set', 'base', 'cli_pager= a'], 2, 'its value begins or ends with a blank'],
    [
      'a key that is none',
      ['set', 'base', 'two words=x'],
      2,
      '"two words" cannot be set: that is not the name of a property',
    ],
    [
      'a secret',
      ['set', 'base', 'AWS_SECRET_ACCESS_KEY=x'],
      2,
      'is not taken from the command line, which the shell keeps in its history\n  to set it: aws configure --profile base',
    ],
    [
      'a property below one with a value',
      ['set', 'base', 'region.x=1'],
      2,
      '"region" has a value, at ~/.aws/config:6: "region.x" cannot be below it\n  to remove the value: awsp set base region= region.x=1',
    ],
    [
      'a value, and another below it',
      ['set', 'base', 's3=1', 's3.x=1'],
      2,
      '"s3" has either a value or "s3.x" below it',
    ],
    ['a property two levels down', ['set', 'base', 's3.x.y=1'], 2, '"s3.x.y" cannot be set: that is not the name'],
    ['a comment in a sub-property', ['set', 'base', 's3.x=a #b'], 2, '"s3.x" cannot be set: its value has a "#"'],
    [
      'a misspelt key',
      ['set', 'base', 'regoin=eu-west-1'],
      2,
      'did you mean "region"?\n  to write it all the same: --force',
    ],
    [
      'a region that is none',
      ['set', 'base', 'region=irland'],
      2,
      'awsp knows no region "irland"; did you mean "eu-west-1"?',
    ],
    ['a place with several regions', ['set', 'base', 'region=us'], 2, '"us" fits '],
    ['a format that is none', ['set', 'base', 'output=xml'], 2, 'it takes json, text, table'],
    ['a source that is none', ['set', 'shop-prod', 'source_profile=gone'], 2, 'there is no profile "gone"'],
    ['a session that is none', ['set', 'base', 'sso_session=gone'], 2, 'there is no [sso-session gone]'],
    ['an ARN that is none', ['set', 'shop-prod', 'role_arn=Admin'], 2, '"shop-prod" could not be used then: '],
    ['a circle', ['set', 'shop-prod', 'source_profile=shop-prod'], 2, '"shop-prod" could not be used then: '],
    ['nobody to ask', ['rename', 'base', 'home'], 6, 'nothing is written without a yes\n  to agree: --yes'],
  ])('%s', async (_what, args, code, told) => {
    const env = args[1] === 'active' ? { AWS_PROFILE: 'active' } : {};
    if (args[1] === 'active') sandbox.write('.aws/config', `${config}[profile active]\n`);
    const before = files();
    const finished = await sandbox.awsp(args, { env });
    expect(finished).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(told) });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    expect(finished.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(files()).toEqual(before);
  });

  it.each([
    ['role_arn=Admin', 'role_arn = Admin'],
    ['regoin=x', 'regoin = x'],
    ['region=xx-new-1', 'region = xx-new-1'],
    ['output=xml', 'output = xml'],
  ])('but written with --force: %s', async (pair, line) => {
    expect(await sandbox.awsp(['set', 'shop-prod', pair, '--force', '--yes'])).toMatchObject({ code: 0 });
    expect(textOf('.aws/config')).toContain(`\n${line}\n`);
  });

  it('is a second header of the same text, where there are two of the profile', async () => {
    sandbox.write('.aws/config', '[default]\nregion = a\n[profile default]\nregion = b\n');
    const { code, stderr } = await sandbox.awsp(['rename', 'default', 'mine', '--yes']);
    expect(code).toBe(2);
    expect(stderr).toContain('which would get the same header: [default] in line 1, [profile default] in line 3');
  });

  it('is a file that cannot be read, which may have a part of the profile', async () => {
    rmSync(path('.aws/credentials'));
    mkdirSync(path('.aws/credentials'));
    const { code, stderr } = await sandbox.awsp(['rename', 'shop-prod', 'x', '--yes']);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('"~/.aws/credentials" cannot be read'),
    });
    expect(textOf('.aws/config')).toBe(config);
  });
});

describe('a file that changes meanwhile', () => {
  const others = (change: () => void) => {
    let isFirst = true;
    return () => {
      if (isFirst) change();
      isFirst = false;
      return 'y';
    };
  };

  it('keeps what others have written elsewhere, without another question', async () => {
    let questions = 0;
    const answer = others(() => sandbox.write('.aws/config', `${config}[profile late]\nregion = x\n`));
    const counting = () => {
      questions++;
      return answer();
    };
    expect(await sandbox.awsp(['rename', 'base', 'home'], { answer: counting })).toMatchObject({ code: 0 });
    expect(questions).toBe(1);
    expect(textOf('.aws/config')).toMatch(/\[profile home\].*\[profile late\]\nregion = x\n$/s);
  });

  it('is shown and asked for again where the change is another one', async () => {
    const answer = others(() => sandbox.write('.aws/config', `${config}[profile late]\nsource_profile = base\n`));
    const { code, stderr } = await sandbox.awsp(['rename', 'base', 'home'], { answer });
    expect(code).toBe(0);
    expect(stderr).toContain('"~/.aws/config" was changed meanwhile; this is the change to it now\n');
    expect(textOf('.aws/config')).toContain('[profile late]\nsource_profile = home\n');
  });

  it.each<[string, string, number, string]>([
    ['has the new name by then', `${config}[profile home]\n`, 6, '"home" exists in ~/.aws/config now'],
    [
      'has lost the profile by then',
      config.replace('[profile base]', '[profile other]'),
      1,
      '"base" is not in ~/.aws/config any more',
    ],
  ])('is not changed if it %s', async (_what, now, code, told) => {
    const answer = others(() => sandbox.write('.aws/config', now));
    const finished = await sandbox.awsp(['rename', 'base', 'home'], { answer });
    expect(finished).toMatchObject({ code, stderr: expect.stringContaining(told) });
    expect(files()).toEqual({ config: now, credentials });
  });

  it('leaves the first file as it was if the second cannot be changed', async () => {
    const failing = (real: Files): Files => ({
      ...real,
      update: async (file, change) => {
        if (file.endsWith('credentials'))
          throw new AwspError(exitCodes.failed, `"${file}" cannot be changed: disk full`);
        return real.update(file, change);
      },
    });
    for (const args of [
      ['rename', 'base', 'home'],
      ['copy', 'base', 'home'],
      ['rm', 'base'],
    ]) {
      const finished = await sandbox.awsp([...args, '--yes'], { files: failing });
      expect(finished).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be changed: disk full') });
      expect(files()).toEqual({ config, credentials });
    }
  });

  it('that is a link stays one, and keeps its mode', async () => {
    sandbox.write('.aws/real', config, 0o640);
    rmSync(path('.aws/config'));
    symlinkSync('real', path('.aws/config'));
    expect(await sandbox.awsp(['rename', 'base', 'home', '--yes'])).toMatchObject({ code: 0 });
    expect(textOf('.aws/real')).toContain('[profile home]');
    expect(statSync(path('.aws/real')).mode & 0o777).toBe(0o640);
  });
});

describe.skipIf(!hasBotocore)('what botocore reads in both files of any style', () => {
  it('is what each command means, and all else is as it was', async () => {
    const pair = fc.constantFrom(
      ['region', 'eu-north-1'],
      ['fresh', 'a = b'],
      ['output', ''],
      ['region', ''],
      ['aa_', ''],
      ['aa_.a', '2'],
      ['aa_.a', ''],
      ['s3.x', '2'],
    );
    const case_ = fc.record({
      config: acceptedText('config'),
      credentials: acceptedText('credentials'),
      choice: fc.nat(999),
      verb: fc.constantFrom('rename', 'copy', 'set', 'rm'),
      fresh: fc.constantFrom('new', 'a new one', "it's", '$(id)', 'default', 'å', 'new"x'),
      pair,
    });
    const asked: (readonly [FileRole, string])[] = [];
    const checks: ((answers: readonly (BotocoreAnswer | null)[]) => void)[] = [];
    for (const one of fc.sample(case_, { numRuns: runs(60), seed: 20_261_128 })) {
      const { verb, fresh } = one;
      sandbox.write('.aws/config', one.config);
      sandbox.write('.aws/credentials', one.credentials);
      const names = [['config', one.config] as const, ['credentials', one.credentials] as const].flatMap(
        ([role, text]) => new IndexedFile({ path: '', text }, role).names('profile'),
      );
      const name = names[one.choice % names.length];
      if (name === undefined) continue;
      const [key = '', value = ''] = one.pair;
      const words = { rename: [name, fresh], copy: [name, fresh], set: [name, `${key}=${value}`], rm: [name] }[verb];
      const { code } = await sandbox.awsp([verb, '--yes', '--', ...words]);
      const after = files();
      if (code !== 0) {
        expect(after).toEqual({ config: one.config, credentials: one.credentials });
        continue;
      }
      asked.push(['config', one.config], ['credentials', one.credentials]);
      asked.push(['config', after.config], ['credentials', after.credentials]);
      const id = `profile ${name}`;
      checks.push((answers) => {
        if (answers.includes(null)) return;
        const [config, credentials, newConfig, newCredentials] = answers.map((answer) => answer ?? {});
        const expected = [config ?? {}, credentials ?? {}].map((answer) => {
          const { [id]: own, ...others } = answer;
          if (own === undefined || verb === 'set') return others;
          if (verb === 'rm') return others;
          return verb === 'copy' ? { ...answer, [`profile ${fresh}`]: own } : { ...others, [`profile ${fresh}`]: own };
        });
        const found = [newConfig ?? {}, newCredentials ?? {}].map((answer) => {
          const { [id]: _own, ...others } = answer;
          return verb === 'set' ? others : answer;
        });
        expect({ words, found }).toEqual({ words, found: expected });
        if (verb !== 'set') return;
        const changed = Object.entries({ ...config?.[id], ...credentials?.[id] }).filter(
          ([known]) => known !== key && known.split('.')[0] !== key,
        );
        const now = { ...newConfig?.[id], ...newCredentials?.[id] };
        expect({ words, now }).toEqual({
          words,
          now: { ...Object.fromEntries(changed), ...(value && { [key]: value }) },
        });
      });
    }
    const answers = askBotocore(asked);
    for (const [index, check] of checks.entries()) check(answers.slice(4 * index, 4 * index + 4));
    expect(checks.length).toBeGreaterThan(25);
  });
});
