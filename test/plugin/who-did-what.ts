import type { Emulator, RequestRecord } from '../emulator/emulator.ts';

/** Logins that succeeded, in whichever way. Refreshes are none. */
export function logins({ log }: Emulator): RequestRecord[] {
  return log.filter(
    ({ operation, grant, status }) => operation === 'CreateToken' && grant !== 'refresh_token' && status === 200,
  );
}

/**
 * Which role of which account did an operation, and to what: `222222222222/cdk-…-deploy-role-… Prod`, each once.
 * @param inShort Makes what it was done to fit for comparing: a hash in a name says nothing.
 */
export function deeds(emulator: Emulator, operation: string, inShort: (target: string) => string): string[] {
  const lines = emulator.log
    .filter((record) => record.operation === operation && record.status === 200)
    .map((record) => `${signer(emulator, record)} ${inShort(record.target ?? '')}`);
  return [...new Set(lines)].sort();
}

/** Requests, refused ones included, for what belongs to another account than that of the credentials they were signed with. */
export function crossings(emulator: Emulator): string[] {
  return emulator.log
    .filter((record) => record.accessKeyId !== undefined)
    .map((record) => ({ owner: /\b\d{12}\b/.exec(record.target ?? '')?.[0], line: describe(emulator, record), record }))
    .filter(({ owner, record }) => owner !== undefined && owner !== record.account)
    .map(({ line }) => line);
}

/** Requests that were signed and refused for it. */
export function refusals(emulator: Emulator): string[] {
  return emulator.log
    .filter(({ accessKeyId, status }) => accessKeyId !== undefined && (status === 401 || status === 403))
    .map((record) => describe(emulator, record));
}

function describe(emulator: Emulator, record: RequestRecord): string {
  return `${signer(emulator, record)} ${record.operation} ${record.target} ${record.error ?? ''}`.trim();
}

/** The account and the role whose credentials a request was signed with; the random part of a permission set's role is left out. */
export function signer({ world }: Emulator, { accessKeyId = '' }: RequestRecord): string {
  const key = world.accessKeys.get(accessKeyId);
  const role = key?.arn.split('/')[1]?.replace(/^(AWSReservedSSO_.+)_[0-9a-f]{16}$/, '$1');
  return `${key?.accountId}/${role}`;
}

/** Does something when the first request for that target comes in (or the first that fits), before it is answered. */
export function atFirst(
  { log }: Emulator,
  which: string | ((record: RequestRecord) => boolean),
  action: () => void,
): void {
  const push = log.push.bind(log);
  const fits = typeof which === 'string' ? ({ target }: RequestRecord) => target === which : which;
  log.push = (...records) => {
    if (records.some(fits) && !log.some(fits)) action();
    return push(...records);
  };
}
