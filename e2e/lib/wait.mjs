// Waiting with deadlines: nothing in these tests sleeps for a guessed time.

/** How long anything may take before its test fails, in milliseconds. */
export const PATIENCE_MS = 30_000;

/**
 * The promise's value, or an error that says what did not happen.
 * @template T
 * @param {Promise<T>} promise
 * @param {string} what what is awaited, for the error text
 * @param {number} [ms]
 * @returns {Promise<T>}
 */
export function within(promise, what, ms = PATIENCE_MS) {
  let timer;
  const deadline = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms: ${what}`)), ms);
  });
  return Promise.race([promise, deadline]).finally(() => clearTimeout(timer));
}

/**
 * Asks again and again until the answer is truthy, and returns it. For conditions that can only be polled (HTTP).
 * @template T
 * @param {() => Promise<T> | T} ask
 * @param {string} what
 * @param {{ms?: number, every?: number}} [pace] how long, and how often, in milliseconds
 * @returns {Promise<T>}
 */
export async function until(ask, what, { ms = PATIENCE_MS, every = 15 } = {}) {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

/** Things that arrived, and those who wait for them. */
export class Inbox {
  /** Everything that arrived and was not taken yet, oldest first. */
  waiting = [];
  #takers = new Set();
  #ended = null;

  push(item) {
    for (const taker of this.#takers) {
      if (!taker.matches(item)) continue;
      this.#takers.delete(taker);
      taker.resolve(item);
      return;
    }
    this.waiting.push(item);
  }

  /** Nothing more will come: who waits, now or later, is told so. */
  end(why) {
    this.#ended = new Error(why);
    for (const taker of this.#takers) taker.reject(this.#ended);
  }

  /**
   * Removes and returns the first item that matches; waits for it if there is none yet.
   * @param {string} what for the error text
   * @param {(item: any) => boolean} [matches]
   * @param {number} [ms]
   */
  async take(what, matches = () => true, ms = PATIENCE_MS) {
    const index = this.waiting.findIndex(matches);
    if (index >= 0) return this.waiting.splice(index, 1)[0];
    if (this.#ended) throw this.#ended;
    const taker = { matches };
    const arrival = new Promise((resolve, reject) => Object.assign(taker, { resolve, reject }));
    this.#takers.add(taker);
    return within(arrival, what, ms).finally(() => this.#takers.delete(taker));
  }
}
