import type { FileDate, World } from '../world.ts';
import { configPaths } from './paths.ts';

/** When AWS's files were last changed. Files that are not regular ones, such as /dev/null and pipes, have no date that tells. */
export function datesOfFiles({ env, home, cwd, files }: World): readonly FileDate[] {
  return Object.entries(configPaths(env, home)).flatMap(([name, written]): FileDate[] => {
    if (written === null) return [];
    const path = written.startsWith('/') ? written : `${cwd}/${written}`;
    const changedAt = files.changedAt(path);
    return changedAt === null ? [] : [{ name, path, changedAt }];
  });
}

/** The working directory by the name that the shell has for it, if the path of one of AWS's files is relative to it; else null. */
export function folderOfFiles({ env, home, cwd, files }: World): string | null {
  const paths = Object.values(configPaths(env, home));
  if (paths.every((path) => path === null || path.startsWith('/'))) return null;
  return env.PWD?.startsWith('/') && files.isSame(env.PWD, cwd) ? env.PWD : cwd;
}
