import { randomBytes, X509Certificate } from 'node:crypto';
import { now, useEnvironment } from '../../../shared/environment.ts';
import { issueCertificate, type LeafFields } from '../../../shared/pki/certificate.ts';
import { aKeyPair, anAuthority } from '../../support/authorities.ts';
import { openssl } from '../../support/openssl.ts';

const day = 24 * 3_600_000;

function aLeaf(overrides: Partial<LeafFields> = {}): LeafFields {
  return {
    subject: { commonName: 'system:node:i-0abc', organizations: ['system:nodes'] },
    publicKey: aKeyPair().publicKey,
    purposes: ['server', 'client'],
    names: { dns: ['localhost', 'i-0abc'], addresses: ['10.0.1.5', 'fd00:ec2::1'] },
    lifetimeHours: 24,
    ...overrides,
  };
}

describe('a certificate', () => {
  test('is accepted by openssl under its strict rules, for each purpose it has', async () => {
    const authority = await anAuthority();
    const leaf = await issueCertificate(aLeaf(), authority);
    expect(opensslVerify(authority.certificate, leaf, 'sslserver')).toContain('OK');
    expect(opensslVerify(authority.certificate, leaf, 'sslclient')).toContain('OK');
  });

  test('for clients is refused by openssl as a server', async () => {
    const authority = await anAuthority();
    const leaf = await issueCertificate(aLeaf({ purposes: ['client'] }), authority);
    expect(opensslVerify(authority.certificate, leaf, 'sslclient')).toContain('OK');
    expect(() => opensslVerify(authority.certificate, leaf, 'sslserver')).toThrow();
  });

  test('is accepted by Node, with every name that was asked for and no other', async () => {
    const authority = await anAuthority();
    const issuer = new X509Certificate(authority.certificate);
    const leaf = new X509Certificate(await issueCertificate(aLeaf(), authority));
    expect(leaf.checkIssued(issuer)).toBe(true);
    expect(leaf.verify(issuer.publicKey)).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(leaf.subject).toBe('O=system:nodes\nCN=system:node:i-0abc');
    expect(leaf.subjectAltName).toBe('DNS:localhost, DNS:i-0abc, IP Address:10.0.1.5, IP Address:FD00:EC2:0:0:0:0:0:1');
  });

  test('is refused under another authority of the same name', async () => {
    const [authority, impostor] = [await anAuthority('the same'), await anAuthority('the same')];
    const leaf = await issueCertificate(aLeaf(), impostor);
    expect(() => opensslVerify(authority.certificate, leaf, 'sslserver')).toThrow();
  });

  test('never outlives its authority, and begins a little early', async () => {
    const authority = await anAuthority();
    const forever = new X509Certificate(await issueCertificate(aLeaf({ lifetimeHours: 100 * 365 * 24 }), authority));
    expect(forever.validTo).toBe(new X509Certificate(authority.certificate).validTo);
    expect(Date.parse(forever.validFrom)).toBeLessThan(now().getTime());
  });

  test('after 2049 still says the right year', async () => {
    useEnvironment({ now: () => new Date('2045-01-01T00:00:00Z'), randomBytes, fetch });
    const authority = await anAuthority();
    useEnvironment({ now: () => new Date(), randomBytes, fetch });
    expect(new Date(new X509Certificate(authority.certificate).validTo).getUTCFullYear()).toBe(2054);
  });

  test('has a positive serial number of its own', async () => {
    const authority = await anAuthority();
    const fields = aLeaf();
    const serials = await Promise.all([1, 2, 3].map(async () => serialOf(await issueCertificate(fields, authority))));
    expect(new Set(serials).size).toBe(3);
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
  });
});

test('an authority may sign leaves only, for ten years', async () => {
  const { certificate } = await anAuthority();
  const parsed = new X509Certificate(certificate);
  expect(parsed.ca).toBe(true);
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect(Math.round((Date.parse(parsed.validTo) - now().getTime()) / day)).toBe(3650);
  const text = openssl(['x509', '-noout', '-text', '-in', 'ca.pem'], { 'ca.pem': certificate });
  expect(text).toContain('CA:TRUE, pathlen:0');
  expect(text).toContain('Certificate Sign, CRL Sign');
});

const serialOf = (pem: string) => new X509Certificate(pem).serialNumber;

function opensslVerify(authority: string, leaf: string, purpose: 'sslserver' | 'sslclient'): string {
  const parameters = ['-x509_strict', '-check_ss_sig', '-purpose', purpose, '-CAfile', 'ca.pem', 'leaf.pem'];
  return openssl(['verify', ...parameters], { 'ca.pem': authority, 'leaf.pem': leaf });
}
