import { wineFaults } from './wine-faults.mjs';

/** What the unit tests on Wine show: whether all passed but Wine's own faults, the counts, and lines that say it. */
export function judgeTests(tests) {
  const faultOf = ({ file, name }) =>
    wineFaults.find((fault) => fault.file === file && (fault.test?.test(name) ?? true));
  const failed = tests.filter(({ status }) => status === 'failed');
  const unexpected = failed.filter((test) => faultOf(test) === undefined);
  const counts = {
    run: tests.filter(({ status }) => status === 'passed' || status === 'failed').length,
    passed: tests.filter(({ status }) => status === 'passed').length,
    posix: tests.filter(({ status }) => status === 'pending').length,
    wine: failed.length - unexpected.length,
  };
  return {
    isGood: unexpected.length === 0,
    counts,
    lines: [
      ...unexpected.map(
        ({ file, name, message }) => `FAIL ${file}\n     ${name}\n${String(message).replaceAll(/^/gm, '     ')}`,
      ),
      `unit tests: ${counts.run} run, ${counts.passed} passed, ${counts.wine} failed by a fault of Wine, ${unexpected.length} failed; ${counts.posix} are for POSIX systems`,
    ],
  };
}
