// Whole commands, from the start of the process to its end: cdkx beside what people type today, started in the same way.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { interleave } from './pairs.mjs';
import { wallMs } from './processes.mjs';
import { profile } from './projects.mjs';

const commands = [
  { name: '--version', args: ['--version'] },
  { name: 'ls', args: ['ls'] },
  { name: 'synth', args: ['synth', '--quiet'] },
  // The warm-up creates the stack: what is measured finds nothing to change.
  { name: 'deploy', args: ['deploy'] },
];

const habit = `aws sts get-caller-identity --profile ${profile} >/dev/null || aws sso login --profile ${profile}; cdk "$@" --profile ${profile}`;

/** The command lines of one way to start both. */
function waysOf({ node, project, npx, aws }) {
  const program = (path) => (args) => [node, join(project, 'node_modules', path), ...args];
  const inShell = (script) => (args) => ['sh', '-c', script, 'sh', ...args];
  const withNpx = (name) => (args) => [node, npx.path, name, ...args];
  return [
    {
      id: 'cdk',
      ours: program('cdkx/dist/cdkx.cjs'),
      theirs: program('aws-cdk/bin/cdk'),
      what: (name) => `\`cdkx ${name}\``,
      beside: (name) => `\`cdk ${name}\``,
    },
    npx && {
      id: 'npx',
      ours: withNpx('cdkx'),
      theirs: withNpx('cdk'),
      what: (name) => `\`npx cdkx ${name}\``,
      beside: (name) => `\`npx cdk ${name}\``,
    },
    aws && {
      id: 'habit',
      ours: inShell('cdkx "$@"'),
      theirs: inShell(habit),
      addsProfile: true,
      what: (name) => `\`cdkx ${name}\``,
      beside: (name) => `\`aws sts get-caller-identity … \\|\\| aws sso login …; cdk ${name}\``,
    },
  ].filter(Boolean);
}

/** Commands × ways; beside bare `cdk` alone where the bench of this Node is not full. */
export function commandMeasurements(bench) {
  const ways = waysOf(bench).filter(({ id }) => bench.isFull || id === 'cdk');
  const pairs = ways.flatMap((way) =>
    commands.map(({ name, args }) => ({
      id: `commands/${name}/${way.id}`,
      what: way.what(name),
      beside: way.beside(name),
      measure: () => measurePair(bench, way, args),
    })),
  );
  return bench.hasCompileCache ? [...pairs, firstRun(bench, ways[0])] : pairs;
}

function measurePair({ runs, ours, theirs }, way, args) {
  // What `cdk` asks AWS with, it is told; `--version` asks nothing.
  const withProfile = way.addsProfile || args[0] === '--version' ? args : [...args, '--profile', profile];
  return interleave(
    () => wallMs(way.ours(args), ours),
    () => wallMs(way.theirs(withProfile), theirs),
    { runs },
  );
}

/** With an empty compile cache each time: what the first run after an installation costs. */
function firstRun({ runs, ours, theirs }, way) {
  const measure = () =>
    interleave(
      () => {
        for (const name of ['.cache', 'AppData']) rmSync(join(ours.env.HOME, name), { recursive: true, force: true });
        return wallMs(way.ours(['--version']), ours);
      },
      () => wallMs(way.theirs(['--version']), theirs),
      { runs },
    );
  return {
    id: 'commands/--version/first-run',
    what: '`cdkx --version`, the first run of all',
    beside: '`cdk --version`',
    measure,
  };
}
