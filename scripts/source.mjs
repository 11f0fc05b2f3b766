import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const leaveOutLateImports = {
  name: 'leave-out-late-imports',
  resolveDynamicImport: (id) => ({ id, external: true }),
};

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * A module of `src/`, for a script: Node 20 runs no TypeScript. The path is relative to the repository. What the module
 * imports late is left out, and cannot be used.
 */
export async function importSource(path) {
  const build = await rolldown({ input: `${root}/${path}`, platform: 'node', plugins: [leaveOutLateImports] });
  const { output } = await build.generate({ format: 'esm', codeSplitting: false });
  await build.close();
  return import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`);
}
