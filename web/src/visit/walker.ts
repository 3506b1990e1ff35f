// Where the visitor stands and goes. No clock: time is handed in.

export interface Place {
  x: number;
  z: number;
}

/** Metres; farther out nothing is told to anybody. */
export const WORLD = 100_000;

const WALK = 8; // m/s
const HURRY_SECONDS = 4; // even the far end of the map is reached in about this time

/** A place within the world, or null when it is none. */
export function place(x: number, z: number): Place | null {
  return Math.abs(x) <= WORLD && Math.abs(z) <= WORLD ? { x, z } : null;
}

export const distance = (a: Place, b: Place): number => Math.hypot(a.x - b.x, a.z - b.z);

/** The parcel of a place: 16 m each way. */
export const parcel = ({ x, z }: Place): string => `${Math.floor(x / 16)},${Math.floor(z / 16)}`;

export class Walker {
  /** Radians from north (+z) to the east (+x). */
  heading = 0;
  /** Metres a second, of the last step. */
  speed = 0;
  goal: Place | null = null;
  private pace = WALK;
  private push: Place = { x: 0, z: 0 };

  constructor(public at: Place) {}

  get moving(): boolean {
    return this.goal !== null || this.push.x !== 0 || this.push.z !== 0;
  }

  /** Goes there in a straight line; false when that is no place. */
  walkTo(x: number, z: number): boolean {
    const goal = place(x, z);
    if (!goal) return false;
    this.goal = goal;
    this.pace = Math.max(WALK, distance(this.at, goal) / HURRY_SECONDS);
    return true;
  }

  /** Is there at once; false when that is no place. */
  teleport(x: number, z: number): boolean {
    const there = place(x, z);
    if (!there) return false;
    this.at = there;
    this.goal = null;
    this.speed = 0;
    return true;
  }

  /** Which way the keys push, each -1 to 1; a push ends the way to a goal. */
  steer(x: number, z: number, hurry = false): void {
    this.push = { x, z };
    if (x === 0 && z === 0) return;
    this.goal = null;
    this.pace = hurry ? WALK * 4 : WALK;
  }

  /** Walks on for so many seconds. Whether the place changed. */
  advance(seconds: number): boolean {
    const way = this.goal ? { x: this.goal.x - this.at.x, z: this.goal.z - this.at.z } : this.push;
    const length = Math.hypot(way.x, way.z);
    if (length === 0 || seconds <= 0) {
      this.goal = null;
      this.speed = 0;
      return false;
    }
    const step = this.pace * seconds;
    this.heading = Math.atan2(way.x, way.z);
    this.speed = this.pace;
    if (this.goal && length <= step) {
      this.at = this.goal;
      this.goal = null;
      return true;
    }
    const next = place(this.at.x + (way.x / length) * step, this.at.z + (way.z / length) * step);
    if (next) this.at = next;
    return next !== null;
  }
}
