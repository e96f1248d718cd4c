import { describe, expect, it } from '@jest/globals';
import { type SsoToken, tokenStatus } from '../../../lib/sso/cache/token.ts';
import { firstStep, loginPermission, stepAfterRefresh } from '../../../lib/sso/ensure/policy.ts';
import { createLegacySession, createSession } from '../setup.ts';

const now = Date.parse('2026-06-01T12:00:00Z');
const minutes = (count: number) => new Date(now + count * 60_000);
const refreshable = { refreshToken: 'RT', clientId: 'C', clientSecret: 'S', registrationExpiresAt: minutes(60) };

function status(minutesLeft: number, more: Partial<SsoToken> = {}, legacy = false) {
  const token: SsoToken = { accessToken: 'AT', expiresAt: minutes(minutesLeft), unknown: {}, ...more };
  return tokenStatus(token, legacy ? createLegacySession() : createSession(), now);
}

describe('the status of a token', () => {
  it.each([
    [15, {}, false, { fresh: true, usable: true, refreshable: false }],
    [14.99, {}, false, { fresh: false, usable: true, refreshable: false }],
    [5.02, refreshable, false, { fresh: false, usable: true, refreshable: true }],
    [5, refreshable, false, { fresh: false, usable: false, refreshable: true }],
    [1, refreshable, true, { fresh: false, usable: true, refreshable: false }],
    [0, {}, true, { fresh: false, usable: false, refreshable: false }],
    [
      1,
      { ...refreshable, registrationExpiresAt: minutes(-1) },
      false,
      { fresh: false, usable: false, refreshable: false },
    ],
    [
      1,
      // The SDK inside cdk asks for no more.
      { refreshToken: 'RT', clientId: 'C', clientSecret: 'S' },
      false,
      { fresh: false, usable: false, refreshable: true },
    ],
  ])('%s min left, %j, legacy %s', (minutesLeft, more, legacy, expected) => {
    expect(status(minutesLeft, more, legacy)).toMatchObject(expected);
  });
});

describe('the step that a session needs', () => {
  it.each([
    ['15 min left', status(15), 'required', 'use'],
    ['less and refreshable', status(10, refreshable), 'required', 'refresh'],
    ['less and refreshable', status(10, refreshable), 'best-effort', 'refresh'],
    ['expired and refreshable', status(-60, refreshable), 'required', 'refresh'],
    ['less, not refreshable', status(10), 'required', 'offer-login'],
    ['less, not refreshable', status(10), 'best-effort', 'use'],
    ['one minute of a legacy token', status(1, {}, true), 'required', 'offer-login'],
    ['one minute of a session', status(1), 'required', 'login'],
    ['expired', status(-1), 'best-effort', 'login'],
    ['none', undefined, 'required', 'login'],
  ] as const)('%s (%#): %s → %s', (_name, given, requirement, step) => {
    expect(firstStep(given, { requirement })).toBe(step);
  });

  it.each([
    ['less, not refreshable', 'use', status(10)],
    ['less and refreshable', 'refresh', status(10, refreshable)],
    ['one minute of a session', 'login', status(1)],
  ] as const)('%s, where it was said before that it ends soon: %s', (_name, step, given) => {
    expect(firstStep(given, { requirement: 'required', endingSoon: 'use' })).toBe(step);
  });

  it.each([
    [10, 'refused', 'use-with-warning'],
    [10, 'unavailable', 'use-with-warning'],
    [5, 'refused', 'login'],
    [5, 'unavailable', 'fail'],
    [-5, 'refused', 'login'],
    [-5, 'unavailable', 'fail'],
  ] as const)('with %s min left, a refresh that was %s: %s', (minutesLeft, outcome, step) => {
    expect(stepAfterRefresh(status(minutesLeft, refreshable), outcome)).toBe(step);
  });

  it.each([
    ['prompt', true, undefined, 'ask'],
    ['prompt', false, undefined, 'no-terminal'],
    ['prompt', false, 'ci', 'ci'],
    ['auto', true, undefined, 'without-asking'],
    ['auto', false, undefined, 'without-asking'],
    ['auto', false, 'ci', 'ci'],
    ['prompt', false, 'agent', 'agent'],
    ['auto', false, 'agent', 'agent'],
    ['auto', true, 'agent', 'agent'],
    ['never', false, 'agent', 'forbidden'],
    ['never', true, undefined, 'forbidden'],
    ['never', false, 'ci', 'forbidden'],
  ] as const)('login=%s, terminal %s, %s: %s', (login, interactive, by, permission) => {
    const unattended = by === 'agent' ? { by, variable: 'AGENT' } : by && { by };
    expect(loginPermission({ login, unattended, reporter: { interactive } })).toBe(permission);
  });
});
