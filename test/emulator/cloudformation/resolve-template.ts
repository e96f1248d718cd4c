import { ApiError, isRecord } from '../http.ts';
import type { Environment } from '../environment.ts';
import { evaluate, NO_VALUE, type Scope } from './evaluate.ts';
import { parameterValue, section } from './parameters.ts';
import { attributeOf, givenName, madeUpName } from './physical.ts';
import type { Stack, StackOutput, StackResource, Template } from './types.ts';

/** What a template comes to in a stack. */
export interface ResolvedTemplate {
  readonly resources: readonly StackResource[];
  readonly outputs: () => readonly StackOutput[];
}

/** Evaluates a template: conditions, resources with their properties and physical ids, outputs. A mistake in it is a ValidationError. */
export function resolveTemplate(
  environment: Environment,
  stack: Pick<Stack, 'id' | 'name'>,
  template: Template,
  parameters: Readonly<Record<string, string>>,
): ResolvedTemplate {
  const scope = createScope(environment, stack, template, parameters);
  const declared = Object.entries(section(template, 'Resources')).filter(([, body]) => isIncluded(body, scope));
  const resources = declared.map(([logicalId, body]): StackResource => {
    const { Type, Properties, DeletionPolicy } = isRecord(body) ? body : {};
    return {
      logicalId,
      type: String(Type),
      physicalId: String(scope.ref(logicalId)),
      properties: (evaluate(Properties ?? {}, scope) ?? {}) as Record<string, unknown>,
      retained: DeletionPolicy === 'Retain' || DeletionPolicy === 'RetainExceptOnCreate',
    };
  });
  return { resources, outputs: () => resolveOutputs(template, scope) };
}

function isIncluded(body: unknown, scope: Scope): boolean {
  const condition = isRecord(body) ? body['Condition'] : undefined;
  return typeof condition !== 'string' || scope.condition(condition);
}

function resolveOutputs(template: Template, scope: Scope): readonly StackOutput[] {
  const included = Object.entries(section(template, 'Outputs')).filter(([, body]) => isIncluded(body, scope));
  return included.map(([key, body]) => {
    const { Value, Description, Export } = (isRecord(body) ? evaluate(withoutCondition(body), scope) : {}) as Record<
      string,
      unknown
    >;
    return {
      key,
      value: String(Value),
      ...(typeof Description === 'string' && { description: Description }),
      ...(isRecord(Export) && { exportName: String(Export['Name']) }),
    };
  });
}

function withoutCondition(body: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== 'Condition'));
}

function createScope(
  environment: Environment,
  stack: Pick<Stack, 'id' | 'name'>,
  template: Template,
  parameters: Readonly<Record<string, string>>,
): Scope {
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': environment.account,
    'AWS::Region': environment.region,
    'AWS::StackName': stack.name,
    'AWS::StackId': stack.id,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::NotificationARNs': [],
    'AWS::NoValue': NO_VALUE,
  };
  const declaration = (logicalId: string): Readonly<Record<string, unknown>> => {
    const body = section(template, 'Resources')[logicalId];
    if (!isRecord(body) || !isIncluded(body, scope)) throw unresolved(logicalId);
    return body;
  };
  const scope: Scope = {
    ref(name) {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      const given = parameters[name];
      if (given !== undefined) return parameterValue(template, name, given, environment);
      const { Type, Properties } = declaration(name);
      const named = givenName(String(Type), (evaluate(Properties ?? {}, scope) ?? {}) as Record<string, unknown>);
      return named ?? madeUpName(stack.name, stack.id, name, String(Type));
    },
    getAtt: (logicalId, attribute) =>
      attributeOf(String(declaration(logicalId)['Type']), String(scope.ref(logicalId)), attribute, environment),
    condition: (name) => evaluate(section(template, 'Conditions')[name], scope) === true,
    findInMap: (map, top, second) => section(section(section(template, 'Mappings'), map), top)[second],
    importValue: (name) => exportedValue(environment, name),
  };
  return scope;
}

function exportedValue(environment: Environment, name: string): string {
  for (const { outputs, deletedAt } of environment.stacks.values()) {
    const found = deletedAt === undefined ? outputs.find(({ exportName }) => exportName === name) : undefined;
    if (found !== undefined) return found.value;
  }
  throw new ApiError(400, 'ValidationError', `No export named ${name} found.`);
}

function unresolved(name: string): ApiError {
  const text = `Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template`;
  return new ApiError(400, 'ValidationError', text);
}
