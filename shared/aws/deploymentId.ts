/**
 * The deployment that this function belongs to: `kubestep-dev-us-east-1`. Read at each call, because tests and local runs set it
 * late.
 */
export function deploymentId(): string {
  const id = process.env['DEPLOYMENT_ID'];
  if (!id) throw new Error('DEPLOYMENT_ID is not set: the deployment gives it to every function');
  return id;
}
