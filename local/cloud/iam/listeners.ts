/** Who is told of events of one kind, in all worlds of this process. */
export interface Listeners<Event> {
  /** Tells `listener` of every event from now on; the answer ends it. */
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
