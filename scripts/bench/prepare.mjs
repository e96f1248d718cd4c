import { join } from 'node:path';
import { root } from '../run.mjs';
import { environment, linkPrograms, pointAwsAtStandIn } from './surroundings.mjs';
import { hasCompileCache } from './node-version.mjs';
import { nodeVersion } from './programs.mjs';
import { createEmptyProject, createHome, createProject } from './projects.mjs';

/**
 * Prepares what the measurements of one Node share, below `folder`: a project with the real `cdk` and one with an empty one, and for whole
 * commands a home for each side, so that neither warms anything up for the other; all with a session that is good for eight hours.
 */
export async function prepareBench({ node, folder, standIn, npx, aws, runs, isFull }) {
  const token = await standIn.control('issueToken', { expiresIn: 8 * 3600 });
  const project = createProject(join(folder, 'project'));
  const emptyProject = createEmptyProject(join(folder, 'empty-project'));
  const folders = [linkPrograms(join(folder, 'bin'), { node, aws })];
  const settingsFor = (home, extra) => ({ cwd: emptyProject, env: environment({ home, standIn, folders, extra }) });
  const sideOf = (name) => {
    const home = createHome(join(folder, name), { standIn, token });
    if (aws !== undefined) pointAwsAtStandIn(home, standIn, aws);
    const withPrograms = [...folders, join(project, 'node_modules/.bin')];
    return { cwd: project, env: environment({ home, standIn, folders: withPrograms }) };
  };
  const version = nodeVersion(node);
  return {
    node,
    version,
    hasCompileCache: hasCompileCache(version),
    cdkx: join(root, 'dist/cdkx.cjs'),
    ...{ folder, standIn, npx, aws, runs, isFull, token, project, emptyProject, settingsFor },
    ours: sideOf('cdkx-home'),
    theirs: sideOf('cdk-home'),
  };
}
