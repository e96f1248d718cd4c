import type { Call, Reply } from '../http.ts';
import type { DeviceAuthorization, World } from '../state.ts';
import { findByUserCode } from './device.ts';
import { codeEntryPage, messagePage, questionPage } from './pages.ts';

/** `GET /device`: asks for the code, or with `user_code` asks the person to allow or deny. */
export function showDevice(world: World, call: Call): Reply {
  const typed = call.query.get('user_code');
  if (typed === null || typed === '') return codeEntryPage();
  const device = waitingDevice(world, typed);
  if (device === undefined)
    return codeEntryPage('This code is not known, or no longer valid. Check it, or start again in your terminal.');
  return questionPage({
    title: 'Authorization requested',
    text: 'Allow this only if the code is the one that your own terminal shows.',
    action: '/device',
    hidden: { user_code: device.userCode },
    facts: {
      Application: world.clients.get(device.clientId)?.clientName ?? device.clientId,
      'Access portal': device.instance.startUrl,
    },
    code: device.userCode,
    users: world.settings.users,
  });
}

/** `POST /device`: the person pressed a button. */
export function decideDevice(world: World, call: Call): Reply {
  const form = new URLSearchParams(call.body.toString('utf8'));
  const device = waitingDevice(world, form.get('user_code') ?? '');
  if (device === undefined) return codeEntryPage('This code is not known, or no longer valid.');
  if (form.get('decision') !== 'allow') {
    device.decision = { kind: 'denied' };
    return messagePage(200, 'Request denied', 'Nothing was shared. You can close this tab.');
  }
  const user = world.settings.users.find(({ email }) => email === form.get('user'));
  if (user === undefined) return messagePage(400, 'Unknown person', 'Nobody of this name can sign in here.');
  device.decision = { kind: 'allowed', user };
  return messagePage(200, 'Request approved', 'Your terminal can go on. You can close this tab.');
}

function waitingDevice(world: World, typed: string): DeviceAuthorization | undefined {
  const device = findByUserCode(world, typed);
  return device?.decision.kind === 'pending' && device.expiresAt > world.clock.now() ? device : undefined;
}
