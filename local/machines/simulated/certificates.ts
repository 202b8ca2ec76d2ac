import { generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import type { Bundle } from '../../../shared/machine/bundle.ts';
import { writeSigningRequest } from '../../../shared/pki/writeSigningRequest.ts';
import { tableOf, type World } from '../../cloud/world.ts';
import { type MachineCertificate, type MachineRow, machineCertificates } from './machineRows.ts';
import { fileOf } from './unitFlags.ts';

/** The PKCS #10 requests on a machine's disk, by `instanceId/profile`: written with the key, sent until they are answered. */
export const signingRequests = tableOf<string>('machines.signingRequests');

/** The private keys that the bundle's certificates are for, and the requests that they sign: made once, kept like files on the machine's disk. */
export function ensureKeys(world: World, machine: MachineRow, bundle: Bundle): void {
  for (const { profile } of bundle.certificates) {
    const name = `${machine.instanceId}/${profile}`;
    if (machineCertificates(world).has(name) && signingRequests(world).has(name)) continue;
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    machineCertificates(world).put(name, { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() });
    signingRequests(world).put(name, writeSigningRequest(privateKey, profile));
  }
}

/** Why a server certificate would be refused by a client of these addresses and names; undefined where it is good. */
export function certificateProblem(
  world: World,
  machine: MachineRow,
  bundle: Bundle,
  profile: string,
  served: { readonly addresses?: readonly string[]; readonly names?: readonly string[] },
): string | undefined {
  const row: MachineCertificate | undefined = machineCertificates(world).get(`${machine.instanceId}/${profile}`);
  const described = bundle.certificates.find((each) => each.profile === profile);
  if (!row?.certificate || !described) return `it has no certificate ${profile}`;
  const certificate = new X509Certificate(row.certificate);
  const authority = readAuthority(fileOf(bundle, described.authority));
  if (!certificate.checkIssued(authority.certificate) || !certificate.verify(authority.publicKey)) {
    return `${profile} is not signed by the authority in ${described.authority}`;
  }
  if (Date.parse(certificate.validTo) < world.clock.now()) return `${profile} has expired on ${certificate.validTo}`;
  const address = served.addresses?.find((each) => certificate.checkIP(each) === undefined);
  if (address !== undefined) return `${profile} is not valid for ${address}`;
  const name = served.names?.find((each) => certificate.checkHost(each) === undefined);
  return name === undefined ? undefined : `${profile} is not valid for ${name}`;
}

interface ReadAuthority {
  readonly certificate: X509Certificate;
  readonly publicKey: KeyObject;
}

/** Thousands of machines trust the same few authorities, so each is read once. */
const authorities = new Map<string, ReadAuthority>();

function readAuthority(pem: string): ReadAuthority {
  const known = authorities.get(pem);
  if (known) return known;
  const certificate = new X509Certificate(pem);
  const read = { certificate, publicKey: certificate.publicKey };
  authorities.set(pem, read);
  return read;
}
