import type { Environment } from '../environment.ts';
import { ApiError } from '../http.ts';
import { requiredParameter, type QueryRequest } from '../query-protocol.ts';
import type { XmlValue } from '../xml.ts';
import { provision } from './provision.ts';
import { environmentFor } from './request.ts';
import { findStack } from './stacks.ts';
import type { ChangeSet } from './types.ts';

function requireChangeSet(environment: Environment, parameters: URLSearchParams): ChangeSet {
  const wanted = requiredParameter(parameters, 'ChangeSetName');
  const stackName = parameters.get('StackName');
  const stack = stackName === null ? undefined : findStack(environment, stackName);
  const found = [...environment.changeSets.values()].find(
    ({ id, name, stackId }) => id === wanted || (name === wanted && stackId === stack?.id),
  );
  if (found === undefined) throw new ApiError(404, 'ChangeSetNotFound', `ChangeSet [${wanted}] does not exist`);
  return found;
}

/** DescribeChangeSet. */
export function describeChangeSet(request: QueryRequest): XmlValue {
  const set = requireChangeSet(environmentFor(request), request.parameters);
  return {
    ChangeSetName: set.name,
    ChangeSetId: set.id,
    StackId: set.stackId,
    StackName: set.stackName,
    CreationTime: set.createdAt.toISOString(),
    ExecutionStatus: set.executionStatus,
    Status: set.status,
    StatusReason: set.statusReason,
    Parameters: Object.entries(set.parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
    Tags: Object.entries(set.tags).map(([Key, Value]) => ({ Key, Value })),
    Changes: set.changes.map(({ action, logicalId, physicalId, type }) => ({
      Type: 'Resource',
      ResourceChange: {
        Action: action,
        LogicalResourceId: logicalId,
        PhysicalResourceId: physicalId,
        ResourceType: type,
        Replacement: action === 'Modify' ? 'False' : undefined,
        Scope: action === 'Modify' ? ['Properties'] : [],
        Details: [],
      },
    })),
  };
}

/** ExecuteChangeSet: the stack is done when the call returns. */
export function executeChangeSet(request: QueryRequest): XmlValue {
  const { world, parameters } = request;
  const environment = environmentFor(request);
  const set = requireChangeSet(environment, parameters);
  const stack = environment.stacks.get(set.stackId);
  if (stack === undefined || set.executionStatus !== 'AVAILABLE') {
    const text = `ChangeSet [${set.id}] cannot be executed in its current status of [${set.status}]`;
    throw new ApiError(400, 'InvalidChangeSetStatus', text);
  }
  set.executionStatus = 'EXECUTE_COMPLETE';
  const disableRollback = parameters.get('DisableRollback') === 'true';
  const { template, parameters: values, tags, templateBody: body, roleArn } = set;
  const target = {
    template,
    body,
    parameters: values,
    tags,
    disableRollback,
    ...(roleArn !== undefined && { roleArn }),
  };
  provision(world, environment, stack, target, stack.status === 'REVIEW_IN_PROGRESS' ? 'CREATE' : 'UPDATE');
  return {};
}

/** DeleteChangeSet: deleting one that is not there is no error. */
export function deleteChangeSet(request: QueryRequest): XmlValue {
  const environment = environmentFor(request);
  try {
    environment.changeSets.delete(requireChangeSet(environment, request.parameters).id);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
  return {};
}

/** ListChangeSets. */
export function listChangeSets(request: QueryRequest): XmlValue {
  const environment = environmentFor(request);
  const stack = findStack(environment, requiredParameter(request.parameters, 'StackName'));
  const sets = [...environment.changeSets.values()].filter(({ stackId }) => stackId === stack?.id);
  return {
    Summaries: sets.map(({ id, name, stackId, stackName, status, executionStatus }) => ({
      ChangeSetId: id,
      ChangeSetName: name,
      StackId: stackId,
      StackName: stackName,
      Status: status,
      ExecutionStatus: executionStatus,
    })),
  };
}
