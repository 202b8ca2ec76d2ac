import { useEnvironment } from '../../shared/environment.ts';
import { currentCaller } from '../cloud/sdk.ts';

/** Gives the product's code the time and chance of the world that it runs in, and no internet but that world's. */
export function connectEnvironment(fetchFile: (url: string) => Promise<Response>): void {
  useEnvironment({
    now: () => new Date(currentCaller().cloud.world.clock.now()),
    randomBytes: (length) => Buffer.from(currentCaller().cloud.world.random.hex(length * 2), 'hex'),
    fetch: fetchFile,
  });
}
