import { Tables } from '../cloud/tables.ts';
import type { DiskJournal } from './journal.ts';

/** Tables whose commits also wait for what others put before: nothing that was read can be lost later. */
export class DurableTables extends Tables {
  readonly #journal: DiskJournal;

  constructor(journal: DiskJournal) {
    super(journal);
    this.#journal = journal;
  }

  override async commit(): Promise<void> {
    await super.commit();
    await this.#journal.flushed();
  }
}
