import type { Environment } from '../world.ts';

/** The home folder as paths are made of it: without a slash at its end, so "" for the root; null when there is none. */
export function homeFolder({ HOME }: Environment): string | null {
  return HOME ? HOME.replace(/\/+$/, '') : null;
}

/**
 * Where AWS's files are. A variable that is set but empty means no file at all, as it does for the AWS CLI and boto3
 * (the AWS SDKs take it for unset); variables and `~` in it are expanded, as botocore/configloader.py,
 * `raw_config_parse` does. Null too when there is no variable and no home.
 */
export function configPaths(
  env: Environment,
  home: string | null,
): { readonly config: string | null; readonly credentials: string | null } {
  return {
    config: locate(env, home, 'AWS_CONFIG_FILE', 'config'),
    credentials: locate(env, home, 'AWS_SHARED_CREDENTIALS_FILE', 'credentials'),
  };
}

/** A path for messages: what is in the home is shown as `~/…`. */
export function displayPath(path: string, home: string | null): string {
  return home && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

function locate(env: Environment, home: string | null, variable: string, name: string): string | null {
  const chosen = Object.hasOwn(env, variable) ? env[variable] : `~/.aws/${name}`;
  if (!chosen) return null;
  // Python's posixpath.expandvars and expanduser; without a home, a path that needs one leads nowhere.
  const path = chosen.replace(/\$(?:([A-Za-z0-9_]+)|\{([^}]*)\})/g, (whole, bare, braced) => {
    const key: string = bare ?? braced;
    return (Object.hasOwn(env, key) ? env[key] : undefined) ?? whole;
  });
  if (path !== '~' && !path.startsWith('~/')) return path;
  return home === null ? null : home + path.slice(1) || '/';
}
