import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { assemblyFolder, readAssembly } from '../../cdk/assembly.ts';
import type { Context } from '../../context.ts';
import type { MessageParts } from '../../messages/errors.ts';
import { shellWord } from '../../messages/text.ts';
import { parseProjectBlock, type Stage } from '../../project/block/block.ts';
import { setInJson } from '../../project/cdk-json.ts';
import { confirm, orCancel, text as askText } from '../../terminal/prompts.ts';

/** What makes a stage effective. */
export type StageSettings = Pick<Stage, 'stacks' | 'protected'>;

/** Prompts for the settings that the stage doesn't have: its stacks, and whether it is protected. `text` is that of cdk.json with the pin. */
export async function askStage(
  ctx: Context,
  stage: string,
  { given, text }: { readonly given: StageSettings; readonly text: string },
): Promise<StageSettings> {
  const existing = stageIn(text, stage);
  let { stacks, protected: isProtected } = given;
  if (existing.stacks === undefined) {
    const known = knownPattern(ctx, stage);
    const answer = orCancel(
      await askText(ctx, {
        message: `Stacks of stage ${stage} (names or globs, separated by spaces; optional)`,
        initial: known,
      }),
    );
    const patterns = answer.split(/[\s,]+/).filter((pattern) => pattern !== '');
    if (patterns.length > 0) stacks = patterns;
  }
  if (existing.protected === undefined) {
    const message = `Protect stage ${stage} (type its name to deploy)?`;
    isProtected = orCancel(await confirm(ctx, { message, initial: /prod/i.test(stage) })) ? true : undefined;
  }
  return { stacks, protected: isProtected };
}

/** What the stage in the text of cdk.json does, and the command that adds what it lacks. */
export function stageEffect(
  ctx: Context,
  profile: string,
  stage: string,
  text: string,
): Required<Pick<MessageParts, 'why' | 'next'>> {
  const { stacks, protected: isProtected = false } = stageIn(text, stage);
  const pattern = knownPattern(ctx, stage) ?? `${stage.charAt(0).toUpperCase()}${stage.slice(1)}*`;
  const missing = [
    ...(stacks === undefined ? [` --stacks ${shellWord(pattern)}`] : []),
    ...(isProtected ? [] : [' --protected']),
  ];
  return {
    why: [
      stacks === undefined
        ? `The stage has no stacks yet: it is used only with --cdkx-stage=${stage}.`
        : `Its stacks: ${stacks.join(', ')}. Naming one of them selects the stage.`,
      isProtected
        ? "The stage is protected: you type the stage's name before anything in it changes."
        : 'The stage is not protected: cdkx does not prompt before anything in it changes.',
    ],
    next:
      missing.length === 0
        ? []
        : [
            { say: 'To add what is missing, run:' },
            { run: `cdkx profile pin ${shellWord(profile)} --stage ${shellWord(stage)}${missing.join('')}` },
          ],
  };
}

const schemaPath = './node_modules/cdkx/cdk.schema.json';

/** Whether cdk.json gets a "$schema": it has none, the project has cdkx, and the user agrees. */
export async function wantsSchema(ctx: Context, text: string): Promise<boolean> {
  const root = JSON.parse(withoutMark(text)) as object;
  if ('$schema' in root || !existsSync(join(ctx.cwd, schemaPath))) return false;
  return orCancel(
    await confirm(ctx, { message: 'Add "$schema" too, so that your editor checks and completes cdk.json?' }),
  );
}

/** The text of cdk.json with a "$schema". */
export function withSchema(text: string): string {
  const json = withoutMark(text);
  return text.slice(0, text.length - json.length) + setInJson(json, ['$schema'], schemaPath);
}

function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}

function stageIn(text: string, stage: string): StageSettings {
  const { context } = JSON.parse(withoutMark(text)) as { readonly context: { readonly cdkx: unknown } };
  return parseProjectBlock(context.cdkx, 'context.cdkx in cdk.json').stages?.[stage] ?? {};
}

/** A glob for the stacks of the last synthesis that begin with the name of the stage: `Prod*` for `prod`. */
function knownPattern(ctx: Context, stage: string): string | undefined {
  const stacks = readAssembly(assemblyFolder(ctx, () => undefined)) ?? [];
  const found = stacks.find(({ name }) => name.toLowerCase().startsWith(stage.toLowerCase()));
  return found === undefined ? undefined : `${found.name.slice(0, stage.length)}*`;
}
