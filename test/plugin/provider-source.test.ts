import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createAccountAnswers } from '../../lib/plugin/provider-source.ts';
import { createTestContext } from '../helpers/context.ts';
import { createHome } from '../helpers/home.ts';
import { accounts, sharedConfig } from './three-accounts.ts';

describe('the answers to cdk', () => {
  const answersFor = (block: unknown, config = sharedConfig) => {
    const ctx = createTestContext({ env: { AWS_PROFILE: 'acme-dev' } });
    mkdirSync(ctx.home, { recursive: true });
    createHome(ctx.home, { config });
    writeFileSync(join(ctx.cwd, 'cdk.json'), JSON.stringify({ context: { cdkx: block } }));
    return { ctx, answers: createAccountAnswers(ctx) };
  };
  const ask = (answers: ReturnType<typeof createAccountAnswers>, account: string) =>
    Promise.resolve(answers.getProvider(account, 0, { supportsV3Providers: true }));

  it('are no, without a word, where the project block has no accounts; who asks all the same is told why', async () => {
    const { ctx, answers } = answersFor('acme-dev');
    expect(await answers.canProvideCredentials(accounts.prod)).toBe(false);
    expect(ctx.written.stderr()).toBe('');
    await expect(ask(answers, accounts.prod)).rejects.toThrow(`cdkx: No profile is known for account ${accounts.prod}`);
    expect(ctx.written.stderr()).toBe(
      [
        `cdkx: no profile is known for account ${accounts.prod}.`,
        '  context.cdkx in cdk.json has no "accounts", which says which profile serves which account.',
        '  Add it, with the name of a profile of that account:',
        `    "accounts": { "${accounts.prod}": "NAME-OF-A-PROFILE" }`,
        '',
      ].join('\n'),
    );
  });

  it('hint once at what the map lacks, whoever asks and how often', async () => {
    const { ctx, answers } = answersFor({ accounts: { [accounts.dev]: 'acme-dev' } });
    for (let count = 0; count < 3; count += 1) {
      expect(await answers.canProvideCredentials(accounts.prod)).toBe(false);
    }
    expect(ctx.written.stderr().match(/^cdkx: /gm)).toHaveLength(1);
    await expect(ask(answers, accounts.prod)).rejects.toThrow('No profile is known');
    expect(ctx.written.stderr()).toContain(`    "accounts": { "${accounts.prod}": "acme-prod" }`);
  });

  it('are yes where something is wrong, so that cdk stops at it, and tell it once', async () => {
    const { ctx, answers } = answersFor({ accuonts: {} });
    expect(await answers.canProvideCredentials(accounts.prod)).toBe(true);
    await expect(ask(answers, accounts.prod)).rejects.toThrow('accuonts');
    await expect(ask(answers, accounts.dev)).rejects.toThrow('accuonts');
    expect(ctx.written.stderr().match(/^cdkx: /gm)).toHaveLength(1);
    expect(ctx.written.stdout()).toBe('');
  });

  it('are yes for a profile that leads elsewhere, and stop cdk with it', async () => {
    const { answers } = answersFor({ accounts: { [accounts.prod]: 'partner' } });
    expect(await answers.canProvideCredentials(accounts.prod)).toBe(true);
    await expect(ask(answers, accounts.prod)).rejects.toThrow(`but leads to ${accounts.partner}`);
  });
});
