import { X509Certificate } from 'node:crypto';
import { now } from '../../../shared/environment.ts';
import { issueCertificate } from '../../../shared/pki/certificate.ts';
import { type OperatorGroup, operatorCertificate, operatorName } from '../../../shared/pki/operator.ts';
import { aKeyPair, anAuthority } from '../../support/authorities.ts';

const alice = 'arn:aws:sts::123456789012:assumed-role/Admin/alice';
const { publicKey } = aKeyPair();

test('an operator’s certificate names the caller and our group, and is over after eight hours', async () => {
  const fields = operatorCertificate({ arn: alice, group: 'administrators' }, publicKey);
  const certificate = new X509Certificate(await issueCertificate(fields, await anAuthority()));
  expect(certificate.subject).toBe('O=kubestep:administrators\nCN=aws:123456789012:assumed-role/Admin/alice');
  const hours = (Date.parse(certificate.validTo) - now().getTime()) / 3_600_000;
  expect(hours).toBeGreaterThan(7.9);
  expect(hours).toBeLessThanOrEqual(8);
});

test.each(['system:masters', 'masters', ''])('the group "%s" is refused', (group) => {
  expect(() => operatorCertificate({ arn: alice, group: group as OperatorGroup }, publicKey)).toThrow(RangeError);
});

test.each([0, -1, 8.1, Number.NaN, Number.POSITIVE_INFINITY])('%d hours are refused', (hours) => {
  expect(() => operatorCertificate({ arn: alice, group: 'viewers' }, publicKey, hours)).toThrow('8 hours');
});

test('callers with long names stay apart within 64 characters', () => {
  const longName = (end: string) => operatorName(`arn:aws:sts::123456789012:assumed-role/${'r'.repeat(60)}/${end}`);
  expect(longName('alice')).toHaveLength(64);
  expect(longName('alice')).not.toBe(longName('bob'));
});

test.each(['', 'system:admin', 'arn:aws:iam::123456789012:user/a\nO=system:masters'])('%j names nobody', (arn) => {
  expect(() => operatorName(arn)).toThrow('names nobody');
});
