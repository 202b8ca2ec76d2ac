import { type DnsAnswer, typeA } from './dnsMessage.ts';

/** What a VPC's names mean: exact ones, and `*.domain` for everything below a domain. */
export class Resolver {
  #names: ReadonlyMap<string, readonly string[]> = new Map();
  #turn = 0;

  configure(names: Readonly<Record<string, readonly string[]>>): void {
    this.#names = new Map(Object.entries(names).map(([name, addresses]) => [name.toLowerCase(), addresses]));
  }

  /** The answer to a question for a name. Several addresses take turns in being the first. */
  answer(name: string, type: number): DnsAnswer {
    const addresses = this.#find(name);
    if (addresses === undefined || type !== typeA) return addresses && [];
    this.#turn += 1;
    const first = this.#turn % Math.max(1, addresses.length);
    return [...addresses.slice(first), ...addresses.slice(0, first)];
  }

  #find(name: string): readonly string[] | undefined {
    const exact = this.#names.get(name);
    if (exact) return exact;
    const labels = name.split('.');
    for (let index = 1; index < labels.length; index += 1) {
      const found = this.#names.get(`*.${labels.slice(index).join('.')}`);
      if (found) return found;
    }
    return undefined;
  }
}
