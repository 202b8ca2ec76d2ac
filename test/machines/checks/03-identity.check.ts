import { askSigned, certificateBody, requestFor } from '../support/askSigned.ts';
import { inNode, kubectl, masters, nodes, workers } from '../support/cluster.ts';
import { onMachines } from '../support/onMachines.ts';
import { endingInProbe, ensureProbes, type Probe } from '../support/probes.ts';

const ownKey = '/etc/kubernetes/pki/kubelet-client.key';
const certificates = '/node/certificates';

onMachines('a worker', () => {
  let worker: string;
  let other: string;

  beforeAll(async () => {
    [worker = '', other = ''] = await workers();
  });

  test('gets its own certificate again for its own key, under its own name', async () => {
    const answer = await askSigned(worker, {
      path: certificates,
      prepare: requestFor(ownKey),
      body: certificateBody('kubelet-client'),
    });
    expect(answer.status).toBe(200);
    const subject = await inNode(worker, 'openssl x509 -in /etc/kubernetes/pki/kubelet-client.crt -noout -subject');
    expect(subject).toContain(`system:node:${worker}`);
  });

  test.each([
    'kube-apiserver',
    'administrator',
    'etcd-peer',
    'kube-controller-manager',
    'front-proxy-client',
    '../kubelet-client',
  ])('is refused a master’s profile: %s', async (profile) => {
    const answer = await askSigned(worker, {
      path: certificates,
      prepare: requestFor(),
      body: certificateBody(profile),
    });
    expect(answer.status).toBe(403);
    expect(answer.body).not.toContain('BEGIN CERTIFICATE');
  });

  test('cannot say that it is another machine', async () => {
    const answer = await askSigned(worker, {
      path: certificates,
      prepare: requestFor(ownKey),
      body: certificateBody('kubelet-client', `,"instanceId":"${other}"`),
    });
    expect(answer.status).toBe(400);
    const asAnother = await askSigned(worker, {
      path: `${certificates}?instanceId=${other}`,
      prepare: requestFor(ownKey),
      body: certificateBody('kubelet-client'),
    });
    expect([400, 200]).toContain(asAnother.status);
    expect(asAnother.body).not.toContain(other);
  });

  test('gets no certificate for a second key, with which somebody else would be it', async () => {
    const answer = await askSigned(worker, {
      path: certificates,
      prepare: requestFor(),
      body: certificateBody('kubelet-client'),
    });
    expect(answer.status).toBe(403);
  });

  test('cannot have the masters’ keys decrypted', async () => {
    const [master = ''] = await masters();
    const wrapped = (await inNode(master, 'cat /etc/kubestep/wrapped-keys')).trim().split('\n');
    expect(wrapped).toHaveLength(2);
    const clusterId = (await inNode(master, `sed -n 's/^CLUSTER_ID=//p' /etc/kubestep/settings`)).trim();
    for (const line of wrapped) {
      const [purpose = '', key = '', ciphertext = ''] = line.split(' ');
      const body = JSON.stringify({
        KeyId: key,
        CiphertextBlob: ciphertext,
        EncryptionContext: { clusterId, purpose },
      });
      const decrypt = (machine: string) => inNode(machine, decryptScript(body));
      expect(await decrypt(master)).toContain('"Plaintext"');
      expect(await decrypt(worker)).toContain('AccessDenied');
    }
  });

  test('is to the API its own node and no other', async () => {
    const curl = `curl -sS -o /dev/null -w '%{http_code}' --cacert /etc/kubernetes/pki/kubernetes-ca.crt --cert /etc/kubernetes/pki/kubelet-client.crt --key ${ownKey}`;
    const patch = (node: string) =>
      inNode(
        worker,
        `${curl} -X PATCH -H 'content-type: application/merge-patch+json' --data '{"metadata":{"annotations":{"checks":"was-here"}}}' "$(sed -n 's/^API_SERVER=//p' /etc/kubestep/settings)/api/v1/nodes/${node}"`,
      );
    expect(await patch(worker)).toBe('200');
    expect(await patch(other)).toBe('403');
  });

  test('reaches no etcd', async () => {
    const [master = ''] = await masters();
    const address = (await nodes()).find(({ metadata }) => metadata.name === master)?.status.addresses[0]?.address;
    const knock = (port: number) => `timeout 3 bash -c '< /dev/tcp/${address}/${port}' && echo open || echo closed`;
    expect(await inNode(worker, `${knock(2379)} 2> /dev/null; ${knock(2380)} 2> /dev/null`)).toBe('closed\nclosed\n');
    expect(await inNode(worker, knock(6443))).toBe('open\n');
  });
});

onMachines('who shows no certificate', () => {
  const noCertificate = (path: string) =>
    `curl -sS -k -o /dev/null -w '%{http_code}\\n' "$(sed -n 's/^API_SERVER=//p' /etc/kubestep/settings)${path}"`;

  test.each(['/livez', '/readyz', '/healthz'])(
    'gets the API’s health from %s, because the balancer asks like that',
    async (path) => {
      const [worker = ''] = await workers();
      expect(await inNode(worker, noCertificate(path))).toBe('200\n');
    },
  );

  test('is refused everything else of the API', async () => {
    const [worker = ''] = await workers();
    const paths = [
      '/',
      '/api',
      '/api/v1/namespaces',
      '/api/v1/secrets',
      '/apis',
      '/version',
      '/metrics',
      '/openapi/v2',
      '/logs',
      '/debug/pprof/',
      '/livez/ping',
      '/readyz/etcd',
    ];
    const answers = (await inNode(worker, paths.map(noCertificate).join('\n'))).trim().split('\n');
    expect(answers.filter((status) => status !== '401' && status !== '403')).toEqual([]);
    expect(answers).toHaveLength(paths.length);
  });

  test('is refused by kubelets, and finds no port of theirs without a lock', async () => {
    const [master = ''] = await masters();
    for (const { metadata, status } of await nodes()) {
      const address = status.addresses.find(({ type }) => type === 'InternalIP')?.address;
      const script = `curl -sS -k -o /dev/null -w '%{http_code}\\n' https://${address}:10250/pods
timeout 2 bash -c '< /dev/tcp/${address}/10255' 2> /dev/null && echo open || echo closed`;
      expect([metadata.name, await inNode(master, script)]).toEqual([metadata.name, '401\nclosed\n']);
    }
  });

  test('is refused by the controller manager and the scheduler of a master, but for their health', async () => {
    const [master = ''] = await masters();
    for (const port of [10257, 10259]) {
      const ask = (path: string) => `curl -sS -k -o /dev/null -w '%{http_code}\\n' https://127.0.0.1:${port}${path}`;
      expect(await inNode(master, [ask('/healthz'), ask('/metrics'), ask('/configz')].join('\n'))).toMatch(
        /^200\n40[13]\n40[13]\n$/,
      );
    }
  });
});

onMachines('a pod', () => {
  test('gets no credentials of its machine', async () => {
    const [probe] = (await ensureProbes()) as [Probe];
    const { exitCode } = await endingInProbe(probe, 'wget -qO- http://169.254.169.254/latest/meta-data/');
    expect(exitCode).not.toBe(0);
    // A pod gets no answer at all; on the machine itself the same question is answered with a refusal.
    const asked = `curl -sS -m 5 -o /dev/null -w '%{http_code}' http://169.254.169.254/latest/meta-data/`;
    expect(await inNode(probe.node, asked)).toBe('401');
  });

  test('may do nothing with the API by its service account', async () => {
    const permissions = await kubectl(
      'auth',
      'can-i',
      '--list',
      '--as',
      'system:serviceaccount:checks:default',
      '--namespace',
      'checks',
    );
    expect(permissions).not.toMatch(/\*\.\*|secrets|pods/);
  });
});

const decryptScript = (body: string): string => `
set -a
. /etc/kubestep/endpoints.env
set +a
. /usr/local/lib/kubestep/fetch-bundle
signed kms -H 'x-amz-target: TrentService.Decrypt' -H 'content-type: application/x-amz-json-1.1' --data-binary '${body}' \\
  "\${AWS_ENDPOINT_URL_KMS:-https://kms.$(pinned REGION).amazonaws.com}/" 2> /dev/null || true
`;
