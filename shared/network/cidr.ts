/** A range of IPv4 addresses: its first address as a number, and how many leading bits are fixed. */
export interface Cidr {
  readonly first: number;
  readonly prefix: number;
}

/** Without leading zeros: C libraries read them as octal, Go (from 1.17) and so Kubernetes' networks refuse them. */
const NUMBER = '(0|[1-9]\\d{0,2})';
const ADDRESS = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}\\.${NUMBER}$`);
const PREFIX = /^(0|[1-9]\d?)$/;

/** Reads `10.0.0.0/16`. Undefined where it is no range, or where bits are set beyond the prefix. */
export function parseCidr(text: string): Cidr | undefined {
  const [addressText = '', prefixText = '', ...rest] = text.split('/');
  const first = parseAddress(addressText);
  if (first === undefined || rest.length > 0 || !PREFIX.test(prefixText)) return undefined;
  const prefix = Number(prefixText);
  if (prefix > 32 || first % addressCount({ first, prefix }) !== 0) return undefined;
  return { first, prefix };
}

/** Reads a range that was checked before. */
export function cidrOf(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new RangeError(`"${text}" is not an IPv4 range such as 10.0.0.0/16`);
  return cidr;
}

/** Reads `10.0.0.1` as a number. */
export function parseAddress(text: string): number | undefined {
  const octets = ADDRESS.exec(text)?.slice(1).map(Number);
  if (octets === undefined || octets.some((octet) => octet > 255)) return undefined;
  return octets.reduce((address, octet) => address * 256 + octet, 0);
}

/** `10.0.0.1` */
export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');
}

/** `10.0.0.0/16` */
export const formatCidr = (cidr: Cidr): string => `${formatAddress(cidr.first)}/${cidr.prefix}`;

/** How many addresses the range has, reserved ones included. */
export const addressCount = (cidr: Cidr): number => 2 ** (32 - cidr.prefix);

/** Whether the two ranges share an address. */
export function overlaps(one: Cidr, other: Cidr): boolean {
  return one.first < other.first + addressCount(other) && other.first < one.first + addressCount(one);
}

/** Whether every address of `inner` lies in `outer`. */
export function contains(outer: Cidr, inner: Cidr): boolean {
  return outer.first <= inner.first && inner.first + addressCount(inner) <= outer.first + addressCount(outer);
}

/** The block of the given prefix at `index` within the range. */
export function blockOf(range: Cidr, prefix: number, index: number): Cidr {
  const block = { first: range.first + index * 2 ** (32 - prefix), prefix };
  if (prefix > 32 || !contains(range, block))
    throw new RangeError(`${formatCidr(range)} has no /${prefix} number ${index}`);
  return block;
}

/** The address at `offset` within the range. */
export function addressAt(range: Cidr, offset: number): string {
  if (offset < 0 || offset >= addressCount(range))
    throw new RangeError(`${formatCidr(range)} has no address number ${offset}`);
  return formatAddress(range.first + offset);
}
