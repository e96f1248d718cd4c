import { randomUUID } from 'node:crypto';
import { ApiError, type Reply } from './http.ts';
import type { Caller, Operation, Service } from './service.ts';
import type { World } from './state.ts';
import { escapeXml, toXml, type XmlValue } from './xml.ts';

/** One request of a query-protocol service: who asks, in which environment, with which parameters. */
export interface QueryRequest {
  readonly world: World;
  readonly caller: Caller;
  readonly parameters: URLSearchParams;
}

export type QueryHandler = (request: QueryRequest) => XmlValue;

/** Builds a service that speaks the AWS query protocol: form parameters in, XML out. */
export function queryService(
  name: string,
  namespace: string,
  handlers: Readonly<Record<string, QueryHandler>>,
): Service {
  return {
    name,
    find(call): Operation {
      const parameters = new URLSearchParams(call.body.toString('utf8'));
      const action = parameters.get('Action') ?? '';
      const target = parameters.get('RoleArn') ?? parameters.get('StackName');
      return {
        name: action === '' ? `${call.method} ${call.path}` : action,
        ...(target !== null && { target }),
        handle(world, caller) {
          const handler = Object.hasOwn(handlers, action) ? handlers[action] : undefined;
          if (handler === undefined)
            throw new ApiError(
              400,
              'InvalidAction',
              `Could not find operation ${action}: the stand-in has no such call`,
            );
          if (caller === undefined)
            throw new ApiError(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token');
          return renderQueryResult(namespace, action, handler({ world, caller, parameters }));
        },
      };
    },
    renderError: renderQueryError,
  };
}

/** Renders an operation's result as the query protocol does. */
export function renderQueryResult(namespace: string, action: string, result: XmlValue): Reply {
  return xml(
    200,
    `<${action}Response xmlns="${namespace}"><${action}Result>${toXml(result)}</${action}Result>` +
      `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`,
  );
}

/** Renders a refusal as the query protocol does. */
export function renderQueryError(error: ApiError): Reply {
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  return xml(
    error.status,
    `<ErrorResponse><Error><Type>${type}</Type><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error>` +
      `<RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  );
}

/** Builds an XML answer. */
export function xml(status: number, body: string): Reply {
  return { status, headers: { 'Content-Type': 'text/xml' }, body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}` };
}

/** A parameter that must be there. */
export function requiredParameter(parameters: URLSearchParams, name: string): string {
  const value = parameters.get(name);
  if (value === null || value === '') throw new ApiError(400, 'ValidationError', `Value for ${name} is missing`);
  return value;
}

/** The entries `Prefix.member.1`, `Prefix.member.2` … of a list: their suffixes (`.Key`, `.Value`, or none) mapped to values. */
export function memberList(parameters: URLSearchParams, prefix: string): readonly Readonly<Record<string, string>>[] {
  const entries: Record<string, string>[] = [];
  for (const [name, value] of parameters) {
    const match = /^\.member\.(\d+)(?:\.(.+))?$/.exec(name.startsWith(prefix) ? name.slice(prefix.length) : '');
    if (match === null) continue;
    const index = Number(match[1]) - 1;
    (entries[index] ??= {})[match[2] ?? ''] = value;
  }
  return entries.filter((entry) => entry !== undefined);
}
