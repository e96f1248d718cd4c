import type { Controls } from './controls.ts';
import type { Fault, Faults } from './faults.ts';
import { json, jsonBody, type Call, type Reply } from './http.ts';
import type { RequestRecord } from './request-log.ts';
import type { World } from './state.ts';

/** What the admin API reaches. */
export interface AdminParts {
  readonly world: World;
  readonly faults: Faults;
  readonly log: RequestRecord[];
  readonly controls: Controls;
}

/**
 * The API under `/_admin` by which another process drives the stand-in:
 * `GET log`, `DELETE log`, `GET state`, `POST faults` (a fault), `DELETE faults`, and `POST <control>` with its argument as a JSON object.
 */
export function handleAdmin({ world, faults, log, controls }: AdminParts, call: Call): Reply {
  const name = call.path.replace('/_admin/', '');
  switch (`${call.method} ${name}`) {
    case 'GET log':
      return json(200, log);
    case 'DELETE log':
      log.length = 0;
      return json(200, null);
    case 'GET state':
      return json(200, describe(world));
    case 'POST faults':
      faults.add(jsonBody(call) as unknown as Fault);
      return json(200, null);
    case 'DELETE faults':
      faults.clear();
      return json(200, null);
    default:
      return callControl(controls, call, name);
  }
}

function callControl(controls: Controls, call: Call, name: string): Reply {
  if (call.method !== 'POST' || !Object.hasOwn(controls, name))
    return json(404, { error: `No such control: ${call.method} ${name}` });
  const control = controls[name as keyof Controls] as (argument?: unknown) => unknown;
  try {
    return json(200, control(jsonBody(call)) ?? null);
  } catch (error) {
    return json(400, { error: String(error) });
  }
}

/** The state a test can look at; no secrets. */
function describe(world: World): unknown {
  return {
    accounts: world.settings.accounts,
    instances: world.settings.instances,
    signIns: [...world.signIns.values()],
    clients: [...world.clients.values()].map(({ clientId, clientName, grantTypes, scopes }) => ({
      clientId,
      clientName,
      grantTypes,
      scopes,
    })),
    waiting: {
      userCodes: [...world.devices.values()]
        .filter(({ decision }) => decision.kind === 'pending')
        .map(({ userCode }) => userCode),
      authorizations: [...world.authorizations.values()].filter(({ code }) => code === undefined).map(({ id }) => id),
    },
    stacks: [...world.environments.values()].flatMap(({ account, region, stacks }) =>
      [...stacks.values()].map(({ name, status, outputs }) => ({ account, region, name, status, outputs })),
    ),
  };
}
