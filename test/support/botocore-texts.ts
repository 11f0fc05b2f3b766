import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import type { FileRole } from '../../src/aws-config/sections.ts';

/** Whether there is a python3 with botocore. */
export const hasBotocore = spawnSync('python3', ['-c', 'import botocore.configloader']).status === 0;

/** The properties of each section, by its type and name: `profile a`. */
export type BotocoreAnswer = Record<string, Record<string, string>>;

/** What botocore reads in each of many texts, in one process; null for a text that it rejects. */
export function askBotocore(texts: readonly (readonly [FileRole, string])[]): readonly (BotocoreAnswer | null)[] {
  const { stdout, stderr } = spawnSync('python3', ['-c', script], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

/** A function for a Python script: the properties of a section as pairs, those below another one by `parent.child`. */
export const flatInPython = `def flat(values):
    for key, value in values.items():
        if isinstance(value, dict):
            for sub, text in value.items():
                yield key + '.' + sub.lower(), text
        else:
            yield key, value
`;

// --- internal ---

const script = `
import json, sys, tempfile
import botocore.configloader, botocore.exceptions

${flatInPython}
def ask(role, text):
    with tempfile.NamedTemporaryFile('w', encoding='utf-8', newline='') as file:
        file.write(text)
        file.flush()
        try:
            if role == 'config':
                read = botocore.configloader.load_config(file.name)
                found = {'profile': read['profiles'], 'sso-session': read['sso_sessions'], 'services': read['services']}
            else:
                found = {'profile': botocore.configloader.raw_config_parse(file.name)}
        except botocore.exceptions.ConfigParseError as error:
            return None
    return {kind + ' ' + name: dict(flat(of)) for kind, names in found.items() for name, of in names.items() if isinstance(of, dict)}

json.dump([ask(*one) for one in json.load(sys.stdin)], sys.stdout)
`;
