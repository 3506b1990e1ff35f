// What of the world is on the screen. Metres: x grows east, z grows north; pixels are CSS pixels from the top left corner.

export interface Box {
  minX: number;
  minZ: number;
  maxX: number;
  maxZ: number;
}

/** Pixels a metre. */
export const kMinScale = 0.004;
export const kMaxScale = 24;

export class Camera {
  /** The point in the middle of the screen, metres. */
  x = 0;
  z = 0;
  /** Pixels a metre. */
  scale = 1;
  width = 1;
  height = 1;
  /** Pixels of the screen's edges that panels cover: what is fitted or flown to is put beside them. */
  inset = { left: 0, top: 0, right: 0, bottom: 0 };

  screenX(x: number): number {
    return this.width / 2 + (x - this.x) * this.scale;
  }

  screenY(z: number): number {
    return this.height / 2 - (z - this.z) * this.scale;
  }

  worldX(px: number): number {
    return this.x + (px - this.width / 2) / this.scale;
  }

  worldZ(py: number): number {
    return this.z - (py - this.height / 2) / this.scale;
  }

  pan(dx: number, dy: number): void {
    this.x -= dx / this.scale;
    this.z += dy / this.scale;
    this.keepNear();
  }

  /** What is under the pixel stays there. */
  zoomAt(factor: number, px: number, py: number): void {
    const [x, z] = [this.worldX(px), this.worldZ(py)];
    this.scale = clampScale(this.scale * factor);
    this.x = x - (px - this.width / 2) / this.scale;
    this.z = z + (py - this.height / 2) / this.scale;
    this.keepNear();
  }

  /** The view that shows the point in the middle of what panels leave free. */
  centred(x: number, z: number, scale: number): View {
    const fine = clampScale(scale);
    const { left, right, top, bottom } = this.inset;
    return { x: x + (right - left) / 2 / fine, z: z + (top - bottom) / 2 / fine, scale: fine };
  }

  /** The view that shows the whole box, with air around, at most at `closest` pixels a metre. */
  fitted(box: Box, closest = 6): View {
    const { left, right, top, bottom } = this.inset;
    const wide = Math.max(80, this.width - left - right) * 0.88;
    const high = Math.max(80, this.height - top - bottom) * 0.88;
    const scale = Math.min(wide / Math.max(1, box.maxX - box.minX), high / Math.max(1, box.maxZ - box.minZ), closest);
    return this.centred((box.minX + box.maxX) / 2, (box.minZ + box.maxZ) / 2, scale);
  }

  show({ x, z, scale }: View): void {
    this.x = x;
    this.z = z;
    this.scale = clampScale(scale);
    this.keepNear();
  }

  private keepNear(): void {
    const edge = 10_000_000;
    this.x = Math.min(edge, Math.max(-edge, this.x));
    this.z = Math.min(edge, Math.max(-edge, this.z));
  }
}

export interface View {
  x: number;
  z: number;
  scale: number;
}

const clampScale = (scale: number): number => Math.min(kMaxScale, Math.max(kMinScale, scale));

/** A way from one view to another that rises and sinks as a bird does; `at` runs from 0 to 1. */
export function flight(from: View, to: View, width: number, at: number): View {
  const ease = at < 0.5 ? 4 * at ** 3 : 1 - (-2 * at + 2) ** 3 / 2;
  const far = Math.hypot(to.x - from.x, to.z - from.z);
  const between = Math.min(from.scale, to.scale, (0.6 * width) / Math.max(1, far));
  const [a, b, high] = [Math.log(from.scale), Math.log(to.scale), Math.log(between)];
  const direct = a + (b - a) * ease;
  const dip = Math.min(0, high - Math.min(a, b)) * Math.sin(Math.PI * at);
  return { x: from.x + (to.x - from.x) * ease, z: from.z + (to.z - from.z) * ease, scale: Math.exp(direct + dip) };
}

/** Metres between lines of a grid that are at least `pixels` apart: 1, 5, 10, 50, 100 … parcels of 16 m. */
export function gridStep(scale: number, pixels: number): number {
  let step = 16;
  for (let factor = 5; step * scale < pixels; factor = 7 - factor) step *= factor;
  return step;
}
