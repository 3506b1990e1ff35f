// Smooth lines and circles as triangles, in pixels: their edges fade out over one.
import type { Rgb } from './colours';

/** Of a corner: x, y (CSS pixels), red, green, blue, alpha. */
export const kPenFloats = 6;
const kMost = 60_000;

export class Pen {
  readonly corners = new Float32Array(kMost);
  /** Floats in use. */
  length = 0;

  begin(): void {
    this.length = 0;
  }

  /** A circle's line; `dashes` of them, or 0 for a whole one. */
  ring(px: number, py: number, radius: number, width: number, colour: Rgb, alpha: number, dashes = 0): void {
    const steps = dashes > 0 ? dashes * 4 : Math.min(180, Math.max(24, Math.ceil(radius * 1.2)));
    const [inner, middle, outer] = [radius - width / 2 - 0.5, radius, radius + width / 2 + 0.5];
    for (let i = 0; i < steps; i += 1) {
      if (dashes > 0 && i % 4 > 1) continue;
      const [from, to] = [(i / steps) * 2 * Math.PI, ((i + 1) / steps) * 2 * Math.PI];
      this.band(px, py, from, to, inner, middle, colour, 0, alpha * Math.min(1.5, width));
      this.band(px, py, from, to, middle, outer, colour, alpha * Math.min(1.5, width), 0);
    }
  }

  disc(px: number, py: number, radius: number, colour: Rgb): void {
    for (let i = 0; i < 24; i += 1) {
      const [from, to] = [(i / 24) * 2 * Math.PI, ((i + 1) / 24) * 2 * Math.PI];
      this.band(px, py, from, to, 0, radius - 0.5, colour, 1, 1);
      this.band(px, py, from, to, radius - 0.5, radius + 0.5, colour, 1, 0);
    }
  }

  /** A piece of a ring between two angles, from one radius and alpha to others. */
  private band(
    px: number,
    py: number,
    from: number,
    to: number,
    near: number,
    far: number,
    colour: Rgb,
    nearAlpha: number,
    farAlpha: number,
  ): void {
    if (this.length + 6 * kPenFloats > kMost) return;
    for (const [angle, radius, alpha] of [
      [from, near, nearAlpha],
      [from, far, farAlpha],
      [to, far, farAlpha],
      [to, far, farAlpha],
      [to, near, nearAlpha],
      [from, near, nearAlpha],
    ] as const) {
      const x = px + radius * Math.cos(angle);
      const y = py + radius * Math.sin(angle);
      this.corners.set([x, y, colour[0], colour[1], colour[2], Math.min(1, alpha)], this.length);
      this.length += kPenFloats;
    }
  }
}
