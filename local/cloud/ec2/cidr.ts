/** A block of IPv4 addresses: numbers, so that containment and overlap are comparisons. */
export interface Cidr {
  readonly first: number;
  readonly prefixLength: number;
  readonly size: number;
}

/** Reads `10.0.0.0/16`; bits beyond the prefix are dropped, as EC2 does. Undefined for what is no IPv4 block. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', length = ''] = text.split('/');
  const number = parseAddress(address);
  if (number === undefined || !/^\d{1,2}$/.test(length) || Number(length) > 32) return undefined;
  const prefixLength = Number(length);
  const size = 2 ** (32 - prefixLength);
  return { first: number - (number % size), prefixLength, size };
}

/** Reads `10.0.0.4`; undefined for what is no IPv4 address. */
export function parseAddress(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((number, part) => number * 256 + Number(part), 0);
}

export function showCidr({ first, prefixLength }: Cidr): string {
  return `${showAddress(first)}/${prefixLength}`;
}

export function showAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

export function overlaps(left: Cidr, right: Cidr): boolean {
  return left.first < right.first + right.size && right.first < left.first + left.size;
}

export function containsCidr(outer: Cidr, inner: Cidr): boolean {
  return inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size;
}

export function containsAddress(cidr: Cidr, address: number): boolean {
  return address >= cidr.first && address < cidr.first + cidr.size;
}

const parsed = new Map<string, Cidr | undefined>();

/** The block that a text names, parsed once: routes and rules ask this very often. */
export function blockOf(text: string): Cidr | undefined {
  if (!parsed.has(text)) parsed.set(text, parseCidr(text));
  return parsed.get(text);
}

/** Whether an address lies in a block, both as text. */
export function isWithin(cidr: string, address: string): boolean {
  const block = blockOf(cidr);
  const number = parseAddress(address);
  return block !== undefined && number !== undefined && containsAddress(block, number);
}
