import { requiredParameter, type QueryRequest } from '../query-protocol.ts';
import { isRecord } from '../http.ts';
import type { XmlValue } from '../xml.ts';
import { section } from './parameters.ts';
import { environmentFor } from './request.ts';
import { requireStack } from './stacks.ts';
import { readTemplate } from './template.ts';
import type { Stack, StackResource } from './types.ts';

function stackOf(request: QueryRequest): Stack {
  return requireStack(environmentFor(request), requiredParameter(request.parameters, 'StackName'));
}

function livingStacks(request: QueryRequest): readonly Stack[] {
  return [...environmentFor(request).stacks.values()].filter(({ deletedAt }) => deletedAt === undefined);
}

/** DescribeStacks. */
export function describeStacks(request: QueryRequest): XmlValue {
  const stacks = request.parameters.has('StackName') ? [stackOf(request)] : livingStacks(request);
  return { Stacks: stacks.map(stackXml) };
}

function stackXml(stack: Stack): XmlValue {
  return {
    StackId: stack.id,
    StackName: stack.name,
    CreationTime: stack.createdAt.toISOString(),
    LastUpdatedTime: stack.updatedAt?.toISOString(),
    DeletionTime: stack.deletedAt?.toISOString(),
    StackStatus: stack.status,
    EnableTerminationProtection: stack.terminationProtection,
    RoleARN: stack.roleArn,
    DisableRollback: false,
    Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
    Parameters: Object.entries(stack.parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
    Tags: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })),
    Outputs: stack.outputs.map(({ key, value, description, exportName }) => ({
      OutputKey: key,
      OutputValue: value,
      Description: description,
      ExportName: exportName,
    })),
  };
}

/** ListStacks. */
export function listStacks(request: QueryRequest): XmlValue {
  return {
    StackSummaries: livingStacks(request).map(({ id, name, createdAt, status }) => ({
      StackId: id,
      StackName: name,
      CreationTime: createdAt.toISOString(),
      StackStatus: status,
    })),
  };
}

/** ListExports. */
export function listExports(request: QueryRequest): XmlValue {
  const exports = livingStacks(request).flatMap(({ id, outputs }) =>
    outputs.flatMap(({ exportName, value }) =>
      exportName === undefined ? [] : [{ ExportingStackId: id, Name: exportName, Value: value }],
    ),
  );
  return { Exports: exports };
}

/** DescribeStackEvents, newest first. */
export function describeStackEvents(request: QueryRequest): XmlValue {
  const stack = stackOf(request);
  return {
    StackEvents: stack.events.map((event) => ({
      StackId: stack.id,
      StackName: stack.name,
      EventId: event.id,
      Timestamp: event.at.toISOString(),
      LogicalResourceId: event.logicalId,
      PhysicalResourceId: event.physicalId,
      ResourceType: event.type,
      ResourceStatus: event.status,
      ResourceStatusReason: event.reason,
    })),
  };
}

/** DescribeEvents: details of failed checks, of which the stand-in has none. */
export function describeEvents(): XmlValue {
  return { OperationEvents: [] };
}

/** GetTemplate: the text as it was sent. */
export function getTemplate(request: QueryRequest): XmlValue {
  return { TemplateBody: stackOf(request).templateBody, StagesAvailable: ['Original', 'Processed'] };
}

/** GetTemplateSummary, of a stack or of a template at hand. */
export function getTemplateSummary(request: QueryRequest): XmlValue {
  const { world, caller, parameters } = request;
  const template = parameters.has('StackName')
    ? stackOf(request).template
    : readTemplate(world, caller, parameters).template;
  const types = Object.values(section(template, 'Resources')).map((resource) =>
    isRecord(resource) ? String(resource['Type']) : '',
  );
  return {
    Parameters: Object.entries(section(template, 'Parameters')).map(([ParameterKey, body]) => ({
      ParameterKey,
      ParameterType: isRecord(body) ? String(body['Type']) : 'String',
    })),
    ResourceTypes: [...new Set(types)],
    ResourceIdentifierSummaries: [],
  };
}

function resourceXml(
  { logicalId, physicalId, type }: StackResource,
  stack: Stack,
): { readonly [name: string]: XmlValue } {
  const changedAt = (stack.updatedAt ?? stack.createdAt).toISOString();
  const status = stack.status.startsWith('DELETE') ? 'DELETE_COMPLETE' : 'CREATE_COMPLETE';
  return {
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    ResourceStatus: status,
    LastUpdatedTimestamp: changedAt,
  };
}

/** ListStackResources. */
export function listStackResources(request: QueryRequest): XmlValue {
  const stack = stackOf(request);
  return { StackResourceSummaries: stack.resources.map((resource) => resourceXml(resource, stack)) };
}

/** DescribeStackResources. */
export function describeStackResources(request: QueryRequest): XmlValue {
  const stack = stackOf(request);
  const wanted = request.parameters.get('LogicalResourceId');
  const resources = stack.resources.filter(({ logicalId }) => wanted === null || logicalId === wanted);
  const entries = resources.map((resource) => {
    const { LastUpdatedTimestamp, ...rest } = resourceXml(resource, stack);
    return { StackId: stack.id, StackName: stack.name, ...rest, Timestamp: LastUpdatedTimestamp };
  });
  return { StackResources: entries };
}
