import { createRequire } from 'node:module';
import { createProcessContext } from '../process-context.ts';
import { stageVariable } from '../project/stages/choose.ts';
import { type AccountAnswers, createAccountAnswers } from './provider-source.ts';
import { readPluginSettings, startedCdk } from './settings.ts';

/** Creates the answers in the process of `cdk`. In another program, the arguments are not those of `cdk`. */
export function createProcessAnswers(selfPath: string): AccountAnswers {
  const ctx = createProcessContext(selfPath);
  const loaded = [ctx.selfPath, ...Object.keys(createRequire(import.meta.url).cache)];
  const cdkPackage = startedCdk(loaded);
  const isCdk = ctx.env[stageVariable] !== undefined || cdkPackage !== undefined;
  return createAccountAnswers(ctx, () => readPluginSettings(ctx, { argv: isCdk ? ctx.argv : [], cdkPackage }));
}
