import { GetParametersCommand } from '@aws-sdk/client-ssm';
import { ssm } from '../clients/ssm.ts';

/**
 * Public parameters that name the newest image. A kernel is named, because `kernel-default` moves between years
 * (Amazon Linux 2023 release notes; Canonical's "Find Ubuntu images on AWS").
 */
const parameters = {
  'al2023/arm64': '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.18-arm64',
  'al2023/amd64': '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.18-x86_64',
  'ubuntu2404/arm64': '/aws/service/canonical/ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id',
  'ubuntu2404/amd64': '/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id',
} as const;

/**
 * The image ids of every operating system and architecture that kubestep offers, by `al2023/arm64`. A region may lack some;
 * whether one of them is needed is for the spec's check to say.
 */
export async function resolveImages(): Promise<Record<string, string>> {
  const { Parameters = [] } = await ssm.send(new GetParametersCommand({ Names: Object.values(parameters) }));
  const values = new Map(Parameters.map(({ Name, Value }) => [Name, Value]));
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([image, name]) => {
      const id = values.get(name);
      return id ? [[image, id]] : [];
    }),
  );
}
