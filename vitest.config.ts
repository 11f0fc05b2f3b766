import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Parts of the paths of the files that take longest, the longest first. */
const longest = [
  '/shells/scenario',
  '/shells/limits',
  '/commands/import.',
  '/demo.test',
  '/settings/spoiled',
  '/hostile/locales',
  '/guard/every-way',
  '/install/',
  '/docs/commands',
  '/commands/new-questions',
  '/aws-config/edit',
  '/conformance/',
  '/shells/exec',
  '/node/locked-update',
  '/sso/bad-input',
  '/commands/same-as-program',
  '/doctor/doctor',
  '/commands/unusable',
  '/shells/',
  '/selection/rules',
  '/start.test',
  '/commands/import-plan',
  '/sso/',
];

/** Begins with what takes longest, so that no core is without work while the last file runs. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = longest.findIndex((part) => moduleId.includes(part));
      return index === -1 ? longest.length : index;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  define: { __AWSP_VERSION__: JSON.stringify('0.0.0-test') },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: 'test/support/build.ts',
    // Only what hangs runs into these: no test is decided by how fast the machine is.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
    // Processes, since the AWS SDK reads `process.env`, which tests that run awsp in their own process set and put back.
    // Each runs several files: loading the SDK and the support anew for every file takes a tenth of the whole time, and
    // no module of src/ or test/ keeps anything from one test for another. A module that one file has loaded cannot be
    // replaced for the next (`vi.mock`): test/structure.test.ts refuses that.
    pool: 'forks',
    isolate: false,
    // Three for each of the two cores of the machine that this is for: the tests of shells and of sign-ins mostly wait.
    maxWorkers: 6,
    sequence: { sequencer: LongestFirst },
  },
});
