/** Runs tasks one after the other. A task that fails does not keep the next from running. */
export type Queue = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** An empty queue. */
export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task, task);
    last = result.catch(() => undefined);
    return result;
  };
}
