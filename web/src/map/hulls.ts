// Outlines of islands: in each of kSides directions the member that stands farthest, and a little more.
// Such outlines all have the same number of corners, so that the graphics card can move one into the next; and as
// members walk straight from one update to the next, the outline in between still holds them all.
import { kDotFloats, type World } from '../feed/world';
import { kNoColour } from './colours';

export const kSides = 24;
const kNorth = kSides / 4;
/** From a member to the line, metres. */
export const kMargin = 9;
/** Floats of a corner: from (x, z), to (x, z), when it began to move (s), colour, direction, 0 inner or 1 outer edge. */
export const kCornerFloats = 8;
/** Each corner is there twice: the line between them is drawn as wide as the zoom wants it. */
export const kCorners = kSides * 2;

const [cosines, sines] = [Math.cos, Math.sin].map((f) =>
  Float64Array.from({ length: kSides }, (_, k) => f((k / kSides) * 2 * Math.PI)),
);

interface Outline {
  /** x, z of each corner. */
  from: Float32Array;
  to: Float32Array;
  started: number;
  seen: number;
}

export class Hulls {
  /** Corners, island after island; `ids` are the numbers of those islands. */
  corners = new Float32Array(0);
  ids: number[] = [];
  private readonly outlines = new Map<number, Outline>();
  private places = new Map<number, number>();
  private reach = new Float64Array(0);
  private round = 0;

  /** Outlines of all islands with company, as the world stands; they move there from where they are at `now`. */
  update(world: World, now: number): void {
    this.round += 1;
    this.ids = [...world.islands.values()].filter(({ colour }) => colour !== kNoColour).map(({ number }) => number);
    this.measure(world);
    for (const [index, number] of this.ids.entries()) this.turn(number, index, now, world.glide);
    for (const [number, { seen }] of this.outlines) if (seen !== this.round) this.outlines.delete(number);
    this.lay(world);
  }

  /** Where in `ids` the island is; -1: it has no outline. */
  indexOf(number: number): number {
    return this.places.get(number) ?? -1;
  }

  /** Whether the point is within the outline at `index` of `ids`, at `now`. */
  holds(index: number, x: number, z: number, now: number, glide: number): boolean {
    const outline = this.outlines.get(this.ids[index]);
    if (!outline) return false;
    const share = progress(outline.started, now, glide);
    for (let k = 0; k < kSides; k += 1) {
      const cornerX = outline.from[2 * k] + (outline.to[2 * k] - outline.from[2 * k]) * share;
      const cornerZ = outline.from[2 * k + 1] + (outline.to[2 * k + 1] - outline.from[2 * k + 1]) * share;
      if ((x - cornerX) * cosines[k] + (z - cornerZ) * sines[k] > 0) return false;
    }
    return true;
  }

  /** The northernmost corner of the outline at `index`, at `now`. */
  topX(index: number, now: number, glide: number): number {
    return this.corner(index, 2 * kNorth, now, glide);
  }

  topZ(index: number, now: number, glide: number): number {
    return this.corner(index, 2 * kNorth + 1, now, glide);
  }

  private corner(index: number, at: number, now: number, glide: number): number {
    const outline = this.outlines.get(this.ids[index]);
    if (!outline) return 0;
    return outline.from[at] + (outline.to[at] - outline.from[at]) * progress(outline.started, now, glide);
  }

  /** For each island and direction: how far its members reach, and where the farthest stands. */
  private measure(world: World): void {
    const width = kSides * 3;
    if (this.reach.length < this.ids.length * width) this.reach = new Float64Array(this.ids.length * width * 2);
    this.reach.fill(-Infinity, 0, this.ids.length * width);
    const index = new Map(this.ids.map((number, i) => [number, i]));
    for (let row = 0; row < world.count; row += 1) {
      const island = index.get(world.homes[row]);
      if (island === undefined) continue;
      const x = world.dots[row * kDotFloats + 2];
      const z = world.dots[row * kDotFloats + 3];
      for (let k = 0, at = island * width; k < kSides; k += 1, at += 3) {
        const far = x * cosines[k] + z * sines[k];
        if (far <= this.reach[at]) continue;
        this.reach[at] = far;
        this.reach[at + 1] = x;
        this.reach[at + 2] = z;
      }
    }
  }

  /** The outline sets out from where it is now to what was measured. */
  private turn(number: number, index: number, now: number, glide: number): void {
    const start = index * kSides * 3;
    if (this.reach[start] === -Infinity) return; // told, but nobody is there yet
    let outline = this.outlines.get(number);
    const isNew = !outline;
    outline ??= { from: new Float32Array(2 * kSides), to: new Float32Array(2 * kSides), started: now, seen: 0 };
    const share = progress(outline.started, now, glide);
    for (let i = 0; i < 2 * kSides; i += 1) {
      const direction = i % 2 === 0 ? cosines[i >> 1] : sines[i >> 1];
      const aim = this.reach[start + (i >> 1) * 3 + 1 + (i % 2)] + kMargin * direction;
      outline.from[i] = isNew ? aim : outline.from[i] + (outline.to[i] - outline.from[i]) * share;
      outline.to[i] = aim;
    }
    outline.started = now;
    outline.seen = this.round;
    this.outlines.set(number, outline);
  }

  private lay(world: World): void {
    this.ids = this.ids.filter((number) => this.outlines.has(number));
    this.places = new Map(this.ids.map((number, i) => [number, i]));
    const floats = this.ids.length * kCorners * kCornerFloats;
    if (this.corners.length < floats) this.corners = new Float32Array(floats * 2);
    let at = 0;
    for (const number of this.ids) {
      const { from, to, started } = this.outlines.get(number)!;
      const colour = world.islands.get(number)!.colour;
      for (let i = 0; i < kCorners; i += 1) {
        const k = i >> 1;
        this.corners.set([from[2 * k], from[2 * k + 1], to[2 * k], to[2 * k + 1], started, colour, k, i & 1], at);
        at += kCornerFloats;
      }
    }
  }
}

function progress(started: number, now: number, glide: number): number {
  return glide > 0 ? Math.min(1, Math.max(0, (now - started) / glide)) : 1;
}

/** Triangles of one outline's filling, then of its line, as indices into its corners. */
export function outlineIndices(): { fill: number[]; line: number[] } {
  const fill: number[] = [];
  const line: number[] = [];
  for (let k = 0; k < kSides; k += 1) {
    const next = (k + 1) % kSides;
    if (k > 0 && next > 0) fill.push(0, 2 * k, 2 * next);
    line.push(2 * k, 2 * k + 1, 2 * next, 2 * next, 2 * k + 1, 2 * next + 1);
  }
  return { fill, line };
}
