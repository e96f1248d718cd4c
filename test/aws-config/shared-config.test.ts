import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  configPath,
  credentialsPath,
  findIgnoredSection,
  readSharedConfig,
} from '../../lib/aws-config/shared-config.ts';
import { exitCode, UserError } from '../../lib/messages/errors.ts';
import { shellWord } from '../../lib/messages/text.ts';
import { createHome } from '../helpers/home.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { onPosix } from '../helpers/needs.ts';

const at = (env: Record<string, string> = {}) => ({ env, home: '/home/me', cwd: '/project' });

onPosix(describe, 'paths that begin with /')('the paths of the shared config files', () => {
  it.each([
    ['without a variable', {}, '/home/me/.aws/config', '/home/me/.aws/credentials'],
    [
      'with empty variables',
      { AWS_CONFIG_FILE: '', AWS_SHARED_CREDENTIALS_FILE: '' },
      '/home/me/.aws/config',
      '/home/me/.aws/credentials',
    ],
    ['with absolute paths', { AWS_CONFIG_FILE: '/a/c', AWS_SHARED_CREDENTIALS_FILE: '/a/k' }, '/a/c', '/a/k'],
    ['with ~/', { AWS_CONFIG_FILE: '~/c', AWS_SHARED_CREDENTIALS_FILE: '~/k' }, '/home/me/c', '/home/me/k'],
    [
      'with relative paths',
      { AWS_CONFIG_FILE: 'c', AWS_SHARED_CREDENTIALS_FILE: '$HOME/k' },
      '/project/c',
      '/project/$HOME/k',
    ],
  ])('are as in the SDK %s', (_, env, config, credentials) => {
    expect([configPath(at(env)), credentialsPath(at(env))]).toEqual([config, credentials]);
  });
});

describe('the shared config', () => {
  it('is empty where no file exists', () => {
    const { profiles, ssoSessions, files } = readSharedConfig({ env: {}, home: tempFolder(), cwd: '/' });
    expect([profiles.size, ssoSessions.size, files.config.exists, files.config.shownPath]).toEqual([
      0,
      0,
      false,
      '~/.aws/config',
    ]);
  });

  it('merges both files key by key, credentials first', () => {
    const home = createHome(tempFolder(), {
      config: '[profile a]\nregion = x\naws_access_key_id = config\n[sso-session s]\nsso_region = r\n',
      credentials: '[a]\naws_access_key_id = credentials\n[b]\nregion = y\n[sso-session t]\nsso_region = r\n',
    });
    const { profiles, ssoSessions } = readSharedConfig({ env: {}, home, cwd: home });
    expect([...profiles.keys()]).toEqual(['a', 'b']);
    expect(profiles.get('a')).toEqual({ region: 'x', aws_access_key_id: 'credentials' });
    expect([...ssoSessions.keys()]).toEqual(['s']);
  });

  it('stops at a file that exists but cannot be read', () => {
    const home = tempFolder();
    mkdirSync(join(home, '.aws/config'), { recursive: true });
    const read = () => readSharedConfig({ env: {}, home, cwd: home });
    expect(read).toThrow(UserError);
    expect(read).toThrow(expect.objectContaining({ exitCode: exitCode.configuration }));
    expect(read).toThrow('~/.aws/config (EISDIR)');
    const next = [
      { say: expect.stringContaining('AWS_CONFIG_FILE') },
      { run: `ls -ld ${shellWord(join(home, '.aws/config'))}` },
    ];
    expect(read).toThrow(expect.objectContaining({ parts: expect.objectContaining({ next }) }));
  });

  it.each([
    ['spaces in the name', '[profile "my dev"]', 'my dev', 'letters, digits and . _ - @ + % : /'],
    ['outer spaces', '[ profile dev ]', 'dev', 'exactly [profile dev]'],
    ['two spaces', '[profile  dev]', 'dev', 'exactly [profile dev]'],
    ['no prefix', '[dev]', 'dev', 'In the config file, the header of a profile is [profile dev]'],
    ['a glued comment', '[profile dev];c', 'dev', 'Text follows "]"'],
    ['text after the bracket', '[profile dev] /* c */', 'dev', 'Text follows "]"'],
    ['an apostrophe', "[profile o'brien]", "o'brien", 'letters, digits and . _ - @ + % : /'],
  ])('remembers the section that cdk ignores for %s', (_, header, name, reason) => {
    const home = createHome(tempFolder(), { config: `${header}\nregion = x\n` });
    const found = findIgnoredSection(readSharedConfig({ env: {}, home, cwd: home }), 'profile', name);
    expect(found?.section.header.reason).toContain(reason);
  });

  it('remembers a prefixed section of the credentials file', () => {
    const home = createHome(tempFolder(), {});
    writeFileSync(join(home, '.aws/credentials'), '[profile dev]\naws_access_key_id = x\n');
    const found = findIgnoredSection(readSharedConfig({ env: {}, home, cwd: home }), 'profile', 'dev');
    expect(found?.section.header.reason).toContain('[dev]');
  });
});
