#!/usr/bin/env node
import * as nodeModule from 'node:module';
import { findHome } from '../lib/home.ts';
import { compileCacheFolder, prepareCompileCache } from '../lib/run/child/compile-cache.ts';
import { version } from '../lib/version.ts';

keepCompiledCode();
void run();

/** Enables the compile cache of Node.js 22.8 and newer, before the program is loaded. */
function keepCompiledCode(): void {
  const { enableCompileCache } = nodeModule as { enableCompileCache?: (folder: string) => unknown };
  if (enableCompileCache === undefined) return;
  const { env, platform, versions } = process;
  const home = findHome(env);
  const folder = compileCacheFolder({ env, home, platform, nodeVersion: versions.node }, { name: 'cdkx', version });
  if (folder === undefined) return;
  if (prepareCompileCache(folder, { now: Date.now(), uid: process.getuid?.() }) !== 'unusable')
    enableCompileCache(folder);
}

async function run(): Promise<void> {
  const { createProcessContext, exitLikeChild, main, reportLostOutput } = await import('./start-up.ts');
  const ctx = createProcessContext(import.meta.filename, (stream, error) => {
    // Ignore errors on stderr and continue.
    if (stream === 'stdout') process.exit(reportLostOutput(ctx, error));
  });
  const end = await main(ctx);
  process.exitCode = exitLikeChild(ctx, end);
}
