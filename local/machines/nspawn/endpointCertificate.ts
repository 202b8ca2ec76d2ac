import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What AWS's endpoints show in this world, and whom its machines trust for that. */
export interface EndpointCertificate {
  /** PEM. */
  readonly authority: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

const files = { authority: 'authority.crt', certificate: 'endpoints.crt', key: 'endpoints.key' } as const;

/** Worlds on one machine are for trying things: nobody keeps one for years. */
const lifetimeDays = 825;

/**
 * The certificate of the world's endpoints, made by OpenSSL where there is none: machines call AWS under AWS's own names
 * and check whom they speak to, as they do on EC2. The authority's key is thrown away once it has signed.
 */
export function endpointCertificateIn(folder: string, region: string): EndpointCertificate {
  const path = (name: string) => join(folder, name);
  if (!existsSync(path(files.certificate))) make(folder, region);
  return {
    authority: readFileSync(path(files.authority), 'utf8'),
    certificateFile: path(files.certificate),
    keyFile: path(files.key),
  };
}

function make(folder: string, region: string): void {
  const beside = `${folder}.new`;
  mkdirSync(beside, { recursive: true, mode: 0o700 });
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: beside, stdio: ['ignore', 'pipe', 'pipe'] });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'authority.key',
    '-out',
    files.authority,
    '-days',
    `${lifetimeDays}`,
    '-subj',
    '/CN=kubestep local endpoints',
  );
  openssl('req', ...newKey, '-keyout', files.key, '-out', 'request', '-subj', `/CN=${region}.amazonaws.com`);
  writeFileSync(join(beside, 'names'), namesOf(region));
  openssl(
    'x509',
    '-req',
    '-in',
    'request',
    '-CA',
    files.authority,
    '-CAkey',
    'authority.key',
    '-CAcreateserial',
    '-days',
    `${lifetimeDays}`,
    '-extfile',
    'names',
    '-out',
    files.certificate,
  );
  for (const name of ['authority.key', 'request', 'names']) rmSync(join(beside, name));
  renameSync(beside, folder);
}

/** A wildcard stands for one label only. */
function namesOf(region: string): string {
  const names = ['*', '*.s3', '*.execute-api', '*.ecr'].map((labels) => `DNS:${labels}.${region}.amazonaws.com`);
  return `subjectAltName=${names.join(',')}\nextendedKeyUsage=serverAuth\n`;
}
