import { requiredParameter, type QueryRequest } from '../query-protocol.ts';
import type { XmlValue } from '../xml.ts';
import { environmentFor } from './request.ts';
import { requireStack } from './stacks.ts';

/** DetectStackDrift: nothing drifts here, and detection is done at once. The stack's id serves as the detection's. */
export function detectStackDrift(request: QueryRequest): XmlValue {
  return {
    StackDriftDetectionId: requireStack(environmentFor(request), requiredParameter(request.parameters, 'StackName')).id,
  };
}

/** DescribeStackDriftDetectionStatus. */
export function describeDriftDetection(request: QueryRequest): XmlValue {
  const id = requiredParameter(request.parameters, 'StackDriftDetectionId');
  return {
    StackId: requireStack(environmentFor(request), id).id,
    StackDriftDetectionId: id,
    StackDriftStatus: 'IN_SYNC',
    DetectionStatus: 'DETECTION_COMPLETE',
    DriftedStackResourceCount: 0,
    Timestamp: new Date(request.world.clock.now()).toISOString(),
  };
}

/** DescribeStackResourceDrifts. */
export function describeResourceDrifts(): XmlValue {
  return { StackResourceDrifts: [] };
}
