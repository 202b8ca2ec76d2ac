import { cpus } from 'node:os';

/** What a figure was measured on. */
export const processorText = (): string =>
  `${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, Node ${process.version}`;
