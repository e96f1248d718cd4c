import { ApiError } from '../http.ts';
import { requiredParameter, type QueryRequest } from '../query-protocol.ts';
import type { XmlValue } from '../xml.ts';
import { provision, removeResources } from './provision.ts';
import { environmentFor, targetOf } from './request.ts';
import { addEvent, addStack, findStack, requireStack } from './stacks.ts';

/** CreateStack. */
export function createStack(request: QueryRequest): XmlValue {
  const { world, parameters } = request;
  const environment = environmentFor(request);
  const name = requiredParameter(parameters, 'StackName');
  if (findStack(environment, name) !== undefined)
    throw new ApiError(400, 'AlreadyExistsException', `Stack [${name}] already exists`);
  const target = targetOf(request, undefined);
  const stack = addStack(environment, name, 'CREATE_IN_PROGRESS', world.clock.now());
  stack.terminationProtection = parameters.get('EnableTerminationProtection') === 'true';
  provision(world, environment, stack, target, 'CREATE');
  return { StackId: stack.id };
}

/** UpdateStack. */
export function updateStack(request: QueryRequest): XmlValue {
  const { world, parameters } = request;
  const environment = environmentFor(request);
  const stack = requireStack(environment, requiredParameter(parameters, 'StackName'));
  const target = targetOf(request, stack);
  const before = JSON.stringify([stack.template, stack.parameters, stack.tags]);
  if (before === JSON.stringify([target.template, target.parameters, target.tags])) {
    throw new ApiError(400, 'ValidationError', 'No updates are to be performed.');
  }
  provision(world, environment, stack, target, 'UPDATE');
  return { StackId: stack.id };
}

/** DeleteStack: deleting one that is not there is no error. */
export function deleteStack(request: QueryRequest): XmlValue {
  const { world, parameters } = request;
  const stack = findStack(environmentFor(request), requiredParameter(parameters, 'StackName'));
  if (stack === undefined || stack.deletedAt !== undefined) return {};
  if (stack.terminationProtection) {
    const text = `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`;
    throw new ApiError(400, 'ValidationError', text);
  }
  addEvent(stack, world.clock.now(), 'DELETE_IN_PROGRESS', undefined, 'User Initiated');
  if (!removeResources(world, stack, stack.resources)) {
    addEvent(stack, world.clock.now(), 'DELETE_FAILED');
    return {};
  }
  stack.resources = [];
  stack.deletedAt = new Date(world.clock.now());
  addEvent(stack, world.clock.now(), 'DELETE_COMPLETE');
  return {};
}

/** RollbackStack: ends a failed operation that was left standing. */
export function rollbackStack(request: QueryRequest): XmlValue {
  const { world, parameters } = request;
  const stack = requireStack(environmentFor(request), requiredParameter(parameters, 'StackName'));
  if (stack.status !== 'CREATE_FAILED' && stack.status !== 'UPDATE_FAILED') {
    throw new ApiError(
      400,
      'ValidationError',
      `Stack:${stack.id} is in ${stack.status} state and can not be rolled back.`,
    );
  }
  const prefix = stack.status === 'CREATE_FAILED' ? '' : 'UPDATE_';
  addEvent(stack, world.clock.now(), `${prefix}ROLLBACK_IN_PROGRESS`, undefined, 'User Initiated');
  if (prefix === '') {
    removeResources(world, stack, stack.resources);
    stack.resources = [];
  }
  addEvent(stack, world.clock.now(), `${prefix}ROLLBACK_COMPLETE`);
  return { StackId: stack.id };
}

/** UpdateTerminationProtection. */
export function updateTerminationProtection(request: QueryRequest): XmlValue {
  const stack = requireStack(environmentFor(request), requiredParameter(request.parameters, 'StackName'));
  stack.terminationProtection = request.parameters.get('EnableTerminationProtection') === 'true';
  return { StackId: stack.id };
}
