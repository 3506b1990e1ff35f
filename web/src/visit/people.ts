// Who is near: the people of the room, and where each said last to stand.
import { distance, type Place } from './walker';

export interface Person {
  address: string;
  at: Place | null;
  /** Metres; null while it is not known where they stand. */
  distance: number | null;
}

const MOST = 8_192; // places that are remembered

export class People {
  private readonly members = new Set<string>();
  private readonly places = new Map<string, Place>();

  join(address: string): void {
    this.members.add(address);
  }

  leave(address: string): void {
    this.members.delete(address);
    this.places.delete(address);
  }

  stands(address: string, at: Place): void {
    if (this.places.has(address) || this.places.size < MOST) this.places.set(address, at);
  }

  clear(): void {
    this.members.clear();
    this.places.clear();
  }

  get count(): number {
    return this.members.size;
  }

  /** The nearest first; whose place is not known, last. */
  near(to: Place): Person[] {
    const all = Array.from(this.members, (address): Person => {
      const at = this.places.get(address) ?? null;
      return { address, at, distance: at && distance(at, to) };
    });
    return all.sort((a, b) => (a.distance ?? Infinity) - (b.distance ?? Infinity) || (a.address < b.address ? -1 : 1));
  }
}
