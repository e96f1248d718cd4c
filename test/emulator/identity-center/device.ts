import { randomInt } from 'node:crypto';
import { json, type Call, type Reply } from '../http.ts';
import { secret } from '../issued-secrets.ts';
import type { DeviceAuthorization, World } from '../state.ts';
import { authenticateClient, DEVICE_GRANT } from './clients.ts';
import { oidcError } from './errors.ts';
import { findInstance } from './instances.ts';
import { requestMembers, requiredString } from './members.ts';

/** Consonants only, as AWS uses: no code can spell a word. */
const USER_CODE_LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';

/** StartDeviceAuthorization. A start URL of another region or organisation is an invalid request, as at AWS. */
export function startDeviceAuthorization(world: World, call: Call): Reply {
  const members = requestMembers(call);
  const client = authenticateClient(world, members);
  const instance = findInstance(world, requiredString(members, 'startUrl'));
  if (instance === undefined) throw oidcError('invalid_request');
  if (!client.grantTypes.includes(DEVICE_GRANT)) throw oidcError('unauthorized_client');
  const { lifetimes, deviceInterval } = world.settings;
  const device: DeviceAuthorization = {
    deviceCode: secret('device-code'),
    userCode: newUserCode(),
    clientId: client.clientId,
    instance,
    expiresAt: world.clock.now() + lifetimes.deviceCode * 1000,
    decision: { kind: 'pending' },
    polls: [],
  };
  world.devices.set(device.deviceCode, device);
  return json(200, {
    deviceCode: device.deviceCode,
    userCode: device.userCode,
    verificationUri: `${world.url}/device`,
    verificationUriComplete: `${world.url}/device?user_code=${device.userCode}`,
    expiresIn: lifetimes.deviceCode,
    interval: deviceInterval,
  });
}

function newUserCode(): string {
  const letters = Array.from({ length: 8 }, () => USER_CODE_LETTERS.charAt(randomInt(USER_CODE_LETTERS.length))).join(
    '',
  );
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** The waiting device of a user code, however the person typed it. */
export function findByUserCode(world: World, typed: string): DeviceAuthorization | undefined {
  const plain = (code: string): string => code.replaceAll(/[^A-Za-z]/g, '').toUpperCase();
  return [...world.devices.values()].find(({ userCode }) => plain(userCode) === plain(typed));
}

/**
 * Whether a device polls too often: a third poll within one interval.
 * (The AWS CLI makes its first two polls at once and expects no `slow_down`.)
 */
export function pollsTooOften(world: World, device: DeviceAuthorization): boolean {
  const now = world.clock.now();
  device.polls.push(now);
  if (device.polls.length <= world.settings.slowDowns) return true;
  const beforeLast = device.polls.at(-3);
  return beforeLast !== undefined && now - beforeLast < world.settings.deviceInterval * 1000;
}
