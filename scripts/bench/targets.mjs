// The project's own targets, judged by the recorded figures alone; where one is missed, the figures also say why.
import { rowOfId } from './figures.mjs';
import { hasCompileCache, majorOf } from './node-version.mjs';
import { amount } from './text.mjs';

/** What is promised of which row: `limitFor` gets the major version of Node. */
const targets = [
  {
    promise: 'cdkx’s own time before `cdk` starts, ten profiles',
    row: 'before-cdk/profiles-10',
    figure: 'difference',
    unit: 'ms',
    limitFor: () => 25,
    why: whyTenProfiles,
  },
  {
    promise: 'the same with 10,000 profiles and 1,000 files in the token cache',
    row: 'before-cdk/large',
    figure: 'difference',
    unit: 'ms',
    limitFor: () => 60,
    why: whyLarge,
  },
  {
    promise: 'one press of Tab that completes a stack / `node -e 0`',
    row: 'completion/stack',
    figure: 'ratio',
    unit: '',
    limitFor: (major) => (major >= 22 ? 2 : 3),
    // The recorded figures are older than this target.
    isOptional: true,
    why: ({ ours, theirs }) => `it takes ${amount(ours.median, 'ms')}, and Node alone ${amount(theirs.median, 'ms')}`,
  },
  {
    promise: 'resident memory while `cdk` runs',
    row: 'memory/wrapper',
    figure: 'ours',
    unit: 'MB',
    limitFor: () => 60,
    why: whyMemory,
  },
  {
    promise: 'the same with 10,000 profiles',
    row: 'memory/large',
    figure: 'ours',
    unit: 'MB',
    limitFor: () => 60,
    why: whyMemory,
  },
  {
    promise: 'what loading the credential plugin adds to `cdk`',
    row: 'plugin/load',
    figure: 'difference',
    unit: 'ms',
    limitFor: () => 15,
    why: whyPlugin,
  },
  ...['--version', 'ls'].map((command) => ({
    promise: `\`cdkx ${command}\` / \`cdk ${command}\``,
    row: `commands/${command}/cdk`,
    figure: 'ratio',
    unit: '',
    limitFor: (major) => (major >= 22 ? 0.95 : 1.1),
    why: whyRatio,
  })),
];

/**
 * Each target with each measured Node, as data: `state` is `met`, `missed` or `not measured`; `by` is the distance of the median from the
 * limit, positive in both cases; `why` is there where it is missed.
 */
export function judgeTargets({ nodes }) {
  return targets.flatMap((target) =>
    nodes.map((group) => judge(target, group)).filter(({ state }) => !target.isOptional || state !== 'not measured'),
  );
}

function judge({ promise, row: id, figure, unit, limitFor, why }, group) {
  const row = rowOfId(group, id);
  const limit = limitFor(majorOf(group.node));
  const about = { promise, node: group.node, limit, unit };
  if (row === undefined) return { ...about, state: 'not measured' };
  const value = row[figure];
  const isMet = value.median <= limit;
  const judged = { ...about, value, state: isMet ? 'met' : 'missed', by: Math.abs(limit - value.median) };
  return isMet ? judged : { ...judged, why: why(row, group) };
}

function whyTenProfiles(row, group) {
  const before = rowOfId(group, 'before-cdk/no-profile');
  if (before === undefined) return 'where the time goes was not measured';
  const [all, start] = [row.difference.median, before.difference.median];
  return `${amount(start, 'ms')} are what a run costs that needs no profile (loading cdkx, finding \`cdk\`, starting it), the other ${amount(all - start, 'ms')} are profile and session`;
}

function whyLarge(row, group) {
  const ten = rowOfId(group, 'before-cdk/profiles-10');
  if (ten === undefined) return 'where the time goes was not measured';
  const [all, few] = [row.difference.median, ten.difference.median];
  return `${amount(few, 'ms')} of it are spent with ten profiles too; reading the larger files takes ${amount(all - few, 'ms')}`;
}

function whyMemory({ ours, theirs }) {
  return `Node alone takes ${amount(theirs.median, 'MB')} of it, cdkx ${amount(ours.median - theirs.median, 'MB')}`;
}

function whyPlugin(_row, group) {
  const alone = rowOfId(group, 'plugin/require');
  if (alone === undefined) return 'where the time goes was not measured';
  return `requiring it in a bare Node takes ${amount(alone.difference.median, 'ms')}; the rest is what \`cdk\` does to load it, and its own spread`;
}

/** What cdkx costs before `cdk` starts, and, by subtraction, what the compile cache saves `cdk`: together they are the difference. */
function whyRatio({ id, difference, theirs }, group) {
  const start = rowOfId(group, id.includes('--version') ? 'before-cdk/no-profile' : 'before-cdk/profiles-10');
  if (start === undefined) return 'where the time goes was not measured';
  const cost = start.ours.median;
  const cause = `cdkx takes ${amount(cost, 'ms')} until \`cdk\` starts, ${amount(start.theirs.median, 'ms')} of them Node’s own start`;
  if (!hasCompileCache(group.node)) {
    return `${cause}, of the ${amount(theirs.median, 'ms')} that \`cdk\` takes; this Node has no compile cache that could win it back`;
  }
  const saved = cost - difference.median;
  return saved > 0
    ? `${cause}; by subtraction, the compile cache saves \`cdk\` about ${amount(saved, 'ms')} of ${amount(theirs.median, 'ms')}, which is not enough`
    : `${cause}; by subtraction, the compile cache saves \`cdk\` nothing here`;
}
