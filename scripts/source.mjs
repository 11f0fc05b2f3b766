import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const leaveOutLateImports = {
  name: 'leave-out-late-imports',
  // A module beside the one that imports it is kept: so are the definitions of the commands, without what they do.
  resolveDynamicImport: (id) => (id.startsWith('./') ? null : { id, external: true }),
};

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * A TypeScript module of the repository, for a script: Node 20 runs no TypeScript. The path is relative to the repository.
 * What the module imports late from another folder is left out, and cannot be used.
 */
export async function importSource(path) {
  const build = await rolldown({ input: `${root}/${path}`, platform: 'node', plugins: [leaveOutLateImports] });
  const { output } = await build.generate({ format: 'esm', codeSplitting: false });
  await build.close();
  return import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`);
}
