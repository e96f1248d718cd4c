import { randomInt } from 'node:crypto';
import { json, type Call, type Reply } from '../http.ts';
import { secret } from '../issued-secrets.ts';
import type { InstanceOptions } from '../options.ts';
import type { DeviceAuthorization, World } from '../state.ts';
import { authenticateClient, DEVICE_GRANT } from './clients.ts';
import { oidcError } from './errors.ts';
import { findInstance } from './instances.ts';
import { requestMembers, requiredString } from './members.ts';
import { isOfRegion } from './regions.ts';

/** Consonants only, as AWS uses: no code can spell a word. */
const USER_CODE_LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';

/** StartDeviceAuthorization. A start URL of another region or organisation is an invalid request, as at AWS. */
export function startDeviceAuthorization(world: World, call: Call): Reply {
  const members = requestMembers(call);
  const client = authenticateClient(world, call, members);
  const instance = findInstance(world, requiredString(members, 'startUrl'));
  if (instance === undefined || !isOfRegion(instance, call)) throw oidcError('invalid_request');
  if (!client.grantTypes.includes(DEVICE_GRANT)) throw oidcError('unauthorized_client');
  const { lifetimes, deviceInterval } = world.settings;
  const device: DeviceAuthorization = {
    deviceCode: secret('device-code'),
    userCode: newUserCode(),
    clientId: client.clientId,
    instance,
    expiresAt: world.clock.now() + lifetimes.deviceCode * 1000,
    decision: { kind: 'pending' },
    interval: deviceInterval,
    polls: 0,
    lastPollAt: 0,
  };
  world.devices.set(device.deviceCode, device);
  const page = verificationUri(world, instance);
  return json(200, {
    deviceCode: device.deviceCode,
    userCode: device.userCode,
    verificationUri: page,
    verificationUriComplete: `${page}?user_code=${device.userCode}`,
    expiresIn: lifetimes.deviceCode,
    interval: deviceInterval,
  });
}

/** AWS asks on the access portal, a page that finds its way by the fragment. */
function verificationUri({ settings, url }: World, { startUrl }: InstanceOptions): string {
  return settings.verificationPages === 'here' ? `${url}/device` : `${startUrl.replace(/\/?(#\/?)?$/, '')}/#/device`;
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

/** RFC 8628 section 3.5: each `slow_down` makes the interval longer by this, for good. Seconds. */
const slowDownSeconds = 5;
/** How much too early a poll may come: clocks and timers are not that exact. Milliseconds. */
const toleranceMs = 100;

/**
 * Whether a device polls too often: sooner than an interval after its last poll, this one included in the count.
 * (The AWS CLI makes its first two polls at once and expects no `slow_down`, so the second is let pass here. How exact AWS is, is not known.)
 */
export function pollsTooOften(world: World, device: DeviceAuthorization): boolean {
  const now = world.clock.now();
  const isEarly = now - device.lastPollAt < device.interval * 1000 - toleranceMs;
  device.polls += 1;
  device.lastPollAt = now;
  const isTooOften = device.polls <= world.settings.slowDowns || (device.polls > 2 && isEarly);
  if (isTooOften) device.interval += slowDownSeconds;
  return isTooOften;
}
