import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { tempFolder } from '../helpers/temp-folder.ts';

/** Writes down what its process was given and, where the system tells, what the one that started it was: shells are between. */
const preload = (log: string) => `
const { appendFileSync, readFileSync } = require('node:fs');
const read = (path) => { try { return readFileSync(path, 'utf8'); } catch { return ''; } };
const { argv, execArgv, env, ppid } = process;
const parent = [read('/proc/' + ppid + '/cmdline'), read('/proc/' + ppid + '/environ')];
appendFileSync(${JSON.stringify(log)}, JSON.stringify({ argv, execArgv, env, parent }) + '\\n');`;

/** What the Node processes of a test were given: every one of them, since each writes it down itself before it does anything else. */
export interface ProcessRecords {
  /** The variable that makes them do so. */
  readonly env: { readonly NODE_OPTIONS: string };
  /** The names of the programs, each once, sorted. */
  programs(): string[];
  /** Arguments and environment of each process, as JSON. */
  texts(): Record<string, string>;
}

/** Prepares the records of one test. */
export function recordProcesses(): ProcessRecords {
  const folder = tempFolder('cdkx-processes');
  const [log, script] = [join(folder, 'log'), join(folder, 'preload.cjs')];
  writeFileSync(script, preload(log));
  const lines = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
  const nameOf = (line: string) => basename((JSON.parse(line) as { argv: string[] }).argv[1] ?? '-e');
  return {
    env: { NODE_OPTIONS: `--require ${JSON.stringify(script)}` },
    programs: () => [...new Set(lines().map(nameOf))].toSorted(),
    texts: () => Object.fromEntries(lines().map((line, index) => [`process ${index}, ${nameOf(line)}`, line])),
  };
}
