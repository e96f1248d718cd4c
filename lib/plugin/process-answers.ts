import { createProcessContext } from '../process-context.ts';
import { createAccountAnswers, type AccountAnswers } from './provider-source.ts';

/** The answers in the process of `cdk`: everything of the plugin that is loaded only once `cdk` asks. */
export function createProcessAnswers(selfPath: string): AccountAnswers {
  return createAccountAnswers(createProcessContext(selfPath));
}
