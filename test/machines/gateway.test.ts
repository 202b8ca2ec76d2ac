import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionAttributes } from '../../local/cloud/elasticLoadBalancing/targetGroupAttributes.ts';
import {
  awsAddress,
  type GatewayConfiguration,
  metadataAddress,
  registryAddress,
  type TargetHealthChange,
} from '../../local/machines/nspawn/gateway/gatewayConfiguration.ts';
import { type Gateway, startGateway } from '../../local/machines/nspawn/gateway/startGateway.ts';
import { applyNetwork, removeNetwork } from '../../local/machines/nspawn/network/applyNetwork.ts';
import { routerNamespace } from '../../local/machines/nspawn/network/networkNames.ts';
import type { PlannedInterface } from '../../local/machines/nspawn/network/networkPlan.ts';
import {
  aBalancer,
  aPlan,
  children,
  curl,
  end,
  inMachine,
  keepTalking,
  node,
  one,
  real,
  removeAll,
  resetOn,
  run,
  serveOn,
  three,
  two,
  worldId,
} from './namespaces.ts';

real('the gateway of a VPC', () => {
  let folder: string;
  let gateway: Gateway;
  let parent: Server;
  const changes: TargetHealthChange[] = [];
  const configuration = (): GatewayConfiguration => ({
    names: { '*.amazonaws.com': [awsAddress], 'api.elb.us-east-1.amazonaws.com': [node.address] },
    dnsAddresses: aPlan().dnsAddresses,
    requestSocket: join(folder, 'parent.sock'),
    registryFolders: [join(folder, 'images')],
    balancers: [],
  });
  const standing = (nodes = aPlan().nodes) =>
    aPlan({ interfaces: [one, two, { ...three, reachesOutside: false }], nodes });
  const awsDefaults: ConnectionAttributes = {
    preserveClientAddress: false,
    unhealthySeconds: 0,
    deregisteredSeconds: undefined,
  };
  const balanced = (...members: PlannedInterface[]) => balancedWith(awsDefaults, ...members);
  const balancedWith = (connections: ConnectionAttributes, ...members: PlannedInterface[]): GatewayConfiguration => ({
    ...configuration(),
    balancers: [aBalancer(connections, members)],
  });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ks-'));
    const tls = { keyFile: join(folder, 'key.pem'), certificateFile: join(folder, 'certificate.pem') };
    const certificate = ['-out', tls.certificateFile, '-addext', 'subjectAltName=DNS:*.us-east-1.amazonaws.com'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', tls.keyFile]
        .concat(certificate)
        .concat(['-subj', '/CN=aws']),
      { stdio: 'ignore' },
    );
    writeFileSync(join(folder, 'large'), 'x'.repeat(300_000));
    parent = createServer((asked, answer) => {
      let bytes = 0;
      asked.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      asked.on('end', () => {
        if (asked.url === '/large') {
          answer.writeHead(200, { 'x-kubestep-file': join(folder, 'large'), 'content-length': 0 }).end();
          return;
        }
        const { host, 'x-kubestep-listener': listener, 'x-kubestep-from': from } = asked.headers;
        answer.end(JSON.stringify({ host, url: asked.url, bytes, listener, from }));
      });
    });
    await new Promise<void>((resolve) => parent.listen(join(folder, 'parent.sock'), resolve));
    await applyNetwork(standing());
    gateway = await startGateway({
      namespace: aPlan().namespace,
      socketFolder: folder,
      onTargetHealth: (change) => changes.push(change),
      tls,
    });
    await gateway.configure(configuration());
  });
  afterEach(async () => {
    for (const child of children) await end(child);
  });
  afterAll(async () => {
    await gateway.close();
    parent.close();
    parent.closeAllConnections();
    await removeAll();
    rmSync(folder, { recursive: true });
  });

  test('names resolve over UDP and TCP; what nobody knows does not exist', async () => {
    const lookUp = (name: string, ...options: string[]) =>
      inMachine(
        one,
        process.execPath,
        '-e',
        `const d = require('node:dns'); d.setServers(['10.0.0.2']); d.resolve${options[0] ?? '4'}('${name}', (e, a) => console.log(e ? e.code : a.join()))`,
      );
    expect(await lookUp('sts.us-east-1.amazonaws.com')).toBe(`${awsAddress}\n`);
    expect(await lookUp('API.elb.us-east-1.amazonaws.com')).toBe(`${node.address}\n`);
    expect(await lookUp('api.elb.us-east-1.amazonaws.com', '6')).toBe('ENODATA\n');
    expect(await lookUp('nowhere.example')).toBe('ENOTFOUND\n');
    // The same over TCP: a length, then the question for the A record of sts.amazonaws.com.
    const question = '00230001010000010000000000000373747309616d617a6f6e61777303636f6d0000010001';
    const program = `require('node:net').connect(53, '169.254.169.253').on('data', (d) => { console.log([...d.subarray(-4)].join('.')); process.exit() }).write(Buffer.from('${question}', 'hex'))`;
    expect(await inMachine(one, process.execPath, '-e', program)).toBe(`${awsAddress}\n`);
  });

  test('a request to AWS reaches the parent untouched, and says who asked whatever the client claims', async () => {
    const url = 'https://ssm.us-east-1.amazonaws.com/a%2Fb?c=%20d';
    const resolve = ['--resolve', `ssm.us-east-1.amazonaws.com:443:${awsAddress}`];
    const trust = ['--cacert', join(folder, 'certificate.pem'), ...resolve];
    const claims = ['-H', 'x-kubestep-from: 10.0.0.99', '-H', 'X-Kubestep-Listener: metadata'];
    expect(JSON.parse(await curl(one, ...trust, ...claims, '-d', 'hello', url))).toEqual({
      host: 'ssm.us-east-1.amazonaws.com',
      url: '/a%2Fb?c=%20d',
      bytes: 5,
      listener: 'aws',
      from: one.address,
    });
  });

  test('a large body arrives whole, in both directions', async () => {
    writeFileSync(join(folder, 'upload'), 'y'.repeat(5_000_000));
    const sent = await curl(one, '-T', join(folder, 'upload'), `http://${awsAddress}/bucket/key`);
    expect(JSON.parse(sent)).toMatchObject({ bytes: 5_000_000, from: one.address });
    const received = await curl(one, '-o', '/dev/null', '-w', '%{size_download}', `http://${awsAddress}/large`);
    expect(received).toBe('300000');
  });

  test('only a machine with a way out reaches AWS; the metadata service is for every machine', async () => {
    expect(await curl(three, `http://${awsAddress}/`)).toContain('timed out');
    const asked = JSON.parse(await curl(three, `http://${metadataAddress}/latest/meta-data/`));
    expect(asked).toMatchObject({ listener: 'metadata', from: three.address, url: '/latest/meta-data/' });
  });

  test('an answer of the metadata service gets no further than the machine', async () => {
    const pod = `kubestep-${worldId}-pod`;
    await run('ip', ['netns', 'add', pod]);
    const lines = [
      `link add pod0 type veth peer name eth0 netns ${pod}`,
      'address add 192.168.7.1/24 dev pod0',
      'link set pod0 up',
    ];
    for (const line of lines) await run('ip', ['-n', one.namespace, ...line.split(' ')]);
    for (const line of ['address add 192.168.7.2/24 dev eth0', 'link set eth0 up', 'route add default via 192.168.7.1'])
      await run('ip', ['-n', pod, ...line.split(' ')]);
    const masquerade = 'table ip t { chain c { type nat hook postrouting priority 100; oifname "eth0" masquerade; }; }';
    await inMachine(one, 'sh', '-c', `echo 1 > /proc/sys/net/ipv4/ip_forward; nft '${masquerade}'`);
    const inPod = { ...one, namespace: pod };
    expect(await curl(inPod, `http://${awsAddress}/`)).toContain(one.address);
    expect(await curl(inPod, `http://${metadataAddress}/`)).toContain('timed out');
    await removeNetwork(pod);
  });

  test('the registry serves an image layout by tag and by digest', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const layout = join(folder, 'images', 'registry.k8s.io', 'coredns', 'coredns');
    mkdirSync(join(layout, 'blobs', 'sha256'), { recursive: true });
    writeFileSync(join(layout, 'blobs', 'sha256', 'a'.repeat(64)), '{"schemaVersion":2}');
    const annotations = { 'org.opencontainers.image.ref.name': 'v1.14.7' };
    const manifest = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, annotations };
    writeFileSync(join(layout, 'index.json'), JSON.stringify({ manifests: [manifest] }));
    const repository = `http://${registryAddress}/v2/coredns/coredns`;
    expect(await curl(one, `${repository}/manifests/v1.14.7?ns=registry.k8s.io`)).toBe('{"schemaVersion":2}');
    const head = await curl(one, '-I', `${repository}/manifests/${digest}?ns=registry.k8s.io`);
    expect(head).toContain(`docker-content-digest: ${digest}`);
    expect(head).toContain(`content-type: ${manifest.mediaType}`);
    expect(await curl(one, `${repository}/blobs/${digest}?ns=registry.k8s.io`)).toBe('{"schemaVersion":2}');
    expect(await curl(one, `${repository}/manifests/v9?ns=registry.k8s.io`)).toContain('MANIFEST_UNKNOWN');
    expect(await curl(one, '--path-as-is', `http://${registryAddress}/v2/../../blobs/${digest}?ns=..`)).toContain(
      'NAME_UNKNOWN',
    );
  });

  test('a balancer spreads connections from its own address and passes over a target that died', async () => {
    const dying = await serveOn(two, 9090);
    await serveOn(three, 9090);
    changes.length = 0;
    await gateway.configure(balanced(two, three));
    const ask = () => curl(one, `http://${node.address}:6443/`);
    const before = new Set([await ask(), await ask(), await ask(), await ask()]);
    expect([...before].sort()).toEqual([`i-2 to ::ffff:${node.address}`, `i-3 to ::ffff:${node.address}`]);
    await end(dying);
    for (let count = 0; count < 6; count += 1) expect(await ask()).toContain('i-3');
    await seen(() => changes.some(({ address, serving }) => address === two.address && !serving));
    await serveOn(two, 9090);
    await seen(() => changes.at(-1)?.address === two.address && changes.at(-1)?.serving === true);
    // The machines' group lets in the balancer's node on this port, and nobody else.
    expect(await curl(one, `http://${two.address}:9090/`)).toContain('timed out');
  });

  test('a public address of a balancer is for those whose way out leads there', async () => {
    await serveOn(two, 9090);
    const address = '3.80.0.7';
    const ports = [{ port: 6443, deviceNames: [one.deviceName] }];
    await applyNetwork(standing([{ ...node, publicEntrance: { address, ports } }]));
    const { balancers, ...rest } = balanced(two);
    const facing = balancers.map((each) => ({
      ...each,
      nodes: each.nodes.map((own) => ({ ...own, publicAddress: address })),
    }));
    await gateway.configure({ ...rest, balancers: facing });
    expect(await curl(one, `http://${address}:6443/`)).toBe(`i-2 to ::ffff:${node.address}`);
    expect(await curl(two, `http://${address}:6443/`)).toContain('timed out');
    expect(await curl(two, `http://${node.address}:6443/`)).toContain('i-2');
  });

  describe('a server that stops serves on for a while, and fails its checks meanwhile', () => {
    /** A connection to the server that stops, as the client sees it; a second server is well. */
    async function aStandingConnection(connections: ConnectionAttributes) {
      const stopping = await serveOn(two, 9090);
      await serveOn(three, 9090);
      changes.length = 0;
      await gateway.configure(balancedWith(connections, two));
      const client = keepTalking(one, node.address, 6443);
      await seen(() => client.said().includes('i-2'));
      await gateway.configure(balancedWith(connections, two, three));
      await seen(() => changes.some(({ address, serving }) => address === three.address && serving));
      return { stopping, client };
    }
    const failsItsChecks = () =>
      seen(() => changes.some(({ address, serving }) => address === two.address && !serving));

    test('with the attributes that AWS sets by default its connections are reset at once', async () => {
      const { stopping, client } = await aStandingConnection(awsDefaults);
      stopping.kill('SIGUSR2');
      await failsItsChecks();
      await seen(() => client.said().endsWith('ECONNRESET\n'));
    });

    test('with an interval they continue, and are reset only when that is over', async () => {
      const { stopping, client } = await aStandingConnection({ ...awsDefaults, unhealthySeconds: 2 });
      stopping.kill('SIGUSR2');
      await failsItsChecks();
      const before = client.said().length;
      await seen(() => client.said().length > before + 30);
      expect(client.said()).not.toContain('ECONNRESET');
      expect(await curl(one, `http://${node.address}:6443/`)).toContain('i-3');
      await seen(() => client.said().endsWith('ECONNRESET\n'));
    });

    test('one that is well again within the interval keeps them', async () => {
      const { stopping, client } = await aStandingConnection({ ...awsDefaults, unhealthySeconds: 2 });
      stopping.kill('SIGUSR2');
      await failsItsChecks();
      changes.length = 0;
      stopping.kill('SIGUSR2');
      await seen(() => changes.some(({ address, serving }) => address === two.address && serving));
      const before = client.said().length;
      await seen(() => client.said().length > before + 300);
      expect(client.said()).not.toContain('ECONNRESET');
    });

    test('when no target is well, the balancer fails open and resets nothing', async () => {
      const { stopping, client } = await aStandingConnection(awsDefaults);
      await gateway.configure(balanced(two));
      stopping.kill('SIGUSR2');
      await failsItsChecks();
      const before = client.said().length;
      await seen(() => client.said().length > before + 100);
      expect(client.said()).not.toContain('ECONNRESET');
    });
  });

  test('connections to a deregistered target end after the delay where the group says so', async () => {
    await serveOn(two, 9090);
    await serveOn(three, 9090);
    const ends = { ...awsDefaults, deregisteredSeconds: 3 };
    await gateway.configure(balancedWith(ends, two));
    const client = keepTalking(one, node.address, 6443);
    await seen(() => client.said().includes('i-2'));
    await gateway.configure(balancedWith(ends, three));
    const before = client.said().length;
    await seen(() => client.said().length > before + 30);
    await seen(() => client.said().endsWith('ECONNRESET\n'));
  });

  test('a reset by the target is a reset for the client', async () => {
    await resetOn(two, 9090);
    // A balancer whose only target is unhealthy sends to it all the same.
    await gateway.configure(balanced(two));
    const client = keepTalking(one, node.address, 6443);
    await seen(() => client.said() === 'ECONNRESET\n');
  });

  test('a machine that is sent to itself under its own address gets no answer', async () => {
    await serveOn(two, 9090);
    await gateway.configure(balancedWith({ ...awsDefaults, preserveClientAddress: true }, two));
    expect(await curl(two, `http://${node.address}:6443/`)).toContain('timed out');
    expect(await curl(one, `http://${node.address}:6443/`)).toContain('i-2');
    await gateway.configure(balanced(two));
    expect(await curl(two, `http://${node.address}:6443/`)).toContain('i-2');
  });

  test('a connection through a balancer survives a change of its targets', async () => {
    await serveOn(three, 9090);
    await gateway.configure(balanced(three));
    const program = `const s = require('node:net').connect(6443, '${node.address}'); s.write('GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'); s.once('data', () => { console.log('first'); setTimeout(() => { s.write('GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'); s.once('data', (d) => { console.log(String(d)); process.exit(); }) }, 700) })`;
    const client = spawn('nsenter', [`--net=/run/netns/${one.namespace}`, process.execPath, '-e', program]);
    children.add(client);
    await once(client.stdout, 'data');
    await gateway.configure(configuration());
    expect(await curl(one, `http://${node.address}:6443/`)).toContain('failed');
    const [second] = (await once(client.stdout, 'data')) as [Buffer];
    expect(second.toString()).toContain('i-3 to');
  });

  test('a door leads from the host to an address of the VPC', async () => {
    await serveOn(two, 7070);
    const path = join(folder, 'door.sock');
    await gateway.openDoor(path, two.address, 7070);
    const body = await new Promise<string>((resolve, reject) => {
      const asked = request({ socketPath: path, agent: false }, (answer) => {
        answer.setEncoding('utf8').once('data', resolve);
      });
      asked.on('error', reject).end();
    });
    expect(body).toContain('i-2');
  });

  test('a gateway ends once its parent lets go of it, and when its parent is killed', async () => {
    const namespace = routerNamespace(worldId, 'vpc-2');
    await applyNetwork(aPlan({ vpcId: 'vpc-2', namespace, interfaces: [], nodes: [] }));
    const socketFolder = join(folder, 'second');
    mkdirSync(socketFolder);
    const tls = { keyFile: join(folder, 'key.pem'), certificateFile: join(folder, 'certificate.pem') };
    const options = { namespace, socketFolder, tls };
    const started = await startGateway({ ...options, onTargetHealth: () => {} });
    expect(existsSync(`/proc/${started.processId}`)).toBe(true);
    await started.close();
    expect(existsSync(`/proc/${started.processId}`)).toBe(false);
    await expect(started.configure(configuration())).rejects.toThrow('the gateway has ended');

    const program = `
      await import('./resources/sources.mjs');
      const { startGateway } = await import('./local/machines/nspawn/gateway/startGateway.ts');
      const gateway = await startGateway({ ...${JSON.stringify(options)}, onTargetHealth: () => {} });
      process.stdout.write(String(gateway.processId));`;
    const other = spawn(process.execPath, ['--input-type=module', '-e', program]);
    children.add(other);
    const [said] = (await once(other.stdout, 'data')) as [Buffer];
    expect(existsSync(`/proc/${said}`)).toBe(true);
    await end(other);
    await seen(() => !existsSync(`/proc/${said}`));
  });

  test('a gateway that cannot start says why', async () => {
    const tls = { keyFile: '/nowhere', certificateFile: '/nowhere' };
    const socketFolder = join(folder, 'third');
    mkdirSync(socketFolder);
    const options = { socketFolder, tls, onTargetHealth: () => {} };
    await expect(startGateway({ ...options, namespace: aPlan().namespace })).rejects.toThrow('/nowhere');
    await expect(startGateway({ ...options, namespace: 'kubestep-none' })).rejects.toThrow('kubestep-none');
  });
});

async function seen(isThere: () => boolean): Promise<void> {
  for (let count = 0; count < 600 && !isThere(); count += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isThere()).toBe(true);
}
