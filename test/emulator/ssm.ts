import type { Environment } from './environment.ts';
import { ApiError } from './http.ts';
import { jsonService } from './json-protocol.ts';
import type { Service } from './service.ts';

function describeParameter({ account, region }: Environment, name: string, value: string): unknown {
  const arn = `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
  return { Name: name, Type: 'String', Value: value, Version: 1, ARN: arn };
}

/** Systems Manager's parameter store, read only: stacks and the controls fill it. */
export const ssmService: Service = jsonService('ssm', 'AmazonSSM', {
  GetParameter(environment, { Name }) {
    const name = String(Name);
    const value = environment.parameters.get(name);
    if (value === undefined) throw new ApiError(400, 'ParameterNotFound', '');
    return { Parameter: describeParameter(environment, name, value) };
  },
  GetParameters(environment, { Names }) {
    const names = Array.isArray(Names) ? Names.map(String) : [];
    const found = names.filter((name) => environment.parameters.has(name));
    return {
      Parameters: found.map((name) => describeParameter(environment, name, environment.parameters.get(name) ?? '')),
      InvalidParameters: names.filter((name) => !environment.parameters.has(name)),
    };
  },
});
