// Whole commands, from the start of the process to its end: cdkx beside what people type today, started in the same way.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { interleave } from './pairs.mjs';
import { wallMs } from './processes.mjs';
import { profile } from './projects.mjs';

const commands = [
  { name: '--version', args: ['--version'], expected: /^\d+\.\d+\.\d+ / },
  { name: 'ls', args: ['ls'], expected: /^Greeting$/m },
  { name: 'synth', args: ['synth'], expected: /^Resources:$/m },
  { name: 'deploy', args: ['deploy'], expected: /no changes/ },
];

const habit = `aws sts get-caller-identity --profile ${profile} >/dev/null || aws sso login --profile ${profile}; cdk "$@" --profile ${profile}`;

/** One pair fills the compile cache and what `cdk` keeps in its home, and creates the stack. */
const warmUp = 1;

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
    commands.map((command) => ({
      id: `commands/${command.name}/${way.id}`,
      what: way.what(command.name),
      beside: way.beside(command.name),
      measure: () => measurePair(bench, way, command),
    })),
  );
  return bench.hasCompileCache ? [...pairs, firstRun(bench, ways[0])] : pairs;
}

function measurePair({ runs, ours, theirs }, way, { name, args, expected }) {
  // Bare `cdk` has to be told which profile; `--version` needs none.
  const withProfile = way.addsProfile || name === '--version' ? args : [...args, '--profile', profile];
  const wanted = (index) => (index < 0 ? undefined : expected);
  return interleave(
    (index) => wallMs(way.ours(args), ours, wanted(index)),
    (index) => wallMs(way.theirs(withProfile), theirs, wanted(index)),
    { runs, warmUp },
  );
}

/** With an empty compile cache each time: what the first run after an installation costs. */
function firstRun({ runs, ours, theirs }, way) {
  const [{ args, expected }] = commands;
  const measure = () =>
    interleave(
      () => {
        for (const name of ['.cache', 'AppData']) rmSync(join(ours.env.HOME, name), { recursive: true, force: true });
        return wallMs(way.ours(args), ours, expected);
      },
      () => wallMs(way.theirs(args), theirs, expected),
      { runs, warmUp },
    );
  return {
    id: 'commands/--version/first-run',
    what: '`cdkx --version`, the first run of all',
    beside: '`cdk --version`',
    measure,
  };
}
