import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { editConfig } from '../../../lib/aws-config/edit/config-editor.ts';
import {
  defaultNameTemplate,
  type NameTemplate,
  parseNameTemplate,
} from '../../../lib/commands/configure/name-template.ts';
import { planConfigure, type PlanRequest } from '../../../lib/commands/configure/plan.ts';
import { resolveCredentialSource } from '../../../lib/profile/resolve-source.ts';
import { roleKey } from '../../../lib/sso/identity-center/portal.ts';
import { sharedConfig } from '../../aws-config/shared-config-text.ts';

const startUrl = 'https://acme.awsapps.com/start';
const target: PlanRequest['target'] = {
  session: { name: 'acme', startUrl, region: 'eu-west-1', endpoints: {} },
  values: { sso_start_url: startUrl, sso_region: 'eu-west-1', sso_registration_scopes: 'sso:account:access' },
};
const template = parseNameTemplate(defaultNameTemplate) as NameTemplate;

describe('planConfigure', () => {
  it('writes each role one profile that leads to it, and nothing when planned again on its own result', () => {
    const name = fc.constantFrom('Dev', 'De v', 'dev', 'Prod', '開発', 'default', '');
    const role = fc.record({
      accountId: fc.constantFrom('111111111111', '222222222222'),
      accountName: name,
      roleName: fc.constantFrom('Admin', 'a=b', 'a,b'),
    });
    const existing = fc.constantFrom(
      '',
      '# mine\n[default]\nregion = us-east-1\n',
      '[profile Dev-Admin]\naws_access_key_id = a\naws_secret_access_key = b\n',
      '[profile Dev-Admin]\nregion = eu-west-1\n',
      '[ profile Dev-Admin ]\nregion = eu-west-1\n',
      `[sso-session acme]\nsso_start_url = ${startUrl}/#/\nsso_region = eu-west-1\n\n[profile own]\nsso_session = acme\nsso_account_id = 111111111111\nsso_role_name = Admin\n`,
    );
    fc.assert(
      fc.property(fc.uniqueArray(role, { selector: roleKey, maxLength: 6 }), existing, (roles, text) => {
        const request = { config: sharedConfig(text), env: {}, target, roles, template };
        const plan = planConfigure(request);
        const edited = editConfig(text, plan.edits, 'config').text;
        expect(edited.startsWith(text.trimEnd().slice(0, 40))).toBe(true);
        const config = sharedConfig(edited);
        expect(plan.written.length + plan.kept.length).toBe(roles.length);
        const led = [...plan.written, ...plan.kept.map(({ profile }) => profile)].map((each) => {
          const source = resolveCredentialSource(config, each, {});
          return source.kind === 'sso-session' ? roleKey(source) : source.kind;
        });
        expect(led.toSorted()).toEqual(roles.map(roleKey).toSorted());
        const again = planConfigure({ ...request, config });
        expect(editConfig(edited, again.edits, 'config').text).toBe(edited);
      }),
    );
  });
});
