// Everything that each run loads, in one file: it is imported after `cdkx.ts` has enabled the compile cache.
export { exitLikeChild } from '../lib/run/child/spawn.ts';
export { main } from '../lib/main.ts';
export { createProcessContext } from '../lib/process-context.ts';
export { reportLostOutput } from '../lib/terminal/reporter.ts';
