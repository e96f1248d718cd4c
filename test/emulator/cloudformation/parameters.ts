import { ApiError, isRecord } from '../http.ts';
import type { Environment } from '../environment.ts';
import type { Template } from './types.ts';

/** A parameter as requests give it. */
export type GivenParameters = readonly Readonly<Record<string, string>>[];

/** The members of an object in a template; an absent one is empty. */
export function section(template: Template, name: string): Readonly<Record<string, unknown>> {
  const value = template[name];
  return isRecord(value) ? value : {};
}

/** The value of each of a template's parameters: given, previous, or the default. */
export function chooseParameters(
  template: Template,
  given: GivenParameters,
  previous: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const declared = section(template, 'Parameters');
  const strangers = given.map(({ ParameterKey = '' }) => ParameterKey).filter((key) => !Object.hasOwn(declared, key));
  if (strangers.length > 0) throw invalid(`Parameters: [${strangers.join(', ')}] do not exist in the template`);
  const chosen: Record<string, string> = {};
  const missing: string[] = [];
  for (const [key, declaration] of Object.entries(declared)) {
    const entry = given.find(({ ParameterKey }) => ParameterKey === key);
    const fallback = isRecord(declaration) ? declaration['Default'] : undefined;
    const value = entry?.['UsePreviousValue'] === 'true' ? previous[key] : entry?.['ParameterValue'];
    if (value !== undefined) chosen[key] = value;
    else if (fallback !== undefined) chosen[key] = typeof fallback === 'string' ? fallback : JSON.stringify(fallback);
    else missing.push(key);
  }
  if (missing.length > 0) throw invalid(`Parameters: [${missing.join(', ')}] must have values`);
  return chosen;
}

/** What `Ref` gives for a parameter: lists are split, values kept in the SSM parameter store are fetched. */
export function parameterValue(template: Template, name: string, text: string, environment: Environment): unknown {
  const declaration = section(template, 'Parameters')[name];
  const type = isRecord(declaration) ? String(declaration['Type']) : 'String';
  if (type.startsWith('AWS::SSM::Parameter::Value<')) {
    const stored = environment.parameters.get(text);
    if (stored === undefined)
      throw invalid(`Unable to fetch parameters [${text}] from parameter store for this account.`);
    return stored;
  }
  if (type === 'CommaDelimitedList' || type.startsWith('List<')) return text.split(',');
  return text;
}

function invalid(message: string): ApiError {
  return new ApiError(400, 'ValidationError', message);
}
