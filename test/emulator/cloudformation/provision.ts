import { environmentOf, type Environment } from '../environment.ts';
import type { World } from '../state.ts';
import { resolveTemplate } from './resolve-template.ts';
import { addEvent } from './stacks.ts';
import type { Stack, StackResource, Template } from './types.ts';

/** What a stack is to become. */
export interface StackTarget {
  readonly template: Template;
  readonly body: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly roleArn?: string;
  /** Leave what was made when something fails (`--no-rollback`). */
  readonly disableRollback?: boolean;
}

/** Creates or updates a stack's resources at once, and notes the events that CloudFormation would. A resource that fails rolls the stack back. */
export function provision(
  world: World,
  environment: Environment,
  stack: Stack,
  target: StackTarget,
  verb: 'CREATE' | 'UPDATE',
): void {
  const now = world.clock.now();
  const before = stack.resources;
  addEvent(stack, now, `${verb}_IN_PROGRESS`, undefined, 'User Initiated');
  const { resources, outputs } = resolveTemplate(environment, stack, target.template, target.parameters);
  const made: StackResource[] = [];
  for (const resource of resources) {
    const old = before.find(
      ({ logicalId, physicalId }) => logicalId === resource.logicalId && physicalId === resource.physicalId,
    );
    if (old !== undefined && JSON.stringify(old) === JSON.stringify(resource)) continue;
    const action = old === undefined ? 'CREATE' : 'UPDATE';
    addEvent(stack, now, `${action}_IN_PROGRESS`, resource);
    const problem = makeResource(world, environment, resource, old !== undefined);
    addEvent(stack, now, `${action}_${problem === undefined ? 'COMPLETE' : 'FAILED'}`, resource, problem);
    if (problem !== undefined) {
      fail(world, stack, made, verb, target.disableRollback === true);
      return;
    }
    if (old === undefined) made.push(resource);
  }
  const gone = before.filter(
    ({ logicalId, physicalId }) => !resources.some((r) => r.logicalId === logicalId && r.physicalId === physicalId),
  );
  stack.resources = resources;
  stack.template = target.template;
  stack.templateBody = target.body;
  stack.parameters = target.parameters;
  stack.tags = target.tags;
  if (target.roleArn !== undefined) stack.roleArn = target.roleArn;
  stack.outputs = outputs();
  if (verb === 'UPDATE') stack.updatedAt = new Date(now);
  removeResources(world, stack, gone);
  addEvent(stack, now, `${verb}_COMPLETE`);
}

function fail(
  world: World,
  stack: Stack,
  made: readonly StackResource[],
  verb: 'CREATE' | 'UPDATE',
  keep: boolean,
): void {
  const now = world.clock.now();
  if (keep) {
    stack.resources = [...stack.resources, ...made];
    addEvent(stack, now, `${verb}_FAILED`);
    return;
  }
  const prefix = verb === 'CREATE' ? '' : 'UPDATE_';
  addEvent(stack, now, `${prefix}ROLLBACK_IN_PROGRESS`, undefined, 'The following resource(s) failed.');
  removeResources(world, stack, made);
  addEvent(stack, now, `${prefix}ROLLBACK_COMPLETE`);
}

/** Makes what other services show: buckets and parameters. Returns why it cannot be made. */
function makeResource(
  world: World,
  environment: Environment,
  resource: StackResource,
  exists: boolean,
): string | undefined {
  const { type, physicalId, properties } = resource;
  if (type === 'AWS::SSM::Parameter') {
    if (!exists && environment.parameters.has(physicalId)) return `${physicalId} already exists`;
    environment.parameters.set(physicalId, String(properties['Value']));
  }
  if (type === 'AWS::S3::Bucket' && !exists) {
    if (world.buckets.has(physicalId)) return `${physicalId} already exists`;
    world.buckets.set(physicalId, {
      name: physicalId,
      account: environment.account,
      region: environment.region,
      objects: new Map(),
    });
  }
  return undefined;
}

/** Removes resources, the retained ones from the stack only. Returns whether all could be removed: a bucket with objects in it stays. */
export function removeResources(world: World, stack: Stack, resources: readonly StackResource[]): boolean {
  const now = world.clock.now();
  const [, , , region = '', account = ''] = stack.id.split(':');
  const environment = environmentOf(world, account, region);
  let all = true;
  for (const resource of resources.toReversed()) {
    const { type, physicalId, retained } = resource;
    if (retained) {
      addEvent(stack, now, 'DELETE_SKIPPED', resource);
      continue;
    }
    addEvent(stack, now, 'DELETE_IN_PROGRESS', resource);
    if (type === 'AWS::S3::Bucket' && (world.buckets.get(physicalId)?.objects.size ?? 0) > 0) {
      addEvent(stack, now, 'DELETE_FAILED', resource, 'The bucket you tried to delete is not empty');
      all = false;
      continue;
    }
    if (type === 'AWS::S3::Bucket') world.buckets.delete(physicalId);
    if (type === 'AWS::SSM::Parameter') environment.parameters.delete(physicalId);
    addEvent(stack, now, 'DELETE_COMPLETE', resource);
  }
  return all;
}
