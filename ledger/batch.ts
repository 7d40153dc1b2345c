/**
 * Group commit: items that arrive while a flush is under way go together with the next one. An idle caller waits for
 * nobody; under load one statement serves hundreds.
 */
export function createBatch<Item, Value>(
  flush: (items: readonly Item[]) => Promise<readonly Value[]>,
  limits: { readonly maxItems: number; readonly maxInFlight: number },
): (item: Item) => Promise<Value> {
  interface Waiting {
    readonly item: Item;
    readonly resolve: (value: Value) => void;
    readonly reject: (error: unknown) => void;
  }
  const waiting: Waiting[] = [];
  let inFlight = 0;

  async function run(group: readonly Waiting[]): Promise<void> {
    try {
      const values = await flush(group.map((one) => one.item));
      group.forEach((one, index) => {
        one.resolve(values[index] as Value);
      });
    } catch (error) {
      for (const one of group) one.reject(error);
    } finally {
      inFlight -= 1;
      pump();
    }
  }

  function pump(): void {
    while (inFlight < limits.maxInFlight && waiting.length > 0) {
      inFlight += 1;
      void run(waiting.splice(0, limits.maxItems));
    }
  }

  return (item) =>
    new Promise<Value>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // After the current tick, so that calls made together (submitMany) travel together.
      if (waiting.length === 1) queueMicrotask(pump);
    });
}
