import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { agentSigns, agentVariable, cannotPrompt, isCi, isInteractive, isWsl } from '../../lib/system/environment.ts';
import { repository } from '../helpers/cli.ts';
import { createTestContext } from '../helpers/context.ts';

describe('the signs of an agent', () => {
  it('are those by which the installed cdk recognises one', () => {
    const source = readFileSync(join(repository, 'node_modules/aws-cdk/lib/index.js'), 'utf8');
    const list = /AI_AGENTS = \[([\s\S]*?)\n\s*\];/.exec(source)?.[1] ?? '';
    const signs = [...list.matchAll(/detectEnvVar: "(\w+)"(?:, detectValue: "(\w+)")?/g)];
    expect(signs.length).toBeGreaterThan(10);
    expect(agentSigns).toEqual(
      signs.map(([, variable, contains]) => (contains === undefined ? { variable } : { variable, contains })),
    );
  });

  it.each([
    [{}, undefined],
    [{ CLAUDECODE: '1' }, 'CLAUDECODE'],
    [{ CLAUDECODE: '' }, undefined],
    [{ AWS_EXECUTION_ENV: 'AmazonQ-For-CLI' }, 'AWS_EXECUTION_ENV'],
    [{ AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE' }, undefined],
    [{ AI_AGENT: 'other' }, 'AI_AGENT'],
  ])('find in %j: %s', (env, expected) => {
    expect(agentVariable(env)).toBe(expected);
  });
});

describe('whether a person can be asked', () => {
  it.each([
    [{}, true],
    [{ CI: '' }, false],
    [{ CI: 'true' }, false],
    [{ CI: 'false' }, true],
    [{ CI: '0' }, true],
    [{ CURSOR_AGENT: '1' }, false],
  ])('on a terminal with %j: %s', (env, expected) => {
    expect(isInteractive(createTestContext({ env, interactive: true }))).toBe(expected);
  });

  it('never without a terminal', () => {
    expect(isInteractive(createTestContext())).toBe(false);
  });

  it.each([
    [{}, /: no terminal\.$/],
    [{ CI: '1' }, /: CI\.$/],
    [{ CURSOR_AGENT: '1' }, /\(CURSOR_AGENT\)\.$/],
  ])('and why not, with %j', (env, expected) => {
    expect(cannotPrompt(env)).toMatch(expected);
  });

  it('reads CI as cdk does: empty counts as set', () => {
    expect([{}, { CI: '' }, { CI: '1' }, { CI: 'false' }].map(isCi)).toEqual([false, true, true, false]);
  });
});

describe('the Windows Subsystem for Linux', () => {
  it.each([
    ['linux', { WSL_DISTRO_NAME: 'Debian' }, true],
    ['linux', { WSL_INTEROP: '/run/WSL/8_interop' }, true],
    ['win32', { WSL_DISTRO_NAME: 'Debian' }, false],
    ['darwin', {}, false],
  ] as const)('is it on %s with %j: %s', (platform, env, expected) => {
    expect(isWsl({ platform, env })).toBe(expected);
  });
});
