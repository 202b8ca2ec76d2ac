import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { redeemPresignedUrl } from '../../cloud/s3/presign.ts';
import { nowOf } from '../../cloud/world.ts';
import { machines } from './machineRows.ts';
import { bundleOf, type MachineContext } from './nodeApi.ts';

/** Stores what stands for this member's data, by a URL that it asks for, as the node script does. */
export async function takeSnapshot(
  context: MachineContext,
  operationId: string,
): Promise<{ sizeBytes: number; sha256: string; revision: number }> {
  const { cloud, machine, request, principal } = context;
  if (machines(cloud.world).get(machine.instanceId)?.etcdSince === undefined)
    throw new Error('the member of this machine does not answer');
  const revision = Math.floor(nowOf(cloud.world) / 1000);
  const body = gzipSync(`etcd of ${bundleOf(context).cluster.id} at revision ${revision}\n`);
  const sha256 = createHash('sha256').update(body).digest('hex');
  const { status, body: answer } = await request({
    principal,
    method: 'POST',
    path: '/node/snapshot',
    body: JSON.stringify({ operationId, sizeBytes: body.length, sha256 }),
    sourceAddress: machine.address,
  });
  if (status !== 200) throw new Error(`the Node API answered ${status} for its snapshot`);
  const headers = {
    'content-length': String(body.length),
    'if-none-match': '*',
    'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64'),
    'x-amz-server-side-encryption': 'AES256',
  };
  const { url } = JSON.parse(answer) as { readonly url: string };
  try {
    await redeemPresignedUrl(cloud, { method: 'PUT', url, headers, body });
  } catch (error) {
    // An earlier try's answer was lost: nobody else has this key.
    if (!(error instanceof Error) || error.name !== 'PreconditionFailed') throw error;
  }
  return { sizeBytes: body.length, sha256, revision };
}
