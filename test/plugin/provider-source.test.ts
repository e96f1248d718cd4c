import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createAccountAnswers } from '../../lib/plugin/provider-source.ts';
import { readPluginSettings } from '../../lib/plugin/settings.ts';
import type { Emulator } from '../emulator/emulator.ts';
import { createFakeClock } from '../helpers/clock.ts';
import { createTestContext } from '../helpers/context.ts';
import { createHome } from '../helpers/home.ts';
import { until } from '../helpers/until.ts';
import { accounts, sharedConfig, startTwoInstances } from './three-accounts.ts';

describe('the answers to cdk', () => {
  const answersFor = (block: unknown, config = sharedConfig) => {
    const ctx = createTestContext({ env: { AWS_PROFILE: 'acme-dev' } });
    mkdirSync(ctx.home, { recursive: true });
    createHome(ctx.home, { config });
    writeFileSync(join(ctx.cwd, 'cdk.json'), JSON.stringify({ context: { cdkx: block } }));
    return { ctx, answers: createAccountAnswers(ctx, () => readPluginSettings(ctx, { argv: [] })) };
  };
  const ask = (answers: ReturnType<typeof createAccountAnswers>, account: string) =>
    Promise.resolve(answers.getProvider(account, 0, { supportsV3Providers: true }));

  it('are no, without a word, where the project block has no accounts; who asks all the same is told why', async () => {
    const { ctx, answers } = answersFor('acme-dev');
    expect(await answers.canProvideCredentials(accounts.prod)).toBe(false);
    expect(ctx.written.stderr()).toBe('');
    await expect(ask(answers, accounts.prod)).rejects.toThrow(`cdkx: no profile found for account ${accounts.prod}`);
    expect(ctx.written.stderr()).toContain('context.cdkx in cdk.json has no "accounts"');
    expect(ctx.written.stderr()).toContain(`"${accounts.prod}": "NAME-OF-A-PROFILE"`);
  });

  it('hint once at what the map lacks, whoever asks and how often', async () => {
    const { ctx, answers } = answersFor({ accounts: { [accounts.dev]: 'acme-dev' } });
    for (let count = 0; count < 3; count += 1) {
      expect(await answers.canProvideCredentials(accounts.prod)).toBe(false);
    }
    expect(ctx.written.stderr().match(/^cdkx: /gm)).toHaveLength(1);
    await expect(ask(answers, accounts.prod)).rejects.toThrow('no profile found');
    expect(ctx.written.stderr()).toContain(`"${accounts.prod}": "acme-prod"`);
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
    await expect(ask(answers, accounts.prod)).rejects.toThrow(`but uses account ${accounts.partner}`);
  });
});

describe('a session that ends soon and cannot be refreshed', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startTwoInstances();
  });
  afterEach(() => emulator.close());

  /** Asks for both accounts of the session, one after the other, on a terminal where every question is answered with no. */
  async function askTwice(env: Record<string, string>) {
    const ctx = createTestContext({
      interactive: true,
      clock: createFakeClock(Date.now()),
      env: { ...emulator.env(), AWS_PROFILE: 'acme-dev', ...env },
    });
    const token = emulator.issueToken({ expiresIn: 600, refreshable: false });
    createHome(ctx.home, { config: sharedConfig, tokens: { acme: token } });
    const map = { [accounts.dev]: 'acme-dev', [accounts.prod]: 'acme-prod' };
    writeFileSync(join(ctx.cwd, 'cdk.json'), JSON.stringify({ context: { cdkx: { accounts: map } } }));
    const answers = createAccountAnswers(ctx, () => readPluginSettings(ctx, { argv: [] }));
    const questions = () => ctx.written.stderr().split(/[◆*] {2}Sign in now\?/).length - 1;
    for (const account of [accounts.dev, accounts.prod]) {
      const before = questions();
      const answer = new AbortController();
      const asked = Promise.resolve(answers.getProvider(account, 0, { supportsV3Providers: true })).finally(() =>
        answer.abort(),
      );
      await until('a question or the answer', () => answer.signal.aborted || questions() > before);
      if (!answer.signal.aborted) ctx.type('n');
      await asked;
    }
    return { questions: questions(), warnings: ctx.written.stderr().match(/expires in (9|10) min/g)?.length ?? 0 };
  }

  it('is told once, with one question, however many accounts it serves', async () => {
    expect(await askTwice({})).toEqual({ questions: 1, warnings: 1 });
  });

  it('is not told again where the wrapper has told it before cdk began', async () => {
    expect(await askTwice({ X_CDKX_STAGE: '' })).toEqual({ questions: 0, warnings: 0 });
  });
});
