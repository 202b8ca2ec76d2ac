import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type Order, onMessages, type Report, writeMessage } from './controlMessages.ts';
import type { EndpointCertificate, GatewayConfiguration, TargetHealthChange } from './gatewayConfiguration.ts';
import { closeServer, listenOn } from './listening.ts';

/** The gateway's program, from the project's root. */
const program = 'local/machines/nspawn/gateway/main.ts';

export interface GatewayOptions {
  /** Where the gateway's program is; the process's own folder where missing. */
  readonly projectRoot?: string;
  /** The router's, where the gateway runs. */
  readonly namespace: string;
  /** For the control socket; the path of a socket may have 107 characters (source: unix(7)). */
  readonly socketFolder: string;
  readonly onTargetHealth: (change: TargetHealthChange) => void;
  readonly tls: EndpointCertificate;
  /** Called when the gateway ends by itself. */
  readonly onEnd?: (why: Error) => void;
}

/** The gateway of a VPC, as its parent knows it. */
export interface Gateway {
  readonly processId: number;
  /** Resolves once everything is served as configured. */
  configure(configuration: GatewayConfiguration): Promise<void>;
  /** Makes a unix socket of the host that leads to an address and port of the VPC; an open one at the path is replaced. */
  openDoor(path: string, address: string, port: number): Promise<void>;
  closeDoor(path: string): Promise<void>;
  /** Resolves once the process has ended. */
  close(): Promise<void>;
}

/** Starts a gateway in a VPC's namespace. It ends with this process. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const path = join(options.socketFolder, 'control.sock');
  await rm(path, { force: true });
  const server = createServer();
  await listenOn(server, { path });
  const child = spawn(
    'nsenter',
    [`--net=/run/netns/${options.namespace}`, process.execPath, '--import', './resources/sources.mjs', program, path],
    { stdio: ['ignore', 'ignore', 'pipe'], ...(options.projectRoot !== undefined && { cwd: options.projectRoot }) },
  );
  try {
    const control = await connected(server, child);
    const gateway = controlled(control, child, options);
    await gateway.start(options.tls);
    return gateway;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    await closeServer(server);
  }
}

async function connected(server: ReturnType<typeof createServer>, child: ChildProcess): Promise<Socket> {
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = `${complaint}${chunk}`.slice(-2000);
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the gateway ended with ${code} before it was there: ${complaint}`);
  });
  const [socket] = (await Promise.race([once(server, 'connection'), ended])) as [Socket];
  ended.catch(() => {}); // From now on the end of the process is seen at its socket.
  return socket;
}

/** `Order` without its id, one form at a time. */
type Wish = Order extends infer Each ? (Each extends Order ? Omit<Each, 'id'> : never) : never;

function controlled(
  control: Socket,
  child: ChildProcess,
  { onTargetHealth, onEnd }: GatewayOptions,
): Gateway & { start(tls: EndpointCertificate): Promise<void> } {
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let count = 0;
  let isClosing = false;

  onMessages<Report>(control, (message) => {
    if (message.report === 'targetHealth') {
      onTargetHealth(message.change);
      return;
    }
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.failure === undefined) asked?.resolve();
    else asked?.reject(new Error(message.failure));
  });
  control.on('error', () => control.destroy());
  control.on('close', () => {
    const why = new Error('the gateway has ended');
    for (const { reject } of waiting.values()) reject(why);
    waiting.clear();
    if (!isClosing) onEnd?.(why);
  });

  function ask(wish: Wish): Promise<void> {
    if (control.destroyed) return Promise.reject(new Error('the gateway has ended'));
    count += 1;
    const id = count;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      writeMessage(control, { ...wish, id });
    });
  }

  return {
    processId: child.pid ?? 0,
    start: (tls) => ask({ order: 'start', tls }),
    configure: (configuration) => ask({ order: 'configure', configuration }),
    openDoor: (path, address, port) => ask({ order: 'openDoor', path, address, port }),
    closeDoor: (path) => ask({ order: 'closeDoor', path }),
    async close() {
      isClosing = true;
      control.destroy();
      await exited;
    },
  };
}
