// Writes cdk.schema.json from the same tables as the parser of the project block; with --check, fails if it is out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import { rolldown } from 'rolldown';
import { root } from './run.mjs';

const path = `${root}/cdk.schema.json`;
const bundle = await rolldown({ input: `${root}/lib/project/block/json-schema.ts`, platform: 'node' });
const { output } = await bundle.generate({ format: 'esm' });
const { cdkJsonSchema } = await import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
const text = `${JSON.stringify(cdkJsonSchema(), undefined, 2)}\n`;
if (!process.argv.includes('--check')) writeFileSync(path, text);
else if (readFileSync(path, 'utf8') !== text) {
  console.error('cdk.schema.json is out of date: npm run schema');
  process.exitCode = 1;
}
