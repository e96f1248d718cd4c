import { randomUUID } from 'node:crypto';
import type { Environment } from '../environment.ts';
import { ApiError } from '../http.ts';
import type { Stack } from './types.ts';

/** The living stack of a name, or the stack of an id, deleted ones included. */
export function findStack(environment: Environment, nameOrId: string): Stack | undefined {
  const byId = environment.stacks.get(nameOrId);
  if (byId !== undefined) return byId;
  return [...environment.stacks.values()].find(({ name, deletedAt }) => name === nameOrId && deletedAt === undefined);
}

/** The stack that must exist. */
export function requireStack(environment: Environment, nameOrId: string): Stack {
  const stack = findStack(environment, nameOrId);
  if (stack === undefined) throw new ApiError(400, 'ValidationError', `Stack with id ${nameOrId} does not exist`);
  return stack;
}

/** Adds a stack that holds nothing yet. */
export function addStack(environment: Environment, name: string, status: string, now: number): Stack {
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name)) {
    throw new ApiError(
      400,
      'ValidationError',
      `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint`,
    );
  }
  const stack: Stack = {
    id: `arn:aws:cloudformation:${environment.region}:${environment.account}:stack/${name}/${randomUUID()}`,
    name,
    createdAt: new Date(now),
    status,
    template: {},
    templateBody: '{}',
    parameters: {},
    tags: {},
    outputs: [],
    resources: [],
    events: [],
    terminationProtection: false,
  };
  environment.stacks.set(stack.id, stack);
  return stack;
}

/** Notes what happened to the stack itself, or to one of its resources. */
export function addEvent(
  stack: Stack,
  now: number,
  status: string,
  resource?: { readonly logicalId: string; readonly physicalId: string; readonly type: string },
  reason?: string,
): void {
  const subject = resource ?? { logicalId: stack.name, physicalId: stack.id, type: 'AWS::CloudFormation::Stack' };
  const { logicalId, physicalId, type } = subject;
  // Strictly later than the one before: `cdk` sorts by time.
  const at = new Date(Math.max(now, (stack.events[0]?.at.getTime() ?? 0) + 1));
  stack.events.unshift({
    id: randomUUID(),
    at,
    logicalId,
    physicalId,
    type,
    status,
    ...(reason !== undefined && { reason }),
  });
  if (resource === undefined) stack.status = status;
}
