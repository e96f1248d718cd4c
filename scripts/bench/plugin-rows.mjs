// What the credential plugin costs a `cdk` that loads it and asks it nothing. `cdk context` reads the settings, loads the plugins, calls nobody.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../run.mjs';
import { interleave } from './pairs.mjs';
import { wallMs } from './processes.mjs';
import { createHome } from './projects.mjs';

const plugin = join(root, 'dist/plugin.cjs');

export function pluginMeasurements(bench) {
  return [
    {
      id: 'plugin/load',
      what: '`cdk context` with the plugin',
      beside: '`cdk context` without it',
      measure: () => loadedByCdk(bench),
    },
    {
      id: 'plugin/require',
      what: '`node`, which requires the plugin',
      beside: '`node -e 0`',
      measure: () => requiredByNode(bench),
    },
  ];
}

function loadedByCdk({ node, project, folder, standIn, token, runs, settingsFor }) {
  const cdk = join(project, 'node_modules/aws-cdk/bin/cdk');
  const side = (name, settings) => {
    const cwd = join(folder, name);
    mkdirSync(cwd, { recursive: true });
    writeFileSync(join(cwd, 'cdk.json'), JSON.stringify({ context: { cdkx: { accounts: 'auto' } }, ...settings }));
    const home = createHome(join(folder, 'homes', name), { standIn, token });
    return () => wallMs([node, cdk, 'context', '--json'], { ...settingsFor(home), cwd }, /"accounts": "auto"/);
  };
  return interleave(side('with-plugin', { plugin: [plugin] }), side('without-plugin', {}), { runs });
}

function requiredByNode({ node, folder, standIn, token, runs, settingsFor }) {
  const settings = settingsFor(createHome(join(folder, 'homes/require'), { standIn, token }));
  const running = (code) => () => wallMs([node, '-e', code], settings);
  return interleave(running(`require(${JSON.stringify(plugin)})`), running('0'), { runs });
}
