import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { presignUrl, redeemPresignedUrl } from '../../../../local/cloud/s3/presign.ts';
import { issueCredentials } from '../../../../local/cloud/sts/sessions.ts';
import { aBucket, aRole } from './bucketWorld.ts';

const body = new TextEncoder().encode('snapshot');

async function aSigner() {
  const bucket = await aBucket();
  const session = await aRole(bucket, [
    { Effect: 'Allow', Action: ['s3:PutObject', 's3:GetObject'], Resource: 'arn:aws:s3:::store/snapshots/*' },
  ]);
  const credentials = issueCredentials(bucket.world, session, 3600);
  const sign = (key: string, seconds = 900) =>
    presignUrl(bucket.world, { method: 'PUT', bucket: 'store', key }, credentials, seconds);
  const redeem = (request: Parameters<typeof redeemPresignedUrl>[1]) =>
    bucket.world.clock.runUntil(redeemPresignedUrl(bucket.cloud, request));
  return { ...bucket, credentials, sign, redeem };
}

test('a presigned URL puts its object with the signer’s rights', async () => {
  const { redeem, sign, text } = await aSigner();
  await redeem({ method: 'PUT', url: sign('snapshots/one two+three'), body });
  expect(await text('snapshots/one two+three')).toBe('snapshot');
});

test('it is good for nothing else: no other key, no other method, no changed expiry', async () => {
  const { redeem, sign } = await aSigner();
  const url = sign('snapshots/one');
  for (const request of [
    { method: 'PUT', url: url.replace('snapshots/one', 'snapshots/two'), body },
    { method: 'GET', url },
    { method: 'PUT', url: url.replace('Expires=900', 'Expires=9000'), body },
  ]) {
    await expect(redeem(request)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  }
});

test('it gives no right that the signer lacks, and none once it or its credentials have expired', async () => {
  const { redeem, sign, world } = await aSigner();
  await expect(redeem({ method: 'PUT', url: sign('assets/one'), body })).rejects.toMatchObject({
    name: 'AccessDenied',
  });
  const short = sign('snapshots/one', 60);
  const long = sign('snapshots/one', 7 * 86_400);
  await world.clock.advance({ minutes: 2 });
  await expect(redeem({ method: 'PUT', url: short, body })).rejects.toMatchObject({ message: 'Request has expired' });
  await world.clock.advance({ hours: 1 });
  await expect(redeem({ method: 'PUT', url: long, body })).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
});

test('URLs of the SDK’s own presigner are understood, the checksum of an empty body included', async () => {
  const { credentials, redeem, text, world } = await aSigner();
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const settings = { region: 'us-east-1', credentials: { accessKeyId, secretAccessKey, sessionToken } };
  const command = new PutObjectCommand({ Bucket: 'store', Key: 'snapshots/sdk', ServerSideEncryption: 'AES256' });
  const signing = { expiresIn: 900, signingDate: new Date(world.clock.now()) };
  const headers = { 'x-amz-server-side-encryption': 'AES256' };

  const careful = new S3Client({ ...settings, requestChecksumCalculation: 'WHEN_REQUIRED' });
  const url = await getSignedUrl(careful, command, signing);
  await redeem({ method: 'PUT', url, headers, body });
  expect(await text('snapshots/sdk')).toBe('snapshot');

  const careless = await getSignedUrl(new S3Client(settings), command, signing);
  await expect(redeem({ method: 'PUT', url: careless, headers, body })).rejects.toMatchObject({ name: 'BadDigest' });
});
