import { header, isRecord, jsonBody, type Call } from '../http.ts';
import { oidcError } from './errors.ts';

/** The JSON object of a request to the OIDC API; anything else is refused. */
export function requestMembers(call: Call): Readonly<Record<string, unknown>> {
  const type = header(call, 'content-type') ?? '';
  if (!type.startsWith('application/json')) throw oidcError('invalid_request', 'Content-Type must be application/json');
  const members = jsonBody(call);
  if (!isRecord(members)) throw oidcError('invalid_request', 'The body is not a JSON object');
  return members;
}

/** A member that must be a string with something in it. */
export function requiredString(members: Readonly<Record<string, unknown>>, name: string): string {
  const value = members[name];
  if (typeof value !== 'string' || value === '') throw oidcError('invalid_request', `Missing ${name}`);
  return value;
}

/** A member that, where present, must be a list of strings. */
export function optionalStrings(
  members: Readonly<Record<string, unknown>>,
  name: string,
): readonly string[] | undefined {
  const value = members[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) {
    throw oidcError('invalid_request', `${name} must be a list of strings`);
  }
  return value;
}
