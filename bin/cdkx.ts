#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { main } from '../lib/main.ts';
import { createProcessContext } from '../lib/process-context.ts';
import { reportLostOutput } from '../lib/terminal/lost-output.ts';

const ctx = createProcessContext(fileURLToPath(import.meta.url), (stream, error) => {
  // What goes to stderr is only said: where it cannot be, the work goes on.
  if (stream === 'stdout') process.exit(reportLostOutput(ctx, error));
});
const end = await main(ctx);
if ('signal' in end) {
  // The child died by this signal: so do we, that the shell sees what it would see of `cdk`.
  process.removeAllListeners(end.signal);
  process.kill(process.pid, end.signal);
} else {
  process.exitCode = end.code;
}
