import type { World } from '../world.ts';
import { fileShape } from './known-usual.ts';
import { configPaths } from './paths.ts';
import { type Problem, problemAt } from './problems.ts';
import { readProfiles } from './profiles.ts';
import type { ProfileSet, SourceFile } from './types.ts';

/**
 * Reads the profiles of AWS's files. A missing file is not a problem; one that cannot be read is, and its profiles are
 * not in the set. `configText` is used in place of the content of the config file.
 */
export function loadProfiles(world: World, configText?: string): ProfileSet {
  const problems: Problem[] = [];
  const paths = configPaths(world.env, world.home);

  const load = (path: string | null, variable: string, name: 'config' | 'credentials'): SourceFile | null => {
    if (path === null) {
      const isEmpty = world.env[variable] === '';
      problems.push(
        problemAt(
          `~/.aws/${name}`,
          null,
          isEmpty ? { id: 'empty-variable', variable } : { id: 'unreadable', fault: 'no-home', variable },
        ),
      );
      return null;
    }
    const read = world.files.read(path, 'read');
    if (read.kind === 'text') {
      const { text, clean } = read;
      return { path, text, clean, shape: fileShape(world, name, path, text) };
    }
    if (read.kind === 'unreadable') {
      problems.push(problemAt(path, null, { id: 'unreadable', fault: 'not-readable', reason: read.reason }));
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
