import { queryService } from '../query-protocol.ts';
import type { Service } from '../service.ts';
import { describeDriftDetection, describeResourceDrifts, detectStackDrift } from './drift.ts';
import { createChangeSet } from './create-change-set.ts';
import { deleteChangeSet, describeChangeSet, executeChangeSet, listChangeSets } from './change-sets.ts';
import {
  createStack,
  deleteStack,
  rollbackStack,
  updateStack,
  updateTerminationProtection,
} from './stack-operations.ts';
import {
  describeEvents,
  describeStackEvents,
  describeStackResources,
  describeStacks,
  getTemplate,
  getTemplateSummary,
  listExports,
  listStackResources,
  listStacks,
} from './stack-queries.ts';

/** CloudFormation, as far as `cdk` calls it. Every stack operation is done when its call returns. */
export const cloudFormationService: Service = queryService(
  'cloudformation',
  'http://cloudformation.amazonaws.com/doc/2010-05-15/',
  {
    CreateChangeSet: createChangeSet,
    CreateStack: createStack,
    DeleteChangeSet: deleteChangeSet,
    DeleteStack: deleteStack,
    DescribeChangeSet: describeChangeSet,
    DescribeEvents: describeEvents,
    DescribeStackDriftDetectionStatus: describeDriftDetection,
    DescribeStackEvents: describeStackEvents,
    DescribeStackResourceDrifts: describeResourceDrifts,
    DescribeStackResources: describeStackResources,
    DescribeStacks: describeStacks,
    DetectStackDrift: detectStackDrift,
    ExecuteChangeSet: executeChangeSet,
    GetTemplate: getTemplate,
    GetTemplateSummary: getTemplateSummary,
    ListChangeSets: listChangeSets,
    ListExports: listExports,
    ListStackResources: listStackResources,
    ListStacks: listStacks,
    RollbackStack: rollbackStack,
    UpdateStack: updateStack,
    UpdateTerminationProtection: updateTerminationProtection,
  },
);
