// Messages that come twice, because their sender and we sit in two rooms during a move.

const MOST = 512;
const MEMORY_MS = 5_000;

interface Heard {
  at: number;
  told: number;
  copies: Map<number, number>;
}

/** Tells a copy that came through another room from a message that was said again. Bounded in number and time. */
export class Twins {
  private readonly heard = new Map<string, Heard>();

  /** Whether this is new. `seat`: a number that no other room of the visitor has; `message`: sender and content. */
  isNew(now: number, seat: number, message: string): boolean {
    this.forget(now);
    let known = this.heard.get(message);
    if (!known) {
      known = { at: now, told: 0, copies: new Map() };
      this.heard.set(message, known);
    }
    const copies = (known.copies.get(seat) ?? 0) + 1;
    known.copies.set(seat, copies);
    if (copies <= known.told) return false;
    ++known.told;
    return true;
  }

  private forget(now: number): void {
    for (const [message, { at }] of this.heard) {
      if (now - at < MEMORY_MS && this.heard.size <= MOST) return;
      this.heard.delete(message);
    }
  }
}
