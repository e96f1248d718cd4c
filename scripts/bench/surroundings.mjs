// The surroundings of the measured processes: nothing of the developer's own, and the same for all.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Makes a folder with the measured `node` and, where there is one, `aws`, to stand first on PATH. */
export function linkPrograms(folder, { node, aws }) {
  mkdirSync(folder, { recursive: true });
  symlinkSync(node, join(folder, 'node'));
  if (aws !== undefined) symlinkSync(aws.path, join(folder, 'aws'));
  return folder;
}

/**
 * The environment of a run. What asks the network for news is off for all alike; no NODE_COMPILE_CACHE: bare `cdk` has what a user has,
 * and cdkx what it sets by itself.
 */
export function environment({ home, standIn, folders, extra = {} }) {
  return {
    PATH: [...folders, process.env.PATH ?? ''].join(delimiter),
    HOME: home,
    USERPROFILE: home,
    CDK_HOME: join(home, '.cdk'),
    TMPDIR: join(home, 'tmp'),
    LANG: 'C.UTF-8',
    CDK_NOTICES: 'false',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    NPM_CONFIG_UPDATE_NOTIFIER: 'false',
    ...standIn.env,
    ...extra,
  };
}

/** An AWS CLI before 2.13 knows no AWS_ENDPOINT_URL; it takes the stand-in's address from endpoint rules in the home. */
export function pointAwsAtStandIn(home, standIn, { version }) {
  if (Number(version.split('.')[1]) >= 13) return;
  const rules = {
    version: '1.0',
    parameters: { Region: { builtIn: 'AWS::Region', required: false, type: 'String' } },
    rules: [{ conditions: [], endpoint: { url: standIn.url, properties: {}, headers: {} }, type: 'endpoint' }],
  };
  for (const service of ['sso/2019-06-10', 'sso-oidc/2019-06-10', 'sts/2011-06-15']) {
    const folder = join(home, '.aws/models', service);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'endpoint-rule-set-1.json'), JSON.stringify(rules));
  }
}
