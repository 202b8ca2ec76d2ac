import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DescribeInstanceAttributeCommand, DescribeInstancesCommand, DescribeTagsCommand } from '@aws-sdk/client-ec2';
import { GetExecutionHistoryCommand, ListExecutionsCommand, ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { journalOf } from '../../../local/machines/nspawn/machine/runIn.ts';
import { aws, inNode, masters, nodes, world } from '../support/cluster.ts';
import { onMachines } from '../support/onMachines.ts';
import { disksOf, filesIn, searchFile, searchFolders } from '../support/searchFiles.ts';
import { authorityKeyNeedles, masterKeyNeedles, type Needle, privateKeyNeedles } from '../support/secretNeedles.ts';

const pemKey = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[A-Za-z0-9+/=\s]+-----END (?:[A-Z]+ )?PRIVATE KEY-----/g;
/** Programs hold examples; a key file is small. */
const largestKeyFile = 1024 * 1024;

const publicHalf = (pem: string): string =>
  String(createPublicKey(createPrivateKey(pem)).export({ format: 'pem', type: 'spki' }));

onMachines('secrets of the cluster', () => {
  let needles: readonly Needle[];
  let machines: readonly string[];

  beforeAll(async () => {
    const [master = ''] = await masters();
    needles = [...(await masterKeyNeedles(master)), ...authorityKeyNeedles()];
    machines = (await nodes()).map(({ metadata }) => metadata.name);
  });

  test('are found by the search where they are: a leaf key on the disk of its machine, and no other', async () => {
    const [machine = ''] = machines;
    const own = privateKeyNeedles('own', await inNode(machine, 'cat /etc/kubernetes/pki/kubelet-client.key'));
    const found = searchFolders(disksOf(world, machine), own);
    expect(found.map(({ file }) => basename(file))).toEqual(['kubelet-client.key']);
    expect(searchFolders(disksOf(world, machines[1] ?? ''), own)).toEqual([]);
    // Three authorities, and what encrypts under KMS.
    expect(new Set(needles.map(({ of }) => of)).size).toBeGreaterThanOrEqual(5);
  });

  test('are in no file on any disk of any machine: keys of authorities, of service accounts, of encryption', () => {
    for (const machine of machines) {
      expect(disksOf(world, machine).length).toBeGreaterThanOrEqual(3);
      expect([machine, searchFolders(disksOf(world, machine), needles)]).toEqual([machine, []]);
    }
  });

  test('are nobody’s but their own: every private key on a disk belongs to a leaf, readable by its owner only', async () => {
    for (const machine of machines) {
      const authorities = await publicKeysOfAuthorities(machine);
      const keys = disksOf(world, machine)
        .flatMap(filesIn)
        .filter((file) => statSync(file).size < largestKeyFile)
        .flatMap((file) => (readFileSync(file, 'latin1').match(pemKey) ?? []).map((pem) => ({ file, pem })));
      expect(keys.length).toBeGreaterThanOrEqual(3);
      expect(keys.filter(({ pem }) => authorities.includes(publicHalf(pem)))).toEqual([]);
      expect(keys.filter(({ file }) => (statSync(file).mode & 0o077) !== 0).map(({ file }) => file)).toEqual([]);
    }
  });

  test('of masters are in memory only', async () => {
    for (const master of await masters()) {
      const type = await inNode(master, 'stat --file-system --format %T /run/kubestep/secrets; swapon --noheadings');
      expect(type).toBe('tmpfs\n');
    }
  });

  test('are in no journal of a machine', async () => {
    for (const machine of machines)
      expect([machine, inText(await journalOf(world.host, machine), needles)]).toEqual([machine, []]);
  });

  test('are in no user data, no tag and no history of a run', async () => {
    const { ec2, stateMachines } = aws();
    for (const InstanceId of machines) {
      const { UserData } = await ec2.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'userData' }));
      const userData = Buffer.from(UserData?.Value ?? '', 'base64').toString();
      expect(userData).toContain('fetch-bundle');
      expect(inText(userData, needles)).toEqual([]);
      // Of its long words only the bundle's checksum has digits, as any key would.
      const words = userData.replace(/^BUNDLE=.*$/m, '').match(/[A-Za-z0-9+/=]{40,}/g) ?? [];
      expect(words.filter((word) => /\d/.test(word))).toEqual([]);
    }
    const tags = JSON.stringify([
      await ec2.send(new DescribeTagsCommand({})),
      await ec2.send(new DescribeInstancesCommand({})),
    ]);
    expect(inText(tags, needles)).toEqual([]);

    let executions = 0;
    for (const { stateMachineArn } of (await stateMachines.send(new ListStateMachinesCommand({}))).stateMachines ??
      []) {
      for (const { executionArn } of (await stateMachines.send(new ListExecutionsCommand({ stateMachineArn })))
        .executions ?? []) {
        executions += 1;
        expect(inText(await historyOf(executionArn ?? ''), needles)).toEqual([]);
      }
    }
    expect(executions).toBeGreaterThan(0);
  });

  test('are in nothing else that the world’s owner writes: its journal, its bodies, its log', () => {
    const files = ['journal.jsonl', 'serve.log', 'doors.json']
      .map((name) => join(world.folder, name))
      .filter(existsSync);
    expect(files.length).toBeGreaterThan(1);
    for (const file of [...files, ...filesIn(join(world.folder, 'bodies'))])
      expect(searchFile(file, needles)).toEqual([]);
    expect(statSync(join(world.folder, 'secrets.jsonl')).mode & 0o777).toBe(0o600);
  });
});

const inText = (text: string, needles: readonly Needle[]): readonly string[] =>
  needles.filter(({ bytes }) => Buffer.from(text).includes(bytes)).map(({ of }) => of);

/** Public keys whose private halves no machine may have: of the authorities and of service accounts. */
async function publicKeysOfAuthorities(machine: string): Promise<readonly string[]> {
  const certificates = await inNode(
    machine,
    'cat $(find /etc/kubernetes/pki /etc/etcd/pki -name "*-ca.crt" 2> /dev/null)',
  );
  const pems = certificates.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  expect(pems.length).toBeGreaterThanOrEqual(1);
  const serviceAccount = await inNode(machine, 'cat /etc/kubernetes/pki/service-account.pub 2> /dev/null || true');
  return [
    ...pems.map((pem) => String(new X509Certificate(pem).publicKey.export({ format: 'pem', type: 'spki' }))),
    ...(serviceAccount === '' ? [] : [String(createPublicKey(serviceAccount).export({ format: 'pem', type: 'spki' }))]),
  ];
}

async function historyOf(executionArn: string): Promise<string> {
  const pages: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await aws().stateMachines.send(
      new GetExecutionHistoryCommand({ executionArn, includeExecutionData: true, ...(nextToken && { nextToken }) }),
    );
    pages.push(JSON.stringify(page.events));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return pages.join('\n');
}
