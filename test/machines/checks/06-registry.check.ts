import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inNode, kubectl, kubectlOn, workers, world } from '../support/cluster.ts';
import { onMachines } from '../support/onMachines.ts';
import { until } from '../support/world.ts';

const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const image = `${registry}/team/server:1`;

/** The test server once more, under a name in ECR. */
function pushImage(): void {
  const target = join(world.folder, 'images', registry, 'team', 'server');
  mkdirSync(dirname(target), { recursive: true });
  const source = join('.kubestep', 'machines', 'assets', 'images', 'registry.k8s.io', 'kubestep', 'test-server');
  cpSync(source, target, { recursive: true });
}

const request = JSON.stringify({
  apiVersion: 'credentialprovider.kubelet.k8s.io/v1',
  kind: 'CredentialProviderRequest',
  image,
});

onMachines('private images of ECR', () => {
  test('kubelet’s plugin gets a login with the rights of the machine’s role', async () => {
    const [worker = ''] = await workers();
    const answer = await inNode(worker, `/opt/kubestep/current/kubelet/bin/ecr-credential-provider <<< '${request}'`);
    expect(JSON.parse(answer)).toMatchObject({
      kind: 'CredentialProviderResponse',
      auth: { [registry]: { username: 'AWS', password: expect.stringMatching(/./) } },
    });
  });

  test('a pod runs from one, which nobody gets who has not logged in', async () => {
    const [worker = ''] = await workers();
    const manifest = `http://198.51.100.11/v2/team/server/manifests/1?ns=${registry}`;
    pushImage();
    expect(await inNode(worker, `curl -s -o /dev/null -w '%{http_code}' '${manifest}'`)).toBe('401');
    await kubectlOn(podOf(worker), 'apply', '--filename', '-');
    await until('the pod runs', 120, async () =>
      (await kubectl('get', 'pod', 'from-ecr', '--output', 'jsonpath={.status.phase}')) === 'Running'
        ? true
        : undefined,
    );
    await kubectl('delete', 'pod', 'from-ecr', '--wait=false');
  });
});

const podOf = (nodeName: string): string => `
apiVersion: v1
kind: Pod
metadata: {name: from-ecr}
spec:
  nodeName: ${nodeName}
  terminationGracePeriodSeconds: 2
  containers: [{name: server, image: "${image}", imagePullPolicy: Always}]
`;
