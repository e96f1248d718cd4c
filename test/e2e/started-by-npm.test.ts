import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { cdkxPath, cleanEnvironment } from '../helpers/cli.ts';
import { createScriptedProject } from '../helpers/project.ts';

const run = promisify(execFile);

it('tells commands that work in the shell from which npm started cdkx, where cdkx is of the project alone', async () => {
  const { home, cwd, env: scripted } = createScriptedProject('');
  mkdirSync(join(cwd, 'node_modules/.bin'), { recursive: true });
  symlinkSync(cdkxPath, join(cwd, 'node_modules/.bin/cdkx'));
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ scripts: { deploy: 'cdkx deploy --profile acme-dv' } }));
  // What a started program sets for its own children is not in a shell.
  const options = { cwd, env: cleanEnvironment(home, { ...scripted, npm_config_offline: 'true' }) };

  const failure = await run('npm', ['run', '--silent', 'deploy'], options).then(
    () => undefined,
    (error: { readonly stderr: string }) => error.stderr,
  );
  const command = /^ {4}(.*)$/m.exec(failure ?? '')?.[1];
  expect(command).toBe('npx cdkx sso configure');
  const { stdout } = await run('sh', ['-c', `${command} --help`], options);
  expect(stdout).toContain('Usage: cdkx sso configure');
});
