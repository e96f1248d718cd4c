import type { explainEnd } from './explain-end.ts';

/** Says why `cdk` failed, where credentials were the cause. Never rejects: how `cdk` ended is how we end. */
export async function explainAfterwards(...facts: Parameters<typeof explainEnd>): Promise<void> {
  try {
    await (await import('./explain-end.ts')).explainEnd(...facts);
  } catch (error) {
    // cdkx was updated while `cdk watch` ran, say: what has not been loaded by then is gone.
    const [, , , reporter] = facts;
    reporter.verbose(`why cdk failed could not be looked into: ${String(error)}`);
  }
}
