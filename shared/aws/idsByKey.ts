import * as z from 'zod';

/** In a step's input: ids of what earlier states created, by the blueprint's keys. */
export const idsByKey = z.record(z.string(), z.string());
