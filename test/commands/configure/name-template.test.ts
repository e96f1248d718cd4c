import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readableName } from '../../../lib/aws-config/ini.ts';
import { parseSharedConfig } from '../../../lib/aws-config/shared-config.ts';
import {
  defaultNameTemplate,
  nameProfiles,
  type NameTemplate,
  parseNameTemplate,
  safeProfileName,
} from '../../../lib/commands/configure/name-template.ts';
import { type AssignedRole, roleKey } from '../../../lib/sso/identity-center/portal.ts';

const template = (text: string): NameTemplate => {
  const parsed = parseNameTemplate(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
};
const dev = { accountId: '111111111111', accountName: 'Acme Dev', roleName: 'Admin' };
const prod = { accountId: '222222222222', accountName: 'Acme Prod', roleName: 'Admin' };

describe('parseNameTemplate', () => {
  it.each([
    ['{accountName}-{role}', /^\{role\} is not one of \{accountName\}, \{accountId\}, \{roleName\}, \{session\}\.$/],
    ['{}', /^\{\} is not one of/],
    ['{accountName', /brace/],
    ['roleName}', /brace/],
    ['{{accountName}}', /brace/],
    ['fixed', /same name/],
    ['{session}', /same name/],
    ['', /same name/],
  ])('refuses %j', (text, problem) => {
    expect(parseNameTemplate(text)).toEqual({ problem: expect.stringMatching(problem) });
  });
});

describe('nameProfiles', () => {
  it.each<[text: string, role: AssignedRole, name: string]>([
    [defaultNameTemplate, dev, 'Acme-Dev-Admin'],
    ['{accountId}/{roleName}', dev, '111111111111/Admin'],
    ['{session}.{roleName}', dev, 'acme.Admin'],
    [defaultNameTemplate, { ...dev, accountName: 'Zürich – Büro (neu)' }, 'Zurich-Buro-neu-Admin'],
    [defaultNameTemplate, { accountId: '111111111111', roleName: 'Admin' }, '111111111111-Admin'],
    [defaultNameTemplate, { ...dev, accountName: '開発' }, 'Admin'],
    ['{accountName}', { ...dev, accountName: '開発' }, '111111111111-Admin'],
    ['{roleName}', { ...dev, roleName: 'a=b,c' }, 'a-b-c'],
    ['{accountName}', { ...dev, accountName: 'x]\n[profile evil' }, 'x-profile-evil'],
    ['{accountName}', { ...dev, accountName: '__proto__' }, '__proto__-111111111111'],
    ['{accountName}', { ...dev, accountName: 'default' }, 'default-111111111111'],
  ])('%s of %j', (text, role, name) => {
    expect(nameProfiles([role], template(text), 'acme').names).toEqual([name]);
  });

  it('adds the account to each of several roles that would have the same name, and says so', () => {
    expect(nameProfiles([dev, prod], template('{roleName}'), 'acme')).toEqual({
      names: ['Admin-111111111111', 'Admin-222222222222'],
      changes: [
        { role: dev, wanted: 'Admin', name: 'Admin-111111111111', reason: 'several-roles' },
        { role: prod, wanted: 'Admin', name: 'Admin-222222222222', reason: 'several-roles' },
      ],
    });
  });

  it('numbers roles of one account that differ only in characters a name cannot have', () => {
    const roles = [
      { ...dev, roleName: 'a=b' },
      { ...dev, roleName: 'a,b' },
    ];
    expect(nameProfiles(roles, template('{roleName}'), 'acme').names).toEqual([
      'a-b-111111111111',
      'a-b-111111111111-2',
    ]);
  });

  it('evades a name that another profile has, and says so', () => {
    const isTaken = (name: string) => name === 'Acme-Dev-Admin';
    expect(nameProfiles([dev], template(defaultNameTemplate), 'acme', isTaken)).toEqual({
      names: ['Acme-Dev-Admin-111111111111'],
      changes: [{ role: dev, wanted: 'Acme-Dev-Admin', name: 'Acme-Dev-Admin-111111111111', reason: 'taken' }],
    });
  });

  it('gives every set of roles different names that every tool reads, independent of their order', () => {
    const words = fc.constantFrom(
      'Dev',
      'dev',
      'De v',
      'Prod',
      '開発',
      '',
      'a=b',
      'a,b',
      'default',
      '__proto__',
      'x-111111111111',
      ']',
      '\n',
    );
    const role = fc.record({
      accountId: fc.constantFrom('111111111111', '222222222222', '333333333333'),
      accountName: fc.oneof(words, fc.string()),
      roleName: fc.oneof(words, fc.string({ minLength: 1 })),
    });
    const parts = fc.constantFrom(
      '{accountName}',
      '{accountId}',
      '{roleName}',
      '{session}',
      '-',
      '/',
      ' ',
      'é',
      'default',
    );
    const templates = fc.array(parts, { minLength: 1, maxLength: 5 }).map((given) => `${given.join('')}{roleName}`);
    const roles = fc.uniqueArray(role, { selector: roleKey, maxLength: 12 });
    fc.assert(
      fc.property(roles, templates, fc.uniqueArray(words), (given, text, taken) => {
        const isTaken = (name: string) => taken.some((other) => other === name);
        const { names, changes } = nameProfiles(given, template(text), 'acme', isTaken);
        expect(new Set(names).size).toBe(given.length);
        expect(names.filter((name) => !readableName.test(name) || isTaken(name))).toEqual([]);
        // Where only the account was added, any order gives the same names.
        const reversed = nameProfiles(given.toReversed(), template(text), 'acme', isTaken).names.toReversed();
        const isNumbered = names.some((name) => /-\d$/.test(name)) || reversed.some((name) => /-\d$/.test(name));
        expect(isNumbered ? names : reversed).toEqual(names);
        expect(changes.every(({ name, wanted }) => name !== wanted)).toBe(true);
        const file = names.map((name) => `[profile ${name}]\nregion = x\n`).join('');
        expect([...parseSharedConfig(file, 'config').profiles.keys()]).toEqual(names);
      }),
    );
  });
});

describe('safeProfileName', () => {
  it('changes nothing in a safe name, and is idempotent on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const safe = safeProfileName(text);
        expect(safeProfileName(safe)).toBe(safe);
        expect(safe).toMatch(/^[A-Za-z0-9_.@+%:/-]*$/);
      }),
    );
  });
});
