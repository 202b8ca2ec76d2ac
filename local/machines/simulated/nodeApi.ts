import { createHash } from 'node:crypto';
import type { Bundle } from '../../../shared/machine/bundle.ts';
import type { Component } from '../../../shared/machine/components.ts';
import { readUserData } from '../../../shared/machine/userData.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { RoleSession } from '../../cloud/principal.ts';
import type { HttpRequest, HttpResponse } from '../../deployment/httpApi.ts';
import { ensureKeys, signingRequests } from './certificates.ts';
import { type MachineRow, machineBundles, machineCertificates } from './machineRows.ts';

/** What a machine needs of the world around it. */
export interface MachineContext {
  readonly cloud: Cloud;
  readonly request: (request: HttpRequest) => Promise<HttpResponse>;
  readonly machine: MachineRow;
  readonly principal: RoleSession;
}

/** Something is not there yet; the machine tries again. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
}

/** Trying again does not help; the machine reports why. */
export class Failed extends Error {
  override readonly name = 'Failed';
}

/** Asks how etcd may start on an empty disk. */
export async function askForEtcd({ request, principal, machine }: MachineContext): Promise<string> {
  const { status, body } = await request({
    principal,
    method: 'GET',
    path: '/node/etcd',
    sourceAddress: machine.address,
  });
  if (status !== 200) throw new NotYet(`the Node API answered ${status} about its etcd`);
  return (JSON.parse(body) as { readonly start: string }).start;
}

/** Fetches the bundle that the user data pins. */
export async function fetchPinnedBundle(context: MachineContext): Promise<string> {
  const pinned = readUserData(context.machine.userData);
  if (!pinned) throw new NotYet('its user data pins no bundle');
  if (!machineBundles(context.cloud.world).has(pinned.sha256)) await fetchBundle(context, pinned.sha256);
  return pinned.sha256;
}

/** Fetches a bundle by its hash, and refuses one of another content. */
export async function fetchBundle(
  { cloud, request, machine, principal }: MachineContext,
  sha256: string,
): Promise<void> {
  const { status, body } = await request({
    principal,
    method: 'GET',
    path: '/node/bundle',
    query: { sha256 },
    sourceAddress: machine.address,
  });
  if (status !== 200) throw new NotYet(`the Node API answered ${status} for its bundle`);
  const found = createHash('sha256').update(body).digest('hex');
  if (found !== sha256) throw new NotYet(`its bundle has the checksum ${found} and not the pinned ${sha256}`);
  machineBundles(cloud.world).put(sha256, body);
}

interface Disk {
  readonly cloud: Pick<Cloud, 'world'>;
  readonly machine: MachineRow;
}

/** The bundle that the component of this machine runs by; until the first is staged, the pinned one. */
export const bundleRunning = ({ cloud, machine }: Disk, component: Component): Bundle =>
  storedBundle(cloud, machine.current?.[component] ?? machine.bundle ?? '');

/** What the machine as a whole is configured by. */
export const bundleOf = (disk: Disk): Bundle => bundleRunning(disk, 'machine');

/** A bundle that some machine has fetched. */
export function storedBundle(cloud: Pick<Cloud, 'world'>, sha256: string): Bundle {
  const text = machineBundles(cloud.world).get(sha256);
  if (text === undefined) throw new NotYet('it has no bundle');
  return parsedBundle(sha256, text);
}

/** Bundles are named by their content, so one parsed is parsed for good. */
const parsed = new Map<string, Bundle>();

function parsedBundle(sha256: string, text: string): Bundle {
  const known = parsed.get(sha256);
  if (known) return known;
  const bundle = JSON.parse(text) as Bundle;
  parsed.set(sha256, bundle);
  return bundle;
}

/** Fetches from the bucket every binary of the bundle that is not on the disk, and checks it before use. */
export async function fetchAssets(context: MachineContext, bundle: Bundle): Promise<void> {
  const staged = (context.machine.staged ?? []).flatMap((sha256) => storedBundle(context.cloud, sha256).assets);
  const known = new Set(staged.map(({ sha256 }) => sha256));
  for (const asset of bundle.assets) if (!known.has(asset.sha256)) await fetchAsset(context, asset);
}

/** Fetches one pinned file from the bucket and checks it before use. */
export async function fetchAsset(
  context: MachineContext,
  { name, sha256 }: { readonly name: string; readonly sha256: string },
): Promise<void> {
  const { Body } = (await context.cloud.call({
    principal: context.principal,
    service: 's3',
    operation: 'GetObject',
    input: { Bucket: bundleOf(context).cluster.bucket, Key: `assets/sha256/${sha256}` },
  })) as { Body: { transformToByteArray(): Promise<Uint8Array> } };
  const found = createHash('sha256')
    .update(await Body.transformToByteArray())
    .digest('hex');
  if (found !== sha256) throw new NotYet(`${name} has the checksum ${found} and not ${sha256}`);
}

/** Asks for the certificates of the bundle, with keys that never leave the machine. */
export async function fetchCertificates(context: MachineContext): Promise<void> {
  const { cloud, machine, request, principal } = context;
  const bundle = bundleOf(context);
  ensureKeys(cloud.world, machine, bundle);
  const table = machineCertificates(cloud.world);
  const requests = bundle.certificates.map(({ profile }) => ({
    profile,
    csr: signingRequests(cloud.world).get(`${machine.instanceId}/${profile}`) ?? '',
  }));
  const { status, body } = await request({
    principal,
    method: 'POST',
    path: '/node/certificates',
    body: JSON.stringify({ requests }),
    sourceAddress: machine.address,
  });
  if (status !== 200) throw new NotYet(`the Node API answered ${status} for its certificates`);
  const { certificates } = JSON.parse(body) as { certificates: { profile: string; certificate: string }[] };
  for (const { profile, certificate } of certificates) {
    const name = `${machine.instanceId}/${profile}`;
    table.put(name, { key: table.get(name)?.key ?? '', certificate });
  }
}

/** Reports a phase or a finished operation. */
export async function report({ request, principal, machine }: MachineContext, body: object): Promise<void> {
  const { status } = await request({
    principal,
    method: 'POST',
    path: '/node/report',
    body: JSON.stringify(body),
    sourceAddress: machine.address,
  });
  if (status !== 200) throw new NotYet(`the Node API answered ${status} for its report`);
}
