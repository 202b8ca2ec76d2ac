import { instanceTypeOf } from '../../cloud/ec2/instanceTypes.ts';
import { awsAddress } from './gateway/gatewayConfiguration.ts';
import type { MachineFile } from './image/imageFiles.ts';

/** Where Debian looks for authorities besides its own; the image adds it to them at every boot. */
const authorityPath = '/usr/local/share/ca-certificates/endpoints.crt';

/**
 * What an image of this world holds besides the base image: whom the endpoints' certificates are from, and that objects are
 * fetched without TLS, which would cost a cluster on two cores a tenth of its time.
 */
export function filesOf(authority: string): readonly MachineFile[] {
  return [
    { path: authorityPath, mode: '0644', content: authority },
    { path: '/etc/kubestep/endpoints.env', mode: '0644', content: `AWS_ENDPOINT_URL_S3=http://${awsAddress}\n` },
  ];
}

/** The memory of an instance type, as its machine sees it. */
export function memoryOf(instanceType: string): number {
  const type = instanceTypeOf(instanceType);
  if (!type) throw new RangeError(`EC2 has no instance type ${instanceType}`);
  return type.memoryMiB * 1024;
}
