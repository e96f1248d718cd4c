/** Aborts after `ms` milliseconds or with the others. Node 20 collects an `AbortSignal.any` over a timeout. */
export function deadline(ms: number, ...others: readonly AbortSignal[]): AbortSignal {
  const timeout = AbortSignal.timeout(ms);
  const controller = new AbortController();
  // A timeout is kept as long as it has its own listener.
  timeout.addEventListener('abort', () => controller.abort(timeout.reason), { once: true });
  return others.length === 0 ? controller.signal : AbortSignal.any([controller.signal, ...others]);
}
