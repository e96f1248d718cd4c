import { contextOf, readSettings } from '../cdk/settings.ts';
import type { Context } from '../context.ts';

/** The stages of the project block in `./cdk.json`, unchecked: what is typed is checked when it runs. */
export function stageNames(ctx: Pick<Context, 'cwd' | 'home'>): readonly string[] {
  const block = contextOf(readSettings(ctx).project)['cdkx'];
  const stages = isRecord(block) ? block['stages'] : undefined;
  return isRecord(stages) ? Object.keys(stages) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
