/** Every call that moto does not answer, by `service:Operation` or by service, and why. */
export const notMotos: Readonly<Record<string, string>> = {
  'servicequotas:GetServiceQuota': 'moto knows the quotas of VPC only; our own model answers',
  'servicequotas:GetAWSDefaultServiceQuota': 'moto knows the quotas of VPC only; our own model answers',
  'ssm:GetParameters':
    'moto lacks the image of the kernel that is named, and refuses to store parameters of AWS; our own model answers',
  'kms:GenerateDataKeyPairWithoutPlaintext':
    'moto lacks it; the pair is made here, its private half is encrypted by a key of moto',
  'ssm:SendCommand': 'moto boots no machine that could obey; a stand-in reports each order as done',
  'ssm:DescribeInstanceInformation': 'moto knows no agents; every machine that is asked about answers as online',
  states: 'the workflow runs in our own interpreter',
  lambda: 'the functions run in the process of our own interpreter',
  scheduler: 'schedules call the functions that run here',
};

/** Why moto does not answer this call; undefined where it does. */
export function whyNotMoto(service: string, operation: string): string | undefined {
  return notMotos[`${service}:${operation}`] ?? notMotos[service];
}
