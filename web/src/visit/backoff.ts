// How long to wait before coming back: half to all of a pause that doubles, at random, so that a crowd does not return at once.

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

export class Backoff {
  private failures = 0;

  constructor(private readonly random: () => number = Math.random) {}

  /** Milliseconds. */
  next(): number {
    const pause = Math.min(FIRST_MS * 2 ** this.failures++, LONGEST_MS);
    return Math.round(pause * (0.5 + this.random() / 2));
  }

  reset(): void {
    this.failures = 0;
  }
}
