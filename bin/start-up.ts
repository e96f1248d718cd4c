// What every start loads, in one file of its own: by then `cdkx.ts` has told Node where to keep compiled code.
export { exitLikeChild } from '../lib/run/child/spawn.ts';
export { main } from '../lib/main.ts';
export { createProcessContext } from '../lib/process-context.ts';
export { reportLostOutput } from '../lib/terminal/reporter.ts';
