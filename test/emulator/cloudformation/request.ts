import { environmentOf, type Environment } from '../environment.ts';
import { memberList, type QueryRequest } from '../query-protocol.ts';
import { chooseParameters } from './parameters.ts';
import type { StackTarget } from './provision.ts';
import { readTemplate } from './template.ts';
import type { Stack } from './types.ts';

/** The environment a request acts on: the signer's account, in the region of the signature. */
export function environmentFor({ world, caller }: QueryRequest): Environment {
  return environmentOf(world, caller.key.accountId, caller.region);
}

/** What a request wants a stack to become. */
export function targetOf({ world, caller, parameters }: QueryRequest, stack: Stack | undefined): StackTarget {
  const keepsTemplate = parameters.get('UsePreviousTemplate') === 'true' && stack !== undefined;
  const { body, template } = keepsTemplate
    ? { body: stack.templateBody, template: stack.template }
    : readTemplate(world, caller, parameters);
  const tags = memberList(parameters, 'Tags').map(({ Key = '', Value = '' }) => [Key, Value]);
  const roleArn = parameters.get('RoleARN');
  return {
    body,
    template,
    parameters: chooseParameters(template, memberList(parameters, 'Parameters'), stack?.parameters ?? {}),
    tags: Object.fromEntries(tags) as Record<string, string>,
    ...(roleArn !== null && { roleArn }),
    disableRollback: parameters.get('DisableRollback') === 'true',
  };
}
