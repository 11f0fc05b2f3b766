import type { StandaloneOption } from '../cli/command.ts';

export const unsetOption: StandaloneOption = {
  name: 'unset',
  alias: 'u',
  describe: 'no profile',
  changesShell: true,
  async run(_options, { world, shell }) {
    if (shell === null) return (await import('../actions/without-shim.ts')).withoutShim(world);
    const { unset } = await import('../actions/unset.ts');
    return unset(world, shell);
  },
};
