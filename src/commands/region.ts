import { type Command, Complaint } from '../cli/command.ts';
import { forceRegion } from '../cli/options.ts';

/** `region` null: show the region, or unset it. */
interface RegionOptions {
  readonly region: string | null;
  readonly unset: boolean;
  readonly force: boolean;
}

export const regionCommand: Command<RegionOptions> = {
  name: 'region',
  helpOrder: 120,
  usage: [['awsp region [region]', "show or set this shell's region: eu-north-1, stockholm, eun1"]],
  words: { min: 0, max: 1, value: 'REGION' },
  options: [{ name: 'unset', alias: 'u', describe: "no region of this shell's own: the profile's" }, forceRegion],
  changesShell: true,
  parse(line) {
    const [region = null] = line.words;
    const unset = line.has('unset');
    if (region !== null && unset) return new Complaint('"awsp region --unset" takes no region');
    return { region, unset, force: line.has('force') };
  },
  async run({ region, unset, force }, { world, loadContext, shell }) {
    const { showRegion, setRegion, unsetRegion } = await import('../actions/region.ts');
    if (region === null && !unset) return showRegion(await loadContext(), shell);
    if (shell === null) return (await import('../actions/without-shim.ts')).withoutShim(world);
    const context = await loadContext();
    return region === null ? unsetRegion(context, shell) : setRegion(context, region, force, shell);
  },
};
