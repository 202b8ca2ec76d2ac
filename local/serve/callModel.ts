import type { CloudCall } from '../cloud/cloud.ts';
import type { EmbeddedWorld } from '../world/createWorld.ts';

/** Makes the call. A body that the model answers as a stream is read whole, since it goes into an answer. */
export async function callModel({ cloud }: EmbeddedWorld, call: CloudCall): Promise<unknown> {
  const output = await cloud.call(call);
  const { Body } = (output ?? {}) as { readonly Body?: { transformToByteArray?(): Promise<Uint8Array> } };
  if (typeof Body?.transformToByteArray !== 'function') return output;
  return { ...(output as object), Body: await Body.transformToByteArray() };
}
