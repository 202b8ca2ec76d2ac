import { createSocket, type Socket } from 'node:dgram';
import { type Socket as Connection, createServer, type Server } from 'node:net';
import { dnsAnswer, parseQuestion } from './dnsMessage.ts';
import { closeServer, listenOn } from './listening.ts';
import type { Resolver } from './resolver.ts';

const dnsPort = 53;

/** Answers on port 53 of an address, over UDP and TCP. */
export async function serveDns(address: string, resolver: Resolver): Promise<() => Promise<void>> {
  const answer = (message: Buffer): Buffer | undefined => {
    const question = parseQuestion(message);
    return question && dnsAnswer(question, resolver.answer(question.name, question.type));
  };
  const datagrams = await serveDatagrams(address, answer);
  const streams = createServer((connection) => answerStream(connection, answer));
  await listenOn(streams, { host: address, port: dnsPort });
  return async () => {
    datagrams.close();
    await closeServer(streams as Server);
  };
}

async function serveDatagrams(address: string, answer: (message: Buffer) => Buffer | undefined): Promise<Socket> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address, port: dnsPort }, resolve);
  });
  socket.on('error', () => {}); // A client that is gone is its own affair.
  socket.on('message', (message, { port, address: client }) => {
    const answered = answer(message);
    if (answered) socket.send(answered, port, client);
  });
  return socket;
}

/** Over TCP each message has its length before it (source: RFC 1035, 4.2.2). */
function answerStream(connection: Connection, answer: (message: Buffer) => Buffer | undefined): void {
  let pending: Buffer = Buffer.alloc(0);
  connection.on('error', () => connection.destroy());
  connection.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0);
      const answered = answer(pending.subarray(2, end));
      pending = pending.subarray(end);
      if (!answered) {
        connection.destroy();
        return;
      }
      const length = Buffer.alloc(2);
      length.writeUInt16BE(answered.length, 0);
      connection.write(Buffer.concat([length, answered]));
    }
  });
}
