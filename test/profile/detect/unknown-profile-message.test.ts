import { describe, expect, it } from '@jest/globals';
import { formatMessage } from '../../../lib/messages/format-message.ts';
import { detectProfile } from '../../../lib/profile/detect/detect.ts';
import { severalMatchesMessage, unknownProfileMessage } from '../../../lib/profile/detect/messages.ts';
import type { DetectionInput } from '../../../lib/profile/detect/types.ts';
import { sharedConfig, sso, ssoSession } from '../../aws-config/shared-config-text.ts';

const base = ssoSession + sso('dev', '111111111111', 'Dev') + sso('prod', '222222222222', 'Dev');

function explain(given: Partial<DetectionInput>, text = base): string[] {
  const config = sharedConfig(text);
  const detection = detectProfile({ flag: undefined, env: {}, config, interactive: false, ...given });
  if (detection.outcome === 'not-defined') return formatMessage(unknownProfileMessage(detection, config));
  if (detection.outcome === 'several-matches') return formatMessage(severalMatchesMessage(detection));
  throw new Error(`the outcome is ${detection.outcome}`);
}

describe('the message for a profile that is not defined', () => {
  it('names the nearest ones and the others', () => {
    expect(explain({ flag: 'prdo' })).toEqual([
      'cdkx: no profile named "prdo" in ~/.aws/config (from --profile)',
      '  Did you mean "prod"?',
      '  Known profiles: dev, prod.',
      '  Check the spelling, or create a profile:',
      '    cdkx sso configure',
    ]);
  });

  it('names the stage of that name, and first the names that contain it', () => {
    const many = Array.from({ length: 50 }, (_, at) => sso(`account-${at}`, '111111111111', 'Dev')).join('');
    const config = sharedConfig(`${ssoSession}${many}${sso('acme-Prod', '222222222222', 'Dev')}`);
    const detection = detectProfile({ flag: 'prod', env: {}, config, interactive: false });
    if (detection.outcome !== 'not-defined') throw new Error(detection.outcome);
    const why = [unknownProfileMessage(detection, config, ['dev', 'prod']).why].flat();
    expect(why.join()).toContain('--cdkx-stage=prod');
    expect(why.join()).toMatch(/Known profiles: acme-Prod, account-0, .* and 41 more/);
    expect([unknownProfileMessage(detection, config, ['dev']).why].flat().join()).not.toContain('--cdkx-stage');
  });

  it('names the section that cdk ignores', () => {
    expect(explain({ env: { AWS_PROFILE: 'my dev' } }, `${base}[profile "my dev"]\nregion = x\n`)).toEqual([
      'cdkx: no profile named "my dev" in ~/.aws/config (from AWS_PROFILE)',
      '  cdk ignores its section in ~/.aws/config. cdk can only read names of letters, digits and . _ - @ + % : /',
      '  Known profiles: dev, prod.',
      '  Correct that section, or create a profile:',
      '    cdkx sso configure',
    ]);
  });

  it('lists only some of many', () => {
    const many = Array.from({ length: 500 }, (_, at) => sso(`account-${at}`, '111111111111', 'Dev')).join('');
    expect(explain({ flag: 'nothing-like-it' }, many)).toEqual([
      'cdkx: no profile named "nothing-like-it" in ~/.aws/config (from --profile)',
      '  Known profiles: account-0, account-1, account-2, account-3, account-4, account-5, account-6, account-7, account-8, account-9 and 490 more.',
      '  Check the spelling, or create a profile:',
      '    cdkx sso configure',
    ]);
  });

  it('says so where there is none at all', () => {
    expect(explain({ flag: 'dev' }, '')).toEqual([
      'cdkx: no profile named "dev" in ~/.aws/config (from --profile)',
      '  There are no profiles on this machine.',
      '  Check the spelling, or create a profile:',
      '    cdkx sso configure',
    ]);
  });

  it('points a pinned project to its own description', () => {
    const ssoSession = { startUrl: 'https://acme.awsapps.com/start' };
    const where = 'context.cdkx in cdk.json';
    const projectPin = { where, profile: 'acme', account: '999999999999', role: 'Dev', ssoSession };
    expect(explain({ projectPin })).toEqual([
      'cdkx: no profile named "acme" in ~/.aws/config (from context.cdkx in cdk.json)',
      '  No local profile uses account 999999999999 with role Dev either.',
      '  Known profiles: dev, prod.',
      '  Check the spelling, or create a profile:',
      '    cdkx sso configure --from-project',
    ]);
  });

  it('does not name a command that would refuse: where the project does not say enough to make a profile', () => {
    const where = 'context.cdkx in cdk.json';
    expect(explain({ projectPin: { where, profile: 'acme', account: '999999999999' } }).slice(-2)).toEqual([
      '  Check the spelling, or create a profile:',
      '    cdkx sso configure',
    ]);
  });

  it('does without a name', () => {
    const ssoSession = { startUrl: 'https://acme.awsapps.com/start' };
    const projectPin = { where: 'context.cdkx in cdk.json', account: '999999999999', role: 'Dev', ssoSession };
    expect(explain({ projectPin })).toEqual([
      'cdkx: no local profile uses account 999999999999 with role Dev (pinned by context.cdkx in cdk.json)',
      '  Known profiles: dev, prod.',
      '  To create the profile that the project describes, run:',
      '    cdkx sso configure --from-project',
    ]);
  });
});

describe('the message for several matching profiles', () => {
  it('lists them', () => {
    const projectPin = { where: 'context.cdkx in cdk.json', profile: 'acme', account: '111111111111' };
    expect(explain({ projectPin }, base + sso('dev-ops', '111111111111', 'Ops'))).toEqual([
      'cdkx: context.cdkx in cdk.json: "acme" does not exist on this machine, and 2 local profiles use account 111111111111',
      '  Profiles: dev, dev-ops.',
      '  Choose one of them for this run:',
      '    cdkx deploy --profile dev',
      '  Or pin the role too: context.cdkx.role in cdk.json.',
    ]);
  });
});
