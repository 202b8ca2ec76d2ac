import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { parse } from 'yaml';
import { createRealClock } from '../../../local/clock/realClock.ts';
import { kubeconfig } from './cluster.ts';
import { pause } from './world.ts';

/** One request, and how it went. */
export interface Attempt {
  readonly name: string;
  /** Milliseconds since the client began. */
  readonly began: number;
  readonly ended: number;
  /** HTTP status; undefined where no answer came. */
  readonly status: number | undefined;
  readonly error?: string;
}

/** A client that writes ConfigMaps without pause until it is stopped. */
export interface SteadyClient {
  /** Milliseconds since it began, as its attempts count. */
  now(): number;
  /** Ends the client and returns all that it did. */
  stop(): Promise<readonly Attempt[]>;
}

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: {
      readonly server: string;
      readonly 'certificate-authority-data': string;
      readonly 'tls-server-name'?: string;
    };
  }[];
  readonly users: readonly {
    readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string };
  }[];
}

const clock = createRealClock();
/** A client that gets no answer gives up: kubectl's requests of this kind do not take longer either. */
const requestSeconds = 10;
/** Writers side by side, each with the next name as soon as it has an answer. */
const writers = 3;
/** So that two cores have time for the cluster too. */
const betweenSeconds = 0.02;

/** The label of all that a client wrote, with its prefix. */
export const writtenBy = 'written-by';

/** Begins to write ConfigMaps called PREFIX-NUMBER through the balancer, each only once: no answer, no second try. */
export function beginWriting(namespace: string, prefix: string): SteadyClient {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
  const [{ cluster }, { user }] = [
    clusters[0] as Kubeconfig['clusters'][number],
    users[0] as Kubeconfig['users'][number],
  ];
  const text = (base64: string) => Buffer.from(base64, 'base64').toString();
  const agent = new Agent({
    keepAlive: true,
    maxSockets: writers,
    ca: text(cluster['certificate-authority-data']),
    cert: text(user['client-certificate-data']),
    key: text(user['client-key-data']),
    servername: cluster['tls-server-name'] ?? new URL(cluster.server).hostname,
  });
  const url = new URL(`/api/v1/namespaces/${namespace}/configmaps`, cluster.server);
  const begin = clock.now();
  const now = () => clock.now() - begin;
  const attempts: Attempt[] = [];
  let isStopped = false;
  let number = 0;

  async function write(): Promise<void> {
    while (!isStopped) {
      // Different from those of an earlier client that is forgotten.
      const name = `${prefix}-${begin.toString(36)}-${number++}`;
      const began = now();
      const metadata = { name, labels: { [writtenBy]: prefix } };
      const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { name } });
      const outcome = await post(url, agent, body);
      attempts.push({ name, began, ended: now(), ...outcome });
      await pause(betweenSeconds);
    }
  }

  const running = Promise.all(Array.from({ length: writers }, write));
  return {
    now,
    async stop() {
      isStopped = true;
      await running;
      agent.destroy();
      return attempts;
    },
  };
}

function post(url: URL, agent: Agent, body: string): Promise<Pick<Attempt, 'status' | 'error'>> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const asked = request(url, { method: 'POST', agent, headers, timeout: requestSeconds * 1000 }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve({ status: answer.statusCode }));
      answer.on('error', (error) => resolve({ status: undefined, error: error.message }));
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer in ${requestSeconds} s`)));
    asked.on('error', (error) => resolve({ status: undefined, error: error.message }));
    asked.end(body);
  });
}

/** Whether the API said that it has kept what was written. */
export const isAcknowledged = ({ status }: Attempt): boolean => status === 201;
