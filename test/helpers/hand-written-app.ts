/**
 * An app with a stack for each entry of the context `stacks`: its name and account, `null` for that of the credentials. It writes the
 * assembly by itself, since loading aws-cdk-lib would take longer than all the rest of a test.
 */
export const handWrittenApp = `import { mkdirSync, writeFileSync } from 'node:fs';
const { stacks = { Greeting: null } } = JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}');
const folder = process.env.CDK_OUTDIR ?? 'cdk.out';
mkdirSync(folder, { recursive: true });
const write = (name, content) => writeFileSync(folder + '/' + name, JSON.stringify(content));
const artifacts = {};
for (const [name, account] of Object.entries(stacks)) {
  const templateFile = name + '.template.json';
  write(templateFile, { Resources: { Greeting: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: name } } } });
  const environment = 'aws://' + [account ?? process.env.CDK_DEFAULT_ACCOUNT ?? 'unknown-account', process.env.CDK_DEFAULT_REGION ?? 'unknown-region'].join('/');
  artifacts[name] = { type: 'aws:cloudformation:stack', environment, properties: { templateFile } };
}
write('manifest.json', { version: '34.0.0', artifacts });
`;
