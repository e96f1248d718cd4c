/**
 * Runs tasks one after the other. A task that fails does not keep the next from running. A task whose key is that of one which waits or
 * runs is not run: it shares that one's end, so that who said no to a question is not asked it again by the next in line.
 */
export type Queue = <Result>(task: () => Promise<Result>, key?: string) => Promise<Result>;

/** An empty queue. */
export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  const pending = new Map<string, Promise<unknown>>();
  return <Result>(task: () => Promise<Result>, key?: string) => {
    const same = key === undefined ? undefined : pending.get(key);
    // Tasks of one key do the same, and have the same result.
    if (same !== undefined) return same as Promise<Result>;
    const result = last.then(task, task);
    last = result.catch(() => undefined);
    if (key !== undefined) {
      pending.set(key, result);
      const forget = () => void pending.delete(key);
      result.then(forget, forget);
    }
    return result;
  };
}
