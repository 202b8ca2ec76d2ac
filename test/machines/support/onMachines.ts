import { reasonToSkip } from './needs.ts';

/** `describe` where machines can run. The reason of a skip is printed once, before the first check. */
export const onMachines = reasonToSkip() === undefined ? describe : describe.skip;
