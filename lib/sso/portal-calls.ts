import {
  GetRoleCredentialsCommand,
  ListAccountRolesCommand,
  ListAccountsCommand,
  LogoutCommand,
  type SSOClient,
} from '@aws-sdk/client-sso';
import { malformedAnswer } from './identity-center-errors.ts';
import type { IdentityCenter, PortalAccount, PortalRole, RoleCredentials } from './identity-center.ts';
import { readNumber, readText } from './members.ts';
import { sendCommand } from './send-command.ts';

/** Entries of a list in one page: the most the portal gives. */
const pageSize = 100;

/** The portal's operations over a client of the SDK. `host` is named in failures. */
export function portalCalls(
  client: SSOClient,
  host: string,
): Pick<IdentityCenter, 'getRoleCredentials' | 'listAccounts' | 'listAccountRoles' | 'logout'> {
  return {
    getRoleCredentials: async (request, signal) => {
      const operation = 'GetRoleCredentials';
      const command = new GetRoleCredentialsCommand(request);
      const answer = await sendCommand(operation, host, signal, (options) => client.send(command, options));
      return readRoleCredentials(answer.roleCredentials, (member) => malformedAnswer(operation, host, member));
    },
    listAccounts: async ({ accessToken, nextToken }, signal) => {
      const command = new ListAccountsCommand({ accessToken, nextToken, maxResults: pageSize });
      const answer = await sendCommand('ListAccounts', host, signal, (options) => client.send(command, options));
      return {
        accounts: list(answer.accountList).flatMap(readAccount),
        ...optional('nextToken', readText(answer.nextToken)),
      };
    },
    listAccountRoles: async ({ accessToken, accountId, nextToken }, signal) => {
      const command = new ListAccountRolesCommand({ accessToken, accountId, nextToken, maxResults: pageSize });
      const answer = await sendCommand('ListAccountRoles', host, signal, (options) => client.send(command, options));
      return {
        roles: list(answer.roleList).flatMap((each) => readRole(each, accountId)),
        ...optional('nextToken', readText(answer.nextToken)),
      };
    },
    logout: async ({ accessToken }, signal) => {
      const command = new LogoutCommand({ accessToken });
      await sendCommand('Logout', host, signal, (options) => client.send(command, options));
    },
  };
}

function readRoleCredentials(value: unknown, malformed: (member: string) => Error): RoleCredentials {
  const members = (value ?? {}) as Record<string, unknown>;
  const text = (name: string) => {
    const given = readText(members[name]);
    // They end up in shells and environments: no key has a blank or a control character.
    if (given === undefined || !/^[!-~]+$/.test(given)) throw malformed(`roleCredentials.${name}`);
    return given;
  };
  const expiration = readNumber(members['expiration']);
  const expiresAt = new Date(expiration ?? Number.NaN);
  if (Number.isNaN(expiresAt.getTime())) throw malformed('roleCredentials.expiration');
  return {
    accessKeyId: text('accessKeyId'),
    secretAccessKey: text('secretAccessKey'),
    sessionToken: text('sessionToken'),
    expiresAt,
  };
}

function readAccount(value: unknown): PortalAccount[] {
  const members = (value ?? {}) as Record<string, unknown>;
  const accountId = readText(members['accountId']);
  // What is no account's id would become part of names, files and addresses.
  if (accountId === undefined || !/^\d{12}$/.test(accountId)) return [];
  return [
    {
      accountId,
      ...optional('accountName', readText(members['accountName'])),
      ...optional('emailAddress', readText(members['emailAddress'])),
    },
  ];
}

function readRole(value: unknown, accountId: string): PortalRole[] {
  const roleName = readText((value as Record<string, unknown> | null)?.['roleName']);
  return roleName === undefined ? [] : [{ roleName, accountId }];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function optional<Name extends string>(name: Name, value: string | undefined): { [Key in Name]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: string };
}
