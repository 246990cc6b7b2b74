/**
 * Performs tasks side by side, in their order of starting. Tasks may be added to the list while it runs.
 *
 * @param limit - Tasks at a time.
 * @throws What the first failing task throws, once all that were started have ended. No more are started then.
 */
export async function runPool<Task>(
  tasks: readonly Task[],
  limit: number,
  perform: (task: Task) => Promise<void>,
): Promise<void> {
  let next = 0;
  let hasFailed = false;
  const work = async (): Promise<void> => {
    while (!hasFailed && next < tasks.length) {
      // The length was checked just before, and nothing runs in between; a task may be anything.
      const task = tasks[next++] as Task;
      try {
        await perform(task);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: limit }, work));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}
