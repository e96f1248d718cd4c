import { environmentOf, type Environment } from './environment.ts';
import { ApiError, header, jsonBody, type Reply } from './http.ts';
import type { Service } from './service.ts';

/** One operation of a JSON service: the caller's environment and the request's members in, the answer's members out. */
export type JsonHandler = (environment: Environment, input: Readonly<Record<string, unknown>>) => unknown;

/**
 * Builds a service that speaks the AWS JSON 1.1 protocol.
 * @param target The prefix of the `X-Amz-Target` header, without its closing dot.
 */
export function jsonService(name: string, target: string, handlers: Readonly<Record<string, JsonHandler>>): Service {
  return {
    name,
    find(call) {
      const operation = (header(call, 'x-amz-target') ?? '').replace(`${target}.`, '');
      return {
        name: operation,
        handle(world, caller) {
          const handler = Object.hasOwn(handlers, operation) ? handlers[operation] : undefined;
          const input = jsonBody(call);
          if (handler === undefined)
            throw new ApiError(400, 'UnknownOperationException', `The stand-in has no ${operation}`);
          if (caller === undefined || input === undefined)
            throw new ApiError(400, 'SerializationException', 'The body is not a JSON object');
          return amzJson(200, handler(environmentOf(world, caller.key.accountId, caller.region), input));
        },
      };
    },
    renderError: ({ status, code, message }) => amzJson(status, { __type: code, message }),
  };
}

function amzJson(status: number, value: unknown): Reply {
  return { status, headers: { 'Content-Type': 'application/x-amz-json-1.1' }, body: JSON.stringify(value) };
}
