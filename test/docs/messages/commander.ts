import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../helpers/cli.ts';
import { createEvaluator } from './evaluate.ts';
import { parseSource } from './source.ts';
import type { Node } from './syntax.ts';
import { anything, concat, type Text } from './text.ts';

const prefix = 'error: ';

/** Mistakes that cannot be made with verbs like ours: no option is required, none reads a variable. A test holds that. */
const cannotHappen = /^required option|from env/;

/** The messages of commander, the parser of cdkx's own verbs, as its source has them. */
export function commanderTexts(): Text[] {
  const file = join(repository, 'node_modules/commander/lib/command.js');
  const source = parseSource(file, readFileSync(file, 'utf8'));
  const evaluator = createEvaluator(new Map([[file, source]]));
  return source.nodes
    .filter(({ node }) => node.type === 'TemplateLiteral')
    .flatMap(({ node, scope }) => {
      const [first, ...rest] = evaluator.text(node, scope);
      if (typeof first !== 'string' || !first.startsWith(prefix)) return [];
      const message = [first.slice(prefix.length), ...rest];
      if (cannotHappen.test(message.filter((part) => typeof part === 'string').join(''))) return [];
      const last = (node['expressions'] as Node[]).at(-1);
      return [complete(last?.['value'] === 'suggestion' ? message.slice(0, -1) : message)];
    });
}

/** A suggestion stands on a line of its own, which cdkx shows as another part. After "is invalid" comes what is valid. */
function complete(text: Text): Text {
  if (text.some((part) => typeof part === 'string' && part.includes(' is invalid')))
    return concat([text, [' '], anything]);
  const last = text.at(-1);
  return typeof last === 'string' ? [...text.slice(0, -1), last.replace(/\.$/, '')] : text;
}
