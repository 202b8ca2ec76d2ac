import type { Socket } from 'node:net';
import type { EndpointCertificate, GatewayConfiguration, TargetHealthChange } from './gatewayConfiguration.ts';

/** What the parent asks of its gateway. Each is answered by `Done` with the same id. */
export type Order = { readonly id: number } & (
  | { readonly order: 'start'; readonly tls: EndpointCertificate }
  | { readonly order: 'configure'; readonly configuration: GatewayConfiguration }
  | { readonly order: 'openDoor'; readonly path: string; readonly address: string; readonly port: number }
  | { readonly order: 'closeDoor'; readonly path: string }
);

/** What the gateway reports to its parent. */
export type Report =
  | { readonly report: 'done'; readonly id: number; readonly failure?: string }
  | { readonly report: 'targetHealth'; readonly change: TargetHealthChange };

/** Writes one message as one line of JSON. */
export function writeMessage(socket: Socket, message: Order | Report): void {
  socket.write(`${JSON.stringify(message)}\n`);
}

/** Reads messages line by line as they come. */
export function onMessages<Message extends Order | Report>(socket: Socket, receive: (message: Message) => void): void {
  let pending = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    const lines = (pending + chunk).split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) receive(JSON.parse(line));
  });
}
