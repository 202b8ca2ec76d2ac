import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { useEnvironment } from '../../../shared/step/environment.ts';
import { steps } from './steps.ts';

type Answer = 'reset' | 'cut off' | number;

/** Downloads an asset of the plan from a site on this machine that answers so, until the step ends. */
async function mirroredFrom(answer: Answer): Promise<unknown> {
  const site = createServer((request, response) => {
    if (answer === 'reset') request.socket.resetAndDestroy();
    else if (answer === 'cut off') {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('some', () => request.socket.resetAndDestroy());
    } else response.writeHead(answer).end();
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const { port } = site.address() as AddressInfo;
  const cluster = await steps();
  useEnvironment({
    now: () => new Date(cluster.aws.world.clock.now()),
    randomBytes: (length) => new Uint8Array(length),
    fetch: async () => {
      const release = cluster.aws.world.clock.hold();
      try {
        return await fetch(`http://127.0.0.1:${port}/kubelet`);
      } finally {
        release();
      }
    },
  });
  try {
    return await cluster.once('mirrorAsset', { index: 0 });
  } finally {
    site.closeAllConnections();
    site.close();
  }
}

test.each<Answer>(['reset', 'cut off', 408, 429, 500, 503])(
  'a site whose answer is %s is asked again',
  async (answer) => {
    await expect(mirroredFrom(answer)).rejects.toMatchObject({ name: 'NotReady' });
  },
);

test('what a site does not have ends the run, and the error says that another source can be set', async () => {
  await expect(mirroredFrom(404)).rejects.toMatchObject({
    name: 'Error',
    message: expect.stringMatching(/answered 404; set another source for/),
  });
});
