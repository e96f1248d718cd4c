import { beforeCdkMeasurements } from './before-cdk-rows.mjs';
import { commandMeasurements } from './command-rows.mjs';
import { completionMeasurements } from './completion-rows.mjs';
import { memoryMeasurements } from './memory-rows.mjs';
import { pluginMeasurements } from './plugin-rows.mjs';
import { signInMeasurements } from './sign-in-rows.mjs';

/** Every set of rows: a function from the bench of one Node (`bench.mjs`) to measurements (`row.mjs`). One more set is one more line. */
export const rowSets = [
  commandMeasurements,
  beforeCdkMeasurements,
  completionMeasurements,
  memoryMeasurements,
  pluginMeasurements,
  signInMeasurements,
];
