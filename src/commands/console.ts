import type { ConsoleOptions } from '../actions/console.ts';
import { type Command, Complaint } from '../cli/command.ts';
import { forceRegion, queryWords } from '../cli/options.ts';
import { readSessionDuration } from './arguments.ts';

export const consoleCommand: Command<ConsoleOptions> = {
  name: 'console',
  helpOrder: 47,
  usage: [['awsp console [query] [service]', 'open the AWS console as a profile']],
  words: { ...queryWords, value: 'CONSOLE' },
  options: [
    { name: 'path', value: 'PATH', describe: 'this page of the console, such as /ec2/home#Instances:' },
    { name: 'region', value: 'REGION', describe: 'in this region' },
    forceRegion,
    {
      name: 'duration',
      value: 'TIME',
      describe: 'for 15m to 12h, where AWS lets the session last longer than the keys',
    },
    { name: 'print', describe: 'print the address, open no browser' },
    { name: 'container', describe: 'in a container or a browser profile of its own' },
    { name: 'login', describe: 'sign in without asking, when the sign-in is over' },
    { name: 'no-login', describe: 'do not offer to sign in' },
    { name: 'yes', describe: 'as production without being asked' },
  ],
  changesShell: false,

  parse(line) {
    const [path, region] = [line.text('path'), line.text('region')];
    if (line.has('login') && line.has('no-login')) {
      return new Complaint('"--login" and "--no-login" exclude each other');
    }
    // A host in it would lead away from AWS.
    if (path !== null && !/^\/?[\w-][\w./-]*(?:[?#][\x21-\x7e]*)?$/.test(path)) {
      return new Complaint(`"--path ${path}" is not a page of the console, such as /ec2/home#Instances:`);
    }
    const duration = readSessionDuration(line.text('duration'));
    if (duration instanceof Complaint) return duration;
    return {
      words: line.words,
      path,
      region,
      forceRegion: line.has('force'),
      duration,
      print: line.has('print'),
      container: line.has('container'),
      login: line.has('login') ? 'always' : line.has('no-login') ? 'never' : 'ask',
      yes: line.has('yes'),
    };
  },

  async run(options, { loadContext }) {
    const context = await loadContext();
    const { openConsole } = await import('../actions/console.ts');
    if (options.region === null) return openConsole(context, options);
    const { regionMeant } = await import('../actions/region-meant.ts');
    return openConsole(context, {
      ...options,
      region: await regionMeant(context, options.region, options.forceRegion),
    });
  },
};
