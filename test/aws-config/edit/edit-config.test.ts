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

const edits = [{ action: 'set', kind: 'profile', name: 'dev', values: { region: 'x' } }] as const;
const added = '[profile dev]\nregion = x\n';

function setUp(config?: string) {
  const home = tempFolder();
  if (config !== undefined) createHome(home, { config });
  const ctx = { env: {}, home, cwd: home, pid: 7 };
  const file = join(home, '.aws/config');
  return { ctx, file, folder: join(home, '.aws'), plan: () => planConfigChange(ctx, edits) };
}

describe('changing the AWS config file', () => {
  it('makes a new file that only its owner reads, and the folder', () => {
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

  it('keeps the mode of the file', () => {
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

  it('keeps bytes that are no UTF-8', () => {
    const { ctx, file, plan } = setUp('');
    const old = Buffer.from([0x23, 0x20, 0xe9, 0xff, 0x0a]);
    writeFileSync(file, old);
    writeConfigChange(ctx, plan());
    expect(readFileSync(file)).toEqual(Buffer.concat([old, Buffer.from(`\n${added}`)]));
  });

  it('leaves a file alone that was changed in the meantime', () => {
    const { ctx, file, folder, plan } = setUp('# mine\n');
    const planned = plan();
    writeFileSync(file, '# theirs\n');
    expect(() => writeConfigChange(ctx, planned)).toThrow('was changed by another program in the meantime');
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
    expect(() => writeConfigChange(ctx, plan())).toThrow('the AWS config file ~/.aws/config is read-only');
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
    expect(plan).toThrow('the AWS config file ~/.aws/config cannot be read (EISDIR)');
  });
});
