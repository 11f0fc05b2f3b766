import type { World } from '../world.ts';
import { configPaths } from './paths.ts';
import { readProfiles } from './profiles.ts';
import type { Problem, ProfileSet, SourceFile } from './types.ts';

/**
 * The profiles of AWS's files as they are now. A file that is missing is no problem here; one that cannot be read is,
 * and its profiles are not in the set. `configText` stands for what is in the config file.
 */
export function loadProfiles(world: World, configText?: string): ProfileSet {
  const problems: Problem[] = [];
  const paths = configPaths(world.env, world.home);

  const load = (path: string | null, variable: string, name: string): SourceFile | null => {
    if (path === null) {
      const message =
        world.env[variable] === ''
          ? `${variable} is empty, so the AWS CLI and boto3 do not read the file, though the AWS SDKs do; unset it`
          : `HOME is not set, so the file cannot be found; set HOME or ${variable}`;
      problems.push({ file: `~/.aws/${name}`, line: null, message });
      return null;
    }
    const read = world.files.read(path);
    if (read.kind === 'text') return { path, text: read.text, clean: read.clean };
    if (read.kind === 'unreadable') {
      problems.push({ file: path, line: null, message: `cannot be read: ${read.reason}` });
    }
    return null;
  };

  const config =
    configText === undefined || paths.config === null
      ? load(paths.config, 'AWS_CONFIG_FILE', 'config')
      : { path: paths.config, text: configText };
  const credentials = load(paths.credentials, 'AWS_SHARED_CREDENTIALS_FILE', 'credentials');
  const looked = [paths.config, paths.credentials].filter((path) => path !== null);
  return readProfiles(config, credentials, looked, problems);
}
