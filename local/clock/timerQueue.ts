import type { Timer } from './clock.ts';

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
  /** Position in the heap, −1 once taken or cancelled, so that a cancelled timer leaves at once: a roll over 5,000 nodes cancels hundreds of thousands. */
  position: number;
}

/** Timers by due time, and by the order they were made among those due together. A binary heap. */
export class TimerQueue {
  readonly #heap: Entry[] = [];
  #made = 0;

  /** Queues `wake` for `at`. */
  add(at: number, wake: () => void): Timer {
    if (!Number.isFinite(at)) throw new RangeError(`a timer needs a time in milliseconds, not ${at}`);
    const entry: Entry = { at, order: this.#made++, wake, position: this.#heap.length };
    this.#heap.push(entry);
    this.#rise(entry);
    return { cancel: () => this.#remove(entry) };
  }

  /** When the first timer is due; undefined where none waits. */
  dueAt(): number | undefined {
    return this.#heap[0]?.at;
  }

  /** Takes the first timer out and returns what it calls. */
  take(): (() => void) | undefined {
    const first = this.#heap[0];
    if (first !== undefined) this.#remove(first);
    return first?.wake;
  }

  #remove(entry: Entry): void {
    if (entry.position < 0) return;
    const last = this.#heap.pop();
    if (last !== undefined && last !== entry) {
      this.#place(last, entry.position);
      this.#rise(last);
      this.#sink(last);
    }
    entry.position = -1;
  }

  #rise(entry: Entry): void {
    while (entry.position > 0) {
      const parent = this.#heap[(entry.position - 1) >> 1];
      if (parent === undefined || isBefore(parent, entry)) return;
      this.#swap(parent, entry);
    }
  }

  #sink(entry: Entry): void {
    for (;;) {
      const child = this.#firstChild(entry.position);
      if (child === undefined || isBefore(entry, child)) return;
      this.#swap(entry, child);
    }
  }

  #firstChild(position: number): Entry | undefined {
    const left = this.#heap[2 * position + 1];
    const right = this.#heap[2 * position + 2];
    return right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
  }

  #swap(one: Entry, other: Entry): void {
    const position = one.position;
    this.#place(one, other.position);
    this.#place(other, position);
  }

  #place(entry: Entry, position: number): void {
    this.#heap[position] = entry;
    entry.position = position;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
