// Random numbers that come again with the same seed.

/** Numbers in [0, 1), the same sequence for the same seed (mulberry32). @param {number} seed a whole number */
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of the items. @template T @param {() => number} random @param {T[]} items @returns {T} */
export const oneOf = (random, items) => items[Math.floor(random() * items.length)];
