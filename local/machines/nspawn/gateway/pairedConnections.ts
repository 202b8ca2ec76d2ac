import type { Socket } from 'node:net';

/** Passes bytes both ways between two connections until both ends have ended; one that breaks breaks the other. */
export function pair(left: Socket, right: Socket): void {
  for (const [from, to] of [
    [left, right],
    [right, left],
  ] as const) {
    from.setNoDelay(true);
    from.on('error', () => to.destroy());
    from.on('close', (hadError) => {
      if (hadError || !from.readableEnded) to.destroy();
    });
    from.pipe(to);
  }
}
