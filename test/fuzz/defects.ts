import type { RecordedJournal } from './killedWorld.ts';

/** A mistake that kubestep does not make, planted to see whether it would be found. */
export interface Defect {
  /** What the next process reads of what a killed one wrote. */
  journal(journal: RecordedJournal): RecordedJournal;
}

/** By the names that `npm run fuzz -- --defect` knows. */
export const defects: Readonly<Record<string, Defect>> = {
  /** Rows that were deleted come back when the world is opened again. */
  'forgets-deletions': {
    journal: ({ append, records }) => ({
      append,
      get records() {
        return records.map((record) => record.filter(([, , row]) => row !== undefined));
      },
    }),
  },
};
