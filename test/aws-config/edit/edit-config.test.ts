import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { planConfigChange, writeConfigChange } from '../../../lib/aws-config/edit/edit-config.ts';
import { UserError } from '../../../lib/messages/errors.ts';
import { createHome } from '../../helpers/home.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { onPosix } from '../../helpers/needs.ts';

const itOnPosix = onPosix(it, 'file modes');

const edits = [{ action: 'set', kind: 'profile', name: 'dev', values: { region: 'x' } }] as const;
const added = '[profile dev]\nregion = x\n';

function setUp(config?: string) {
  const home = tempFolder();
  if (config !== undefined) createHome(home, { config });
  const { platform } = process;
  const ctx = { env: {}, home, cwd: home, pid: 7, platform, uid: process.getuid?.() };
  const file = join(home, '.aws/config');
  return { ctx, file, folder: join(home, '.aws'), plan: () => planConfigChange(ctx, edits) };
}

describe('changing the AWS config file', () => {
  itOnPosix('makes a new file that only its owner reads, and the folder', () => {
    const { ctx, file, folder, plan } = setUp();
    expect(writeConfigChange(ctx, plan())).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe(added);
    expect([statSync(file).mode & 0o777, statSync(folder).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(readdirSync(folder)).toEqual(['config']);
  });

  it('changes nothing while planning, and nothing where there is nothing to change', () => {
    const { ctx, file, plan } = setUp(added);
    expect(plan().isChanged).toBe(false);
    const { ino } = statSync(file);
    expect(writeConfigChange(ctx, plan())).toBe(false);
    expect(statSync(file).ino).toBe(ino);
  });

  itOnPosix('keeps the mode of the file', () => {
    const { ctx, file, plan } = setUp('# mine\n');
    chmodSync(file, 0o640);
    writeConfigChange(ctx, plan());
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readFileSync(file, 'utf8')).toBe(`# mine\n\n${added}`);
  });

  it.each(['relative', 'absolute', 'dangling'])('writes through a symbolic link that is %s', (kind) => {
    const { ctx, file, folder, plan } = setUp('');
    mkdirSync(join(folder, 'dotfiles'));
    const target = join(folder, 'dotfiles/aws');
    if (kind === 'dangling') renameSync(file, join(folder, 'unused'));
    else renameSync(file, target);
    symlinkSync(kind === 'absolute' ? target : 'dotfiles/aws', file);
    writeConfigChange(ctx, plan());
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe(added);
  });

  it.each([
    ['Latin-1', Buffer.from([0x23, 0x20, 0xe9, 0xff, 0x0a])],
    ['UTF-16', Buffer.from('# mine\n', 'utf16le')],
    ['UTF-16 with a byte order mark', Buffer.from('\uFEFF# mine\n', 'utf16le')],
    ['UTF-32', Buffer.from([0x23, 0, 0, 0, 0x0a, 0, 0, 0])],
  ])('adds nothing to a file in %s, whose readers would not get the whole of it', (_, old) => {
    const { file, plan } = setUp('');
    writeFileSync(file, old);
    expect(plan).toThrow(expect.objectContaining({ exitCode: 78 }));
    expect(readFileSync(file)).toEqual(old);
  });

  it.each(['https://acme.awsapps.com/start\u202E', 'https://acme.awsapps.com/start\u0085[default]', 'a\u2028b'])(
    'writes no value that would be shown in another way: %j',
    (value) => {
      const { ctx } = setUp('');
      const values = { sso_start_url: value };
      const plan = () => planConfigChange(ctx, [{ action: 'set', kind: 'sso-session', name: 'acme', values }]);
      expect(plan).toThrow(expect.objectContaining({ exitCode: 78 }));
    },
  );

  it('follows a link to a folder in which relative links mean something else', () => {
    const { ctx, folder, plan } = setUp('');
    const [data, shared] = [join(ctx.home, 'data/dotfiles'), join(ctx.home, 'data/shared')];
    for (const each of [data, shared]) mkdirSync(each, { recursive: true });
    renameSync(folder, join(data, 'aws'));
    symlinkSync(join(data, 'aws'), folder);
    renameSync(join(data, 'aws/config'), join(shared, 'config'));
    symlinkSync('../../shared/config', join(data, 'aws/config'));
    expect(writeConfigChange(ctx, plan())).toBe(true);
    expect(readFileSync(join(shared, 'config'), 'utf8')).toBe(added);
    expect(readdirSync(ctx.home).sort()).toEqual(['.aws', 'data']);
  });

  it('leaves a file alone that was changed in the meantime', () => {
    const { ctx, file, folder, plan } = setUp('# mine\n');
    const planned = plan();
    writeFileSync(file, '# theirs\n');
    expect(() => writeConfigChange(ctx, planned)).toThrow('in the meantime');
    expect(readFileSync(file, 'utf8')).toBe('# theirs\n');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('leaves a file alone that came in the meantime', () => {
    const { ctx, file, folder, plan } = setUp();
    const planned = plan();
    mkdirSync(folder);
    writeFileSync(file, '# theirs\n');
    expect(() => writeConfigChange(ctx, planned)).toThrow(UserError);
    expect(readFileSync(file, 'utf8')).toBe('# theirs\n');
  });

  it('leaves a read-only file alone, even where a rename were possible', () => {
    const { ctx, file, plan } = setUp('# mine\n');
    chmodSync(file, 0o400);
    expect(() => writeConfigChange(ctx, plan())).toThrow('~/.aws/config is read-only');
    expect(readFileSync(file, 'utf8')).toBe('# mine\n');
  });

  it('says so where the folder cannot be made', () => {
    const { ctx, folder, plan } = setUp();
    const planned = plan();
    writeFileSync(folder, '');
    expect(() => writeConfigChange(ctx, planned)).toThrow(expect.objectContaining({ exitCode: 78 }));
  });

  it('says so where the file cannot be read', () => {
    const { file, folder, plan } = setUp();
    mkdirSync(folder);
    mkdirSync(file);
    expect(plan).toThrow('~/.aws/config (EISDIR)');
  });
});
