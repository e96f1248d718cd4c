import { ApiError, isRecord } from '../http.ts';

/** What intrinsic functions look up. */
export interface Scope {
  /** A pseudo parameter, a parameter, or a resource's physical id; throws where there is none. */
  ref(name: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
  condition(name: string): boolean;
  findInMap(map: string, top: string, second: string): unknown;
  importValue(name: string): unknown;
}

/** The value of `Ref: AWS::NoValue`: whatever holds it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

/** Evaluates a template's value: intrinsic functions are replaced by what they stand for. */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((entry) => evaluate(entry, scope)).filter((entry) => entry !== NO_VALUE);
  if (!isRecord(value)) return value;
  const [name, ...others] = Object.keys(value);
  if (
    name !== undefined &&
    others.length === 0 &&
    (name === 'Ref' || name === 'Condition' || name.startsWith('Fn::'))
  ) {
    return callFunction(name, value[name], scope);
  }
  const entries = Object.entries(value).map(([key, member]) => [key, evaluate(member, scope)] as const);
  return Object.fromEntries(entries.filter(([, member]) => member !== NO_VALUE));
}

function callFunction(name: string, argument: unknown, scope: Scope): unknown {
  const list = (): unknown[] => {
    const value = evaluate(argument, scope);
    if (!Array.isArray(value)) throw invalid(`${name} object requires a list`);
    return value;
  };
  switch (name) {
    case 'Ref':
      return scope.ref(String(argument));
    case 'Condition':
      return scope.condition(String(argument));
    case 'Fn::GetAtt':
      return getAtt(argument, scope);
    case 'Fn::Sub':
      return substitute(argument, scope);
    case 'Fn::Join':
      return join(list());
    case 'Fn::Split':
      return String(list()[1]).split(String(list()[0]));
    case 'Fn::Select':
      return (list()[1] as unknown[])[Number(list()[0])];
    case 'Fn::If':
      return choose(argument, scope);
    case 'Fn::Equals':
      return JSON.stringify(list()[0]) === JSON.stringify(list()[1]);
    case 'Fn::And':
      return list().every(Boolean);
    case 'Fn::Or':
      return list().some(Boolean);
    case 'Fn::Not':
      return list()[0] !== true;
    case 'Fn::Base64':
      return Buffer.from(String(evaluate(argument, scope))).toString('base64');
    case 'Fn::FindInMap':
      return scope.findInMap(String(list()[0]), String(list()[1]), String(list()[2]));
    case 'Fn::ImportValue':
      return scope.importValue(String(evaluate(argument, scope)));
    case 'Fn::GetAZs':
      return ['a', 'b', 'c'].map(
        (letter) => `${String(evaluate(argument, scope) || scope.ref('AWS::Region'))}${letter}`,
      );
    default:
      throw invalid(`Template error: the stand-in does not know ${name}`);
  }
}

function getAtt(argument: unknown, scope: Scope): unknown {
  const [logicalId, ...path] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
  return scope.getAtt(logicalId ?? '', path.join('.'));
}

function substitute(argument: unknown, scope: Scope): string {
  const [text, variables] = Array.isArray(argument) ? (argument as unknown[]) : [argument, {}];
  const given = isRecord(variables) ? variables : {};
  return String(text).replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    if (Object.hasOwn(given, name)) return String(evaluate(given[name], scope));
    return String(name.includes('.') ? getAtt(name, scope) : scope.ref(name));
  });
}

function join([separator, parts]: unknown[]): string {
  if (!Array.isArray(parts))
    throw invalid('Template error: every Fn::Join object requires two parameters, a delimiter and a list');
  return parts.join(String(separator));
}

/** Only the chosen branch is evaluated: the other one may name resources that do not exist. */
function choose(argument: unknown, scope: Scope): unknown {
  if (!Array.isArray(argument) || argument.length !== 3)
    throw invalid('Template error: Fn::If requires a list of three');
  return evaluate(scope.condition(String(argument[0])) ? argument[1] : argument[2], scope);
}

function invalid(message: string): ApiError {
  return new ApiError(400, 'ValidationError', message);
}
