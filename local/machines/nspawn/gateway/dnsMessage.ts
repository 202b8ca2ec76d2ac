/** The question of a DNS query, as far as a resolver of A records must understand it (source: RFC 1035, 4.1). */
export interface DnsQuestion {
  readonly id: number;
  readonly recursionDesired: boolean;
  /** In lower case, without the last dot. */
  readonly name: string;
  readonly type: number;
  /** As it came: the answer repeats it. */
  readonly raw: Buffer;
}

/** Addresses of the name; none for a name without a record of the asked type; undefined for a name that does not exist. */
export type DnsAnswer = readonly string[] | undefined;

export const typeA = 1;
const classIn = 1;
const headerLength = 12;

/** How long an answer may be kept (source: NLB user guide, "DNS name": 60 seconds). */
const timeToLiveSeconds = 60;

/** Reads a query with one question; undefined for anything else, which gets no answer. */
export function parseQuestion(message: Buffer): DnsQuestion | undefined {
  if (message.length < headerLength) return undefined;
  const flags = message.readUInt16BE(2);
  const isQuery = (flags & 0xf800) === 0;
  if (!isQuery || message.readUInt16BE(4) !== 1) return undefined;

  const labels: string[] = [];
  let offset = headerLength;
  for (;;) {
    const length = message[offset];
    // A question is never compressed: a pointer has its two highest bits set.
    if (length === undefined || length > 63 || offset + 1 + length > message.length) return undefined;
    offset += 1;
    if (length === 0) break;
    labels.push(message.toString('latin1', offset, offset + length));
    offset += length;
  }
  if (offset + 4 > message.length) return undefined;
  if (message.readUInt16BE(offset + 2) !== classIn) return undefined;
  return {
    id: message.readUInt16BE(0),
    recursionDesired: (flags & 0x0100) !== 0,
    name: labels.join('.').toLowerCase(),
    type: message.readUInt16BE(offset),
    raw: message.subarray(headerLength, offset + 4),
  };
}

/** The answer to a question: addresses, nothing, or that the name does not exist. */
export function dnsAnswer(question: DnsQuestion, answer: DnsAnswer): Buffer {
  const addresses = answer ?? [];
  const header = Buffer.alloc(headerLength);
  header.writeUInt16BE(question.id, 0);
  const nameError = answer === undefined ? 3 : 0;
  header.writeUInt16BE(0x8080 | (question.recursionDesired ? 0x0100 : 0) | nameError, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(addresses.length, 6);
  return Buffer.concat([header, question.raw, ...addresses.map(addressRecord)]);
}

function addressRecord(address: string): Buffer {
  const record = Buffer.alloc(16);
  record.writeUInt16BE(0xc000 | headerLength, 0); // the name: where the question has it
  record.writeUInt16BE(typeA, 2);
  record.writeUInt16BE(classIn, 4);
  record.writeUInt32BE(timeToLiveSeconds, 6);
  record.writeUInt16BE(4, 10);
  record.set(address.split('.').map(Number), 12);
  return record;
}
