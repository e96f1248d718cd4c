// What cdkx does before `cdk` starts. Measured from outside, from the start of cdkx's process to the start of `cdk`'s, so that all counts:
// Node, loading, detection, session, and starting the child. The other side is a bare Node up to the first line that it runs; its end
// is left out, since cdkx has not ended when `cdk` starts.
import { join } from 'node:path';
import { firstLine } from './empty-cdk.mjs';
import { interleave } from './pairs.mjs';
import { untilPrintedMs, wallMs } from './processes.mjs';
import { createHome, deployedWithProfile } from './projects.mjs';

const bareNode = '`node -e`, to its first line';

/** What the home holds: `large` and `profiles-10` have a target. */
const homes = [
  ...[10, 100, 1000, 10_000].map((profiles) => ({
    id: `profiles-${profiles}`,
    what: `${say(profiles)} profiles`,
    profiles,
  })),
  ...[10, 100, 1000].map((sessions) => ({
    id: `sessions-${sessions}`,
    what: `${say(sessions)} profiles, each on a session of its own`,
    profiles: sessions,
    sessions,
  })),
  ...[10, 100, 1000].map((files) => ({
    id: `files-${files}`,
    what: `ten profiles, ${say(files)} files in the token cache`,
    files,
  })),
  { id: 'large', what: '10,000 profiles, 1,000 files in the token cache', profiles: 10_000, files: 1000 },
];

/** One row for each home, and two that tell where the time goes. */
export function beforeCdkMeasurements(bench) {
  const inHome = homes.map(({ id, what, ...contents }) => ({
    id: `before-cdk/${id}`,
    what: `\`cdkx deploy\`, ${what}`,
    beside: bareNode,
    measure: () => untilCdk(bench, 'deploy', makeHome(bench, id, contents)),
  }));
  return [
    ...inHome,
    {
      id: 'before-cdk/no-profile',
      what: '`cdkx --version`, which needs no profile',
      beside: bareNode,
      measure: () => untilCdk(bench, '--version', makeHome(bench, 'no-profile', {}), /^--version$/m),
    },
    {
      id: 'before-cdk/whole-run',
      what: '`cdkx deploy` around an empty `cdk`, to its own end',
      beside: '`node -e 0`, then that empty `cdk`',
      measure: () => wholeRun(bench, makeHome(bench, 'whole-run', {})),
    },
  ];
}

function makeHome({ folder, standIn, token }, id, contents) {
  return createHome(join(folder, 'homes', id), { standIn, token, ...contents });
}

function untilCdk({ node, cdkx, runs, settingsFor }, command, home, expected = deployedWithProfile) {
  const settings = settingsFor(home);
  return interleave(
    () => untilPrintedMs([node, cdkx, command], settings, expected),
    () => untilPrintedMs([node, '-e', firstLine], settings),
    { runs },
  );
}

function wholeRun({ node, cdkx, emptyProject, runs, settingsFor }, home) {
  const settings = settingsFor(home);
  const emptyCdk = join(emptyProject, 'node_modules/aws-cdk/bin/cdk');
  return interleave(
    () => wallMs([node, cdkx, 'deploy'], settings, deployedWithProfile),
    () => wallMs([node, '-e', '0'], settings) + wallMs([node, emptyCdk], settings),
    { runs },
  );
}

function say(count) {
  return count === 10 ? 'ten' : count.toLocaleString('en-US');
}
