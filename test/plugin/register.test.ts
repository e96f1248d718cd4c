import type { CredentialProviderSource } from '@aws-cdk/cli-plugin-contract';
import { expect, it } from '@jest/globals';
import { registerAnswers } from '../../lib/plugin/register.ts';

/** What `cdk` is answered by a plugin that cannot be loaded. */
async function answersAfter(failure: Error) {
  const sources: CredentialProviderSource[] = [];
  registerAnswers({ registerCredentialProviderSource: (source) => void sources.push(source as never) }, () =>
    Promise.reject(failure),
  );
  const canProvide = await sources[0]?.canProvideCredentials('111111111111');
  const refusal = await sources[0]?.getProvider('111111111111', 0, {}).catch((error: unknown) => error);
  return { canProvide, refusal };
}

it('a file of cdkx that is gone stops cdk, which would go on with other credentials, and says what to do', async () => {
  const missing = Object.assign(new Error("Cannot find module '/x/dist/answers.cjs'\nRequire stack:"), {
    code: 'MODULE_NOT_FOUND',
  });
  const { canProvide, refusal } = await answersAfter(missing);
  expect(canProvide).toBe(true);
  const lines = (refusal as Error).message.split('\n');
  expect(lines[0]).toMatch(/^cdkx: /);
  expect(lines.slice(1).join('\n')).toMatch(/Cannot find module '\/x\/dist\/answers.cjs'$[^]*reinstall/m);
  expect(lines.join()).not.toContain('Require stack');
});

it('another failure is passed on as it is', async () => {
  const failure = new TypeError('oops');
  expect(await answersAfter(failure)).toEqual({ canProvide: true, refusal: failure });
});
