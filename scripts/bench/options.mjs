import { parseArgs } from 'node:util';
import { root } from '../run.mjs';

const help = `npm run bench -- [options]
  --node N      a major version of Node, from the npm registry, or a path; may be repeated (default: this Node)
  --runs N      pairs of each row (default: 15)
  --quick       5 pairs of the main rows
  --only WORD   rows whose id contains a word; may be repeated
  --full        npx and the shell habit with every Node, not only with the first
  --write       into docs/performance.md, docs/bench.svg and docs/figures/bench.json
  --add         with --write: keep the recorded figures of other Nodes
  --render      measure nothing: write the documents anew from docs/figures/bench.json
  --into DIR    another folder than the repository to write into
  --no-build    dist/ as it is`;

/** What `--quick` measures. */
const mainRows = [
  'commands/--version/cdk',
  'commands/ls/cdk',
  'before-cdk/profiles-10',
  'before-cdk/large',
  'memory/wrapper',
  'sign-in/refresh-cdk',
];

/** Reads the command line; ends the process where it asks for help, and with 64 where it cannot be read. */
export function readOptions(argv) {
  try {
    const options = parse(argv);
    if (!options.help) return options;
    process.stdout.write(`${help}\n`);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${help}\n`);
    process.exit(64);
  }
}

function parse(args) {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      node: { type: 'string', multiple: true, default: [] },
      runs: { type: 'string' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      full: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      add: { type: 'boolean', default: false },
      render: { type: 'boolean', default: false },
      into: { type: 'string', default: root },
      build: { type: 'boolean', default: true },
      help: { type: 'boolean', default: false },
    },
  });
  const { node, runs = values.quick ? '5' : '15', quick, only, ...rest } = values;
  if (!/^[1-9]\d*$/.test(runs)) throw new Error(`--runs is not a number of pairs: ${runs}`);
  return {
    ...rest,
    nodes: node.length === 0 ? [undefined] : node,
    runs: Number(runs),
    wants: (id) => (!quick || mainRows.includes(id)) && (only.length === 0 || only.some((word) => id.includes(word))),
  };
}
