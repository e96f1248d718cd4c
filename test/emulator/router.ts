import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { authorize } from './permissions.ts';
import { isSilent, replacementReply, send, type Faults } from './faults.ts';
import { ApiError, header, jsonBody, type Call, type Reply } from './http.ts';
import type { RequestRecord } from './request-log.ts';
import type { Caller, Operation, Service } from './service.ts';
import { authenticate, parseAuthorization } from './signature.ts';
import type { World } from './state.ts';

/** What a router works on. */
export interface RouterParts {
  readonly world: World;
  readonly faults: Faults;
  readonly log: RequestRecord[];
  /** Services whose requests are signed, by the name in the signature's scope. */
  readonly signed: readonly Service[];
  /** Services recognised by their paths alone. */
  readonly unsigned: readonly Service[];
}

interface Found {
  readonly service: Service;
  readonly operation: Operation;
  readonly record: RequestRecord;
}

/** Reads, recognises, logs and answers one request. */
export async function route(parts: RouterParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const call = await readCall(request);
  const found = find(parts, call);
  const { service, operation, record } = found;
  parts.log.push(record);
  const fault = parts.faults.take(service.name, operation.name, record.grant);
  if (fault !== undefined) {
    record.fault = fault.kind;
    if (isSilent(fault)) {
      if (fault.kind === 'reset') request.socket.resetAndDestroy();
      return;
    }
  }
  const replacement = fault && replacementReply(fault, service, call);
  const reply = replacement ?? answer(parts, call, found);
  record.status = fault?.kind === 'lost' ? 0 : reply.status;
  send(response, { ...reply, headers: { 'x-amzn-RequestId': randomUUID(), ...reply.headers } }, fault);
}

function answer({ world }: RouterParts, call: Call, { service, operation, record }: Found): Reply {
  try {
    const caller = callerOf(world, call);
    if (caller !== undefined) authorize(caller.key, service.name, operation.name);
    return operation.handle(world, caller);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    record.error = error.code;
    return service.renderError(error, call);
  }
}

function callerOf(world: World, call: Call): Caller | undefined {
  const authorization = parseAuthorization(call);
  return authorization && authenticate(world, call, authorization);
}

/** Reads a request to its end. */
export async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const target = request.url ?? '/';
  const url = new URL(target, 'http://127.0.0.1');
  const { method = 'GET', headers } = request;
  return { method, path: url.pathname, target, query: url.searchParams, headers, body: Buffer.concat(chunks) };
}

function find({ world, signed, unsigned }: RouterParts, call: Call): Found {
  const authorization = parseAuthorization(call);
  const candidates =
    authorization === undefined ? unsigned : signed.filter(({ name }) => name === authorization.service);
  for (const service of candidates) {
    const operation = service.find(call);
    if (operation === undefined) continue;
    const key = world.accessKeys.get(authorization?.accessKeyId ?? '');
    return {
      service,
      operation,
      record: newRecord(call, service.name, operation, { ...authorization, account: key?.accountId }),
    };
  }
  const service = { ...NOWHERE, name: authorization?.service ?? NOWHERE.name };
  const operation = { name: `${call.method} ${call.path}`, handle: refuse };
  return { service, operation, record: newRecord(call, service.name, operation, { ...authorization }) };
}

const NOWHERE: Service = {
  name: 'unknown',
  find: () => undefined,
  renderError: ({ status, message }) => ({ status, headers: { 'Content-Type': 'text/plain' }, body: `${message}\n` }),
};

function refuse(): never {
  throw new ApiError(404, 'UnknownOperation', 'The stand-in for AWS knows no such call.');
}

function newRecord(
  call: Call,
  service: string,
  { name, target }: Operation,
  signer: { readonly accessKeyId?: string; readonly region?: string; readonly account?: string | undefined },
): RequestRecord {
  const grantType = name === 'CreateToken' ? jsonBody(call)?.['grantType'] : undefined;
  const userAgent = header(call, 'user-agent');
  return {
    at: Date.now(),
    method: call.method,
    path: call.path,
    service,
    operation: name,
    ...(target !== undefined && { target }),
    ...(typeof grantType === 'string' && { grant: grantType.split(':').at(-1) ?? grantType }),
    ...(signer.account !== undefined && { account: signer.account }),
    ...(signer.region !== undefined && { region: signer.region }),
    ...(signer.accessKeyId !== undefined && { accessKeyId: signer.accessKeyId }),
    ...(userAgent !== undefined && { userAgent }),
    status: 0,
  };
}
