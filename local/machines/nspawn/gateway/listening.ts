import type { ListenOptions, Server } from 'node:net';

/** Resolves once a server listens; a failure says where it could not. */
export function listenOn(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const where = options.path ?? `${options.host}:${options.port}`;
    const fail = (error: Error) => reject(new Error(`cannot listen on ${where}: ${error.message}`, { cause: error }));
    server.once('error', fail);
    server.listen(options, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

/** Stops listening at once; open connections continue. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {});
    resolve();
  });
}
