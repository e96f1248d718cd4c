import { randomUUID } from 'node:crypto';
import { ApiError } from '../http.ts';
import { requiredParameter, type QueryRequest } from '../query-protocol.ts';
import type { XmlValue } from '../xml.ts';
import { environmentFor, targetOf } from './request.ts';
import { resolveTemplate } from './resolve-template.ts';
import { addEvent, addStack, findStack } from './stacks.ts';
import type { ChangeSet, ResourceChange, Stack, StackResource } from './types.ts';

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** CreateChangeSet. Change sets are ready at once; one without changes fails, as at AWS. */
export function createChangeSet(request: QueryRequest): XmlValue {
  const { world, parameters } = request;
  const environment = environmentFor(request);
  const stackName = requiredParameter(parameters, 'StackName');
  const name = requiredParameter(parameters, 'ChangeSetName');
  const kind = parameters.get('ChangeSetType') ?? 'UPDATE';
  const existing = findStack(environment, stackName);
  checkKind(kind, stackName, name, existing);
  const target = targetOf(request, existing);
  const stack = existing ?? addStack(environment, stackName, 'REVIEW_IN_PROGRESS', world.clock.now());
  if (existing === undefined) addEvent(stack, world.clock.now(), 'REVIEW_IN_PROGRESS', undefined, 'User Initiated');
  const resources = resolveTemplate(environment, stack, target.template, target.parameters).resources;
  const isSame =
    kind === 'UPDATE' &&
    JSON.stringify([stack.template, stack.parameters, stack.tags]) ===
      JSON.stringify([target.template, target.parameters, target.tags]);
  const changeSet: ChangeSet = {
    id: `arn:aws:cloudformation:${environment.region}:${environment.account}:changeSet/${name}/${randomUUID()}`,
    name,
    stackId: stack.id,
    stackName: stack.name,
    kind,
    createdAt: new Date(world.clock.now()),
    templateBody: target.body,
    template: target.template,
    parameters: target.parameters,
    tags: target.tags,
    ...(target.roleArn !== undefined && { roleArn: target.roleArn }),
    changes: changesBetween(stack.resources, resources),
    status: isSame ? 'FAILED' : 'CREATE_COMPLETE',
    ...(isSame && { statusReason: NO_CHANGES }),
    executionStatus: isSame ? 'UNAVAILABLE' : 'AVAILABLE',
  };
  environment.changeSets.set(changeSet.id, changeSet);
  return { Id: changeSet.id, StackId: stack.id };
}

function checkKind(kind: string, stackName: string, name: string, existing: Stack | undefined): void {
  const isNew = existing === undefined || existing.status === 'REVIEW_IN_PROGRESS';
  if (kind === 'CREATE' && !isNew) {
    throw new ApiError(
      400,
      'ValidationError',
      `Stack [${stackName}] already exists and cannot be created again with the changeSet [${name}].`,
    );
  }
  if (kind !== 'CREATE' && isNew) throw new ApiError(400, 'ValidationError', `Stack [${stackName}] does not exist`);
}

function changesBetween(before: readonly StackResource[], after: readonly StackResource[]): readonly ResourceChange[] {
  const added = after.filter(({ logicalId }) => !before.some((old) => old.logicalId === logicalId));
  const removed = before.filter(({ logicalId }) => !after.some((resource) => resource.logicalId === logicalId));
  const modified = after.filter((resource) =>
    before.some((old) => old.logicalId === resource.logicalId && JSON.stringify(old) !== JSON.stringify(resource)),
  );
  const change =
    (action: ResourceChange['action']) =>
    (resource: StackResource): ResourceChange => ({
      action,
      logicalId: resource.logicalId,
      type: resource.type,
      ...(action !== 'Add' && { physicalId: resource.physicalId }),
    });
  return [...added.map(change('Add')), ...modified.map(change('Modify')), ...removed.map(change('Remove'))];
}
