// A CDK app that is synthesized already, for `node told-app.mjs ASSEMBLY CONTEXT_FILE`: writes down the context that `cdk` gives it, and
// copies the assembly to where `cdk` wants it.
import { cpSync, writeFileSync } from 'node:fs';

const [assembly, contextFile] = process.argv.slice(2);
writeFileSync(contextFile, process.env.CDK_CONTEXT_JSON ?? '{}');
cpSync(assembly, process.env.CDK_OUTDIR, { recursive: true });
