#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { main } from '../lib/main.ts';
import { createProcessContext } from '../lib/process-context.ts';

const end = await main(createProcessContext(fileURLToPath(import.meta.url)));
if ('signal' in end) {
  // The child died by this signal: so do we, that the shell sees what it would see of `cdk`.
  process.removeAllListeners(end.signal);
  process.kill(process.pid, end.signal);
} else {
  process.exitCode = end.code;
}
