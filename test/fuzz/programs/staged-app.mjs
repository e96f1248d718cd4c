// A CDK app with stages and nested stages, for `node staged-app.mjs DIRECTORY`: writes its assemblies there, `all` with every stack and one
// for each stage that the app can be told. Stacks depend on each other across the stages of the project block.
import { join } from 'node:path';
import { App, CfnWaitConditionHandle, Stack, Stage } from 'aws-cdk-lib';

const [directory] = process.argv.slice(2);
const accounts = { none: '111111111111', dev: '333333333333', prod: '222222222222' };

function addStack(scope, id, account, dependencies = []) {
  const stackName = `App/${scope.node.path}/${id}`.replace(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '');
  const stack = new Stack(scope, id, { stackName, env: { account, region: 'eu-west-1' } });
  stack.handle = new CfnWaitConditionHandle(stack, 'Handle');
  for (const dependency of dependencies) stack.addStackDependency(dependency);
  return stack;
}

const builders = {
  none(app) {
    return { shared: addStack(app, 'Shared', accounts.none) };
  },
  dev(app, { shared, prodNet }) {
    const dev = addStack(app, 'DevApp', accounts.dev, [prodNet, shared].filter(Boolean));
    addStack(app, 'Dev', accounts.dev, [dev]);
    addStack(app, '2', accounts.dev);
    const test = new Stage(app, 'Test');
    addStack(test, 'Api', accounts.dev, [addStack(test, 'Net', accounts.dev)]);
    return {};
  },
  prod(app, { shared }) {
    const prodNet = addStack(app, 'ProdNet', accounts.prod, shared ? [shared] : []);
    addStack(app, 'Prod', accounts.prod);
    addStack(app, 'Pr(o)d+[x] "y"', accounts.prod);
    const live = new Stage(app, 'Live');
    addStack(live, 'Web', accounts.prod);
    addStack(new Stage(live, 'Eu'), 'Api', accounts.prod);
    return { prodNet };
  },
};

function synthesize(name, parts) {
  const app = new App({ outdir: join(directory, name), analyticsReporting: false });
  parts.reduce((made, part) => ({ ...made, ...builders[part](app, made) }), {});
  app.synth();
}

synthesize('all', ['none', 'prod', 'dev']);
synthesize('dev', ['dev']);
synthesize('prod', ['prod']);
synthesize('one', ['none']);
