import type { StandaloneOption } from '../cli/command.ts';

export const versionOption: StandaloneOption = {
  name: 'version',
  describe: 'print the version',
  changesShell: false,
  async run(_options, { world, shell }) {
    const { print } = await import('../actions/print.ts');
    return print(`awsp ${world.version}\n`, shell);
  },
};
