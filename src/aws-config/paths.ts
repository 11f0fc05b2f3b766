import type { Environment } from '../world.ts';

/** The home folder without a slash at its end, to build paths (so "" for the root); null if HOME is not set. */
export function homeFolder({ HOME }: Environment): string | null {
  return HOME ? (HOME.endsWith('/') ? HOME.replace(/\/+$/, '') : HOME) : null;
}

/**
 * The paths of AWS's files. A variable that is set but empty means no file (null), as for the AWS CLI and boto3; the AWS
 * SDKs take it for unset. Variables and `~` in it are expanded, as by botocore/configloader.py, `raw_config_parse`. Also
 * null if the variable and HOME are not set.
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

/** A path for messages: `~/…` for what is in the home folder. */
export function displayPath(path: string, home: string | null): string {
  return home && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

/** A path for messages, with the line if there is one: `~/.aws/config:3`. */
export function displayPlace(
  { file, line }: { readonly file: string; readonly line: number | null },
  home: string | null,
): string {
  return `${displayPath(file, home)}${line === null ? '' : `:${line}`}`;
}

/**
 * A path with its variables and `~` expanded, as by Python's posixpath.expandvars and expanduser: so the AWS CLI reads
 * AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE and AWS_LOGIN_CACHE_DIRECTORY, and no other path. Null if it begins with `~`
 * and there is no home.
 */
export function expandPath(written: string, env: Environment, home: string | null): string | null {
  const path = written.includes('$') ? withVariables(written, env) : written;
  if (path !== '~' && !path.startsWith('~/')) return path;
  return home === null ? null : home + path.slice(1) || '/';
}

function withVariables(written: string, env: Environment): string {
  return written.replace(/\$(?:([A-Za-z0-9_]+)|\{([^}]*)\})/g, (whole, bare, braced) => {
    const key: string = bare ?? braced;
    return (Object.hasOwn(env, key) ? env[key] : undefined) ?? whole;
  });
}

function locate(env: Environment, home: string | null, variable: string, name: string): string | null {
  const chosen = Object.hasOwn(env, variable) ? env[variable] : `~/.aws/${name}`;
  return chosen ? expandPath(chosen, env, home) : null;
}
