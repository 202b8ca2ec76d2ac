/** Seeded chance: the same seed gives the same world. Never for key material. */
export interface Random {
  /** At least 0 and below 1. */
  next(): number;
  /** Lower-case hexadecimal digits. */
  hex(length: number): string;
  /** The position in the sequence, so that a world read from disk continues instead of repeating ids. */
  state(): number;
}

const hexadecimal = '0123456789abcdef';

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, enough for ids and jitter. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    hex(length) {
      let digits = '';
      while (digits.length < length) digits += hexadecimal[Math.floor(next() * 16)];
      return digits;
    },
    state: () => state,
  };
}
