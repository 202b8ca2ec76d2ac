/** Listeners for events of one kind, in all worlds of this process. */
export interface Listeners<Event> {
  /** Calls `listener` with every event from now on; the returned function ends this. */
  readonly observe: (listener: (event: Event) => void) => () => void;
  readonly report: (event: Event) => void;
}

/** Nobody listens at first. */
export function listeners<Event>(): Listeners<Event> {
  const listening = new Set<(event: Event) => void>();
  return {
    observe: (listener) => {
      listening.add(listener);
      return () => listening.delete(listener);
    },
    report: (event) => {
      for (const listener of listening) listener(event);
    },
  };
}
