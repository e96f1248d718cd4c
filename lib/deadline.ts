/**
 * A signal that aborts after `ms` milliseconds, or when one of the others does. Keeps no process alive.
 *
 * Not `AbortSignal.any` over `AbortSignal.timeout`: Node 20 collects such a timeout as garbage, and the signal never aborts.
 */
export function deadline(ms: number, ...others: readonly AbortSignal[]): AbortSignal {
  const timeout = AbortSignal.timeout(ms);
  const controller = new AbortController();
  // A timeout is kept for as long as it has a listener of its own.
  timeout.addEventListener('abort', () => controller.abort(timeout.reason), { once: true });
  return others.length === 0 ? controller.signal : AbortSignal.any([controller.signal, ...others]);
}
