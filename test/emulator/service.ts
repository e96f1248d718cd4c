import type { ApiError, Call, Reply } from './http.ts';
import type { AccessKey, World } from './state.ts';

/** Who signed a request, and for which region. */
export interface Caller {
  readonly key: AccessKey;
  readonly region: string;
}

/** A request recognised as one of a service's operations. */
export interface Operation {
  readonly name: string;
  /** What the request names (`RequestRecord`). */
  readonly target?: string;
  handle(world: World, caller: Caller | undefined): Reply;
}

/** One AWS service. */
export interface Service {
  /** Name as in a signature's scope. */
  readonly name: string;
  /** The operation a request asks for, if it is one of this service's. */
  find(call: Call): Operation | undefined;
  /** Renders a refusal in the service's protocol. */
  renderError(error: ApiError, call: Call): Reply;
}
