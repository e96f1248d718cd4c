import type { Call, Reply } from '../http.ts';
import type { Operation, Service } from '../service.ts';
import { decideAuthorization, showAuthorization } from './authorize.ts';
import { registerClient } from './clients.ts';
import { startDeviceAuthorization } from './device.ts';
import { decideDevice, showDevice } from './device-page.ts';
import { renderOidcError, renderPortalError } from './errors.ts';
import { getRoleCredentials, listAccountRoles, listAccounts, logout } from './portal.ts';
import { createToken } from './token.ts';
import type { World } from '../state.ts';

type Handler = (world: World, call: Call) => Reply;

const OIDC: Readonly<Record<string, readonly [name: string, handle: Handler]>> = {
  'POST /client/register': ['RegisterClient', registerClient],
  'POST /device_authorization': ['StartDeviceAuthorization', startDeviceAuthorization],
  'POST /token': ['CreateToken', createToken],
  'GET /authorize': ['Authorize', showAuthorization],
  'POST /authorize': ['DecideAuthorization', decideAuthorization],
  'GET /device': ['Device', showDevice],
  'POST /device': ['DecideDevice', decideDevice],
};

const PORTAL: Readonly<Record<string, readonly [name: string, handle: Handler]>> = {
  'GET /federation/credentials': ['GetRoleCredentials', getRoleCredentials],
  'GET /assignment/accounts': ['ListAccounts', listAccounts],
  'GET /assignment/roles': ['ListAccountRoles', listAccountRoles],
  'POST /logout': ['Logout', logout],
};

function byPath(name: string, routes: typeof OIDC, renderError: Service['renderError']): Service {
  return {
    name,
    find(call): Operation | undefined {
      const route = routes[`${call.method} ${call.path}`];
      const [account, role] = [call.query.get('account_id'), call.query.get('role_name')];
      const target = account === null || role === null ? {} : { target: `${account}/${role}` };
      return route && { name: route[0], ...target, handle: (world) => route[1](world, call) };
    },
    renderError,
  };
}

/** The OIDC API with its browser pages. */
export const oidcService: Service = byPath('sso-oidc', OIDC, renderOidcError);

/** The access portal's API. */
export const portalService: Service = byPath('sso', PORTAL, renderPortalError);
