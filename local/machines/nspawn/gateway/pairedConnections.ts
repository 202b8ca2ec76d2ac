import type { Socket } from 'node:net';

/**
 * Passes bytes both ways between two connections until both ends have ended; one that breaks breaks the other, and one that is
 * reset resets the other (source: NLB user guide, "CloudWatch metrics": resets of clients and targets are forwarded).
 */
export function pair(left: Socket, right: Socket): void {
  for (const [from, to] of [
    [left, right],
    [right, left],
  ] as const) {
    from.setNoDelay(true);
    from.on('error', ({ code }: NodeJS.ErrnoException) => (code === 'ECONNRESET' ? reset(to) : to.destroy()));
    from.on('close', (hadError) => {
      if (hadError || !from.readableEnded) to.destroy();
    });
    from.pipe(to);
  }
}

/** A door of the host is a Unix socket, which knows no resets. */
function reset(connection: Socket): void {
  if (connection.remoteFamily === undefined) connection.destroy();
  else connection.resetAndDestroy();
}
