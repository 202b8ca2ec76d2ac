import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import type { Clock } from '../../clock/clock.ts';
import type { Json } from '../json.ts';
import { type Random, seeded, uuid } from '../random.ts';

/** Names bound in every expression beside JSONata's own. */
export type Functions = Readonly<Record<string, unknown>>;

/** The algorithms of $hash (source: Step Functions' page on JSONata functions), by their names in Node. */
const hashAlgorithms: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** $range makes at most a thousand numbers (source: Step Functions' page on JSONata functions). */
const longestRange = 1000;

const formatted = jsonata('$fromMillis($time, $picture, $timezone)');

/** The functions that Step Functions adds to JSONata, and those of JSONata that read the time or chance. $eval does not exist there. */
export function createFunctions(clock: Clock, random: Random): Functions {
  return {
    partition,
    range,
    hash,
    parse: (text: string) => JSON.parse(text) as Json,
    random: (seed?: number) => (seed === undefined ? random() : seeded(seed)),
    uuid: () => uuid(random),
    millis: () => clock.now(),
    now: (picture?: string, timezone?: string) =>
      formatted.evaluate(undefined, { time: clock.now(), picture, timezone }),
    eval: undefined,
  };
}

function partition(items: readonly Json[], size: number): Json[] {
  if (!(size >= 1)) throw new RangeError(`$partition needs a size of 1 or more, not ${size}`);
  const width = Math.floor(size);
  return Array.from({ length: Math.ceil(items.length / width) }, (_, part) =>
    items.slice(part * width, (part + 1) * width),
  );
}

function range(start: number, end: number, step: number): Json[] {
  if (step === 0) throw new RangeError('$range needs a step other than 0');
  const length = Math.max(0, Math.floor((end - start) / step) + 1);
  if (!(length <= longestRange)) throw new RangeError(`$range makes at most ${longestRange} numbers, not ${length}`);
  return collapsing(Array.from({ length }, (_, position) => start + position * step));
}

function hash(data: Json, algorithm: string): string {
  const name = hashAlgorithms[algorithm];
  if (name === undefined)
    throw new RangeError(`$hash knows ${Object.keys(hashAlgorithms).join(', ')}, not ${algorithm}`);
  return createHash(name)
    .update(typeof data === 'string' ? data : JSON.stringify(data))
    .digest('hex');
}

/** Marks a list as JSONata's own sequences are, which collapse to their only member. */
function collapsing(list: Json[]): Json[] {
  return Object.defineProperty(list, 'sequence', { value: true, enumerable: false });
}
