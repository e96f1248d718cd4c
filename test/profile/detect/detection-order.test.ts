import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { detectProfile } from '../../../lib/profile/detect/detect.ts';
import type { Detection, ProfilePin } from '../../../lib/profile/detect/types.ts';
import { sharedConfig, sso, ssoSession } from '../../aws-config/shared-config-text.ts';
import { inputs } from '../../helpers/scale.ts';

/** One run's sources: each absent, or one of a few telling values. Account 1 has one profile, account 2 has two, account 9 none. */
interface Sources {
  readonly flag: string | false | undefined;
  readonly variable: string | undefined;
  readonly block: Pin | undefined;
  readonly pinned: string | undefined;
  readonly userBlock: Pin | undefined;
  readonly userPinned: string | undefined;
  readonly hasKeys: boolean;
  readonly awsProfile: string | undefined;
  readonly awsDefaultProfile: string | undefined;
  readonly defaultProfile: 'absent' | 'settings' | 'sso';
  readonly hasWebIdentity: boolean;
  readonly hasContainer: boolean;
  readonly interactive: boolean;
}
type Pin = Omit<ProfilePin, 'where'>;

const account = (digit: string) => digit.repeat(12);
const local: Readonly<Record<string, 'sso' | 'settings'>> = { one: 'sso', two: 'sso', deux: 'sso', bare: 'settings' };
const baseConfig = [
  ssoSession,
  sso('one', account('1'), 'Dev'),
  sso('two', account('2'), 'Dev'),
  sso('deux', account('2'), 'Ops'),
  '[profile bare]\nregion = x\n',
].join('');
const leadsTo: Readonly<Record<string, readonly string[]>> = {
  [account('1')]: ['one'],
  [account('2')]: ['two', 'deux'],
  [account('9')]: [],
};

/** What must come out, row by row as documented, told independently of the code: the first line that applies. */
function expectedOutcome(given: Sources): string {
  const kindOf = (name: string) =>
    name === 'default' ? (given.defaultProfile === 'absent' ? undefined : given.defaultProfile) : local[name];
  const use = (name: string, row: string, inject: boolean) =>
    kindOf(name) === undefined ? `not defined: ${name} (${row})` : `${name} (${row})${inject ? ' injected' : ''}`;
  const ambient = given.hasWebIdentity ? 'web-identity' : given.hasContainer ? 'container' : undefined;

  // 1, 2: said for this run.
  const [said, row] = given.flag === undefined ? [given.variable, 'cdk-profile-variable'] : [given.flag, 'flag'];
  if (typeof said === 'string' && said !== '') return use(said, row, row !== 'flag');
  const cancelled = said !== undefined;

  // 3 to 5: pinned.
  const pins: (readonly [string, Pin | undefined])[] = [
    ['project-block', given.block],
    ['project-settings', given.pinned === undefined ? undefined : { profile: given.pinned }],
    ['user-block', given.userBlock],
    ['user-settings', given.userPinned === undefined ? undefined : { profile: given.userPinned }],
  ];
  for (const [source, pin] of cancelled ? [] : pins) {
    if (pin === undefined) continue;
    if (pin.profile === '') break;
    const outcome = expectedPin(source, pin);
    if (outcome !== undefined) return outcome;
  }

  function expectedPin(source: string, pin: Pin): string | undefined {
    if (pin.profile !== undefined && kindOf(pin.profile) === 'sso') return use(pin.profile, source, true);
    const matches = leadsTo[pin.account ?? ''] ?? [];
    const tie =
      source === 'project-block' && pin.profile === undefined
        ? matches.find((name) => name === given.pinned)
        : undefined;
    if (tie !== undefined || matches.length === 1) return use(tie ?? matches[0] ?? '', source, true);
    if (matches.length > 1) return `several (${source})`;
    if (pin.profile === undefined) return undefined;
    if (kindOf(pin.profile) === 'settings') return use(pin.profile, source, true);
    if (given.hasKeys) return 'pass: environment-keys';
    return ambient === undefined ? use(pin.profile, source, true) : `pass: ${ambient}`;
  }

  // 6 to 10: what is there.
  if (given.hasKeys) return 'pass: environment-keys';
  const variable = given.awsProfile || given.awsDefaultProfile;
  if (variable) {
    const isMissing = kindOf(variable) === undefined && variable !== 'default';
    if (isMissing || kindOf(variable) === 'sso') {
      return use(variable, given.awsProfile ? 'aws-profile' : 'aws-default-profile', !cancelled);
    }
    return `pass: ${ambient ?? 'settings-only'}`;
  }
  if (given.defaultProfile === 'sso') return use('default', 'default-profile', !cancelled);
  if (ambient !== undefined) return `pass: ${ambient}`;
  return given.interactive && !cancelled ? 'ask' : 'pass: instance-or-nothing';
}

const name = fc.constantFrom('one', 'two', 'deux', 'bare', 'gone', 'default');
const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined, freq: 2 });
const maybeEmpty = maybe(fc.oneof({ weight: 4, arbitrary: name }, fc.constant('')));
const pin = fc.oneof(
  fc.record({ profile: name, account: maybe(fc.constantFrom(account('1'), account('2'), account('9'))) }),
  fc.record({ account: fc.constantFrom(account('1'), account('2'), account('9')) }),
);
const sources: fc.Arbitrary<Sources> = fc.record({
  flag: fc.option(fc.oneof({ weight: 3, arbitrary: name }, fc.constant(''), fc.constant(false as const)), {
    nil: undefined,
    freq: 1,
  }),
  variable: fc.option(fc.oneof({ weight: 3, arbitrary: name }, fc.constant('')), { nil: undefined, freq: 1 }),
  block: maybe(pin),
  pinned: maybeEmpty,
  userBlock: maybe(pin),
  userPinned: maybeEmpty,
  hasKeys: fc.boolean(),
  awsProfile: maybeEmpty,
  awsDefaultProfile: maybeEmpty,
  defaultProfile: fc.constantFrom('absent', 'settings', 'sso'),
  hasWebIdentity: fc.boolean(),
  hasContainer: fc.boolean(),
  interactive: fc.boolean(),
});

function detect(given: Sources): Detection {
  const defaults = { absent: '', settings: '[default]\nregion = x\n', sso: sso('default', account('3'), 'Admin') };
  return detectProfile({
    flag: given.flag,
    profileVariable: given.variable,
    env: {
      AWS_PROFILE: given.awsProfile,
      AWS_DEFAULT_PROFILE: given.awsDefaultProfile,
      ...(given.hasKeys && { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' }),
      ...(given.hasWebIdentity && { AWS_WEB_IDENTITY_TOKEN_FILE: '/t', AWS_ROLE_ARN: 'arn' }),
      ...(given.hasContainer && { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://x' }),
    },
    projectPin: given.block && { where: 'context.cdkx in cdk.json', ...given.block },
    projectProfile: given.pinned,
    userPin: given.userBlock && { where: 'context.cdkx in ~/.cdk.json', ...given.userBlock },
    userProfile: given.userPinned,
    config: sharedConfig(baseConfig + defaults[given.defaultProfile]),
    interactive: given.interactive,
  });
}

function outcomeOf(detection: Detection): string {
  switch (detection.outcome) {
    case 'profile':
      return `${detection.name} (${detection.origin})${detection.inject ? ' injected' : ''}`;
    case 'pass-through':
      return `pass: ${detection.reason}`;
    case 'not-defined':
      return `not defined: ${detection.name} (${detection.origin})`;
    case 'several-matches':
      return `several (${detection.origin})`;
    case 'ask':
      return 'ask';
  }
  return detection satisfies never;
}

describe('any combination of sources', () => {
  it('is decided in the documented order', () => {
    fc.assert(
      fc.property(sources, (given) => {
        expect(outcomeOf(detect(given))).toBe(expectedOutcome(given));
      }),
      inputs(5000),
    );
  });

  it('has at most one winner, and accounts for every source', () => {
    fc.assert(
      fc.property(sources, (given) => {
        const { candidates, outcome } = detect(given);
        const winners = candidates.filter(({ state }) => state === 'won' || state === 'matched');
        expect(candidates).toHaveLength(13);
        expect(winners.length).toBeLessThanOrEqual(1);
        expect(winners.length === 1 || !['profile', 'ask'].includes(outcome)).toBe(true);
      }),
    );
  });

  it('empties CDK_PROFILE only where cdk would use a pin that cdkx passed over', () => {
    fc.assert(
      fc.property(sources, (given) => {
        const detection = detect(given);
        if (detection.outcome !== 'pass-through') return;
        const isCancelled = given.flag !== undefined || given.variable !== undefined;
        const pinOfCdk = given.pinned ?? given.userPinned ?? '';
        expect(detection.cancelCdkPin).toBe(!isCancelled && pinOfCdk !== '');
      }),
    );
  });
});
