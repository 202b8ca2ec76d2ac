/**
 * Runs `work` for all items at once, waits for every one to end and returns the results in order, or throws the first
 * failure. A function that answers while calls are under way would be frozen in the middle of them.
 */
export async function together<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const outcomes = await Promise.allSettled(items.map(work));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
  return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<Result>).value);
}

/** Like `together`, as a record from each item's key to its result: ids by the keys of the blueprint. */
export async function togetherByKey<Item extends { readonly key: string }, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Record<string, Result>> {
  return Object.fromEntries(await together(items, async (item) => [item.key, await work(item)] as const));
}
