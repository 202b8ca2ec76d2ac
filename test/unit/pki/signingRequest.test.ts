import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { publicKeyOf } from '../../../shared/pki/signingRequest.ts';
import { writeSigningRequest } from '../../../shared/pki/writeSigningRequest.ts';
import { aKeyPair, aSigningRequest } from '../../support/authorities.ts';
import { openssl } from '../../support/openssl.ts';

/** A request as the node script makes it. */
function requestByOpenssl(key: string): string {
  return openssl(['req', '-new', '-sha256', '-key', 'key.pem', '-subj', '/CN=kubelet-client'], { 'key.pem': key });
}

test('the public key of a request made by openssl is read', () => {
  const key = openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']);
  const expected = createPublicKey(createPrivateKey(key));
  expect(publicKeyOf(requestByOpenssl(key)).equals(expected)).toBe(true);
});

test('a request that is written here is one for openssl too, and holds the key’s public half', () => {
  const { privateKey, publicKey } = aKeyPair();
  const request = writeSigningRequest(privateKey, 'kubestep operator');
  const read = ['req', '-in', 'request.pem', '-noout', '-verify', '-subject'];
  expect(openssl(read, { 'request.pem': request })).toMatch(/CN ?= ?kubestep operator/);
  expect(publicKeyOf(request).equals(publicKey)).toBe(true);
});

test('a request for somebody else’s key is refused', () => {
  const [own, other] = [aKeyPair(), aKeyPair()];
  expect(() => publicKeyOf(aSigningRequest(own.privateKey, other.publicKey))).toThrow(
    'not signed by the key that it holds',
  );
  expect(publicKeyOf(aSigningRequest(own.privateKey)).equals(own.publicKey)).toBe(true);
});

test.each([
  ['RSA', () => openssl(['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']), 'not signed by ECDSA'],
  [
    'P-384',
    () => openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384']),
    'not an elliptic-curve key on P-256',
  ],
])('a key on %s is refused', (_, makeKey, reason) => {
  expect(() => publicKeyOf(requestByOpenssl(makeKey()))).toThrow(reason);
});

test.each([
  ['nothing', ''],
  ['text', 'system:masters'],
  [
    'another kind of PEM',
    generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }).publicKey,
  ],
  ['an empty sequence', '-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n'],
  ['a length beyond the end', '-----BEGIN CERTIFICATE REQUEST-----\nMIL/////\n-----END CERTIFICATE REQUEST-----\n'],
])('%s in place of a request is refused', (_, text) => {
  expect(() => publicKeyOf(text)).toThrow('not a PKCS #10 request');
});

test('a request with any one byte changed is refused', () => {
  const request = aSigningRequest(aKeyPair().privateKey);
  const der = Buffer.from(request.split('\n').slice(1, -2).join(''), 'base64');
  for (let index = 0; index < der.length; index += 1) {
    const changed = Buffer.from(der);
    changed[index] = (changed[index] ?? 0) ^ 0x01;
    const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${changed.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
    expect(() => publicKeyOf(pem)).toThrow(expect.objectContaining({ name: 'UnusableSigningRequest' }));
  }
});
