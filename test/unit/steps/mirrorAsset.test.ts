import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { s3 } from '../../../shared/clients/s3.ts';
import { useEnvironment } from '../../../shared/environment.ts';
import { steps } from './steps.ts';

/** The bucket has nothing yet. */
mockClient(s3)
  .on(HeadObjectCommand)
  .rejects(Object.assign(new Error('none'), { name: 'NotFound' }));

/** Downloads an asset of the plan from a site that answers so. */
async function mirroredFrom(answer: () => Promise<Response>): Promise<unknown> {
  const cluster = await steps();
  useEnvironment({
    now: () => new Date(cluster.aws.world.clock.now()),
    randomBytes: (length) => new Uint8Array(length),
    fetch: answer,
  });
  return cluster.once('mirrorAsset', { index: 0 });
}

/** As `fetch` words a connection that was reset, and one that broke within the answer. */
const reset = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('read ECONNRESET') }));
const brokenOff = async () =>
  new Response(new ReadableStream({ pull: (body) => body.error(new TypeError('terminated')) }));
const answering = (status: number) => async () => new Response(null, { status });

test.each([
  ['a connection is reset', reset],
  ['an answer breaks off', brokenOff],
  ['a site was asked too slowly', answering(408)],
  ['a site was asked too often', answering(429)],
  ['a site has failed', answering(500)],
  ['a site is overloaded', answering(503)],
])('a file is asked for again where %s', async (_, answer) => {
  await expect(mirroredFrom(answer)).rejects.toMatchObject({ name: 'NotReady' });
});

test('what a site does not have ends the run, and the error says that another source can be set', async () => {
  await expect(mirroredFrom(answering(404))).rejects.toMatchObject({
    name: 'Error',
    message: expect.stringMatching(/answered 404; set another source for/),
  });
});
