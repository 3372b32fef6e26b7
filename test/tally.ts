import type { Reporter, TestModule } from 'vitest/node';

/** Ends the output of a test run with one plain line: `N passed, N failed`. */
export default function tally(): Reporter {
  return {
    onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]) {
      const tests = modules.flatMap((module) => [...module.children.allTests()]);
      const count = (state: string) => tests.filter((one) => one.result().state === state).length;
      const broken = modules.filter(
        (module) => module.state() === 'failed' && [...module.children.allTests('failed')].length === 0,
      );
      const failed = count('failed') + broken.length + errors.length;
      const skipped = count('skipped');
      const line = `${count('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
      process.on('exit', () => process.stdout.write(`${line}\n`));
    },
  };
}
