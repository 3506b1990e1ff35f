// What is written over the map: parcels along the edges, islands' names, rings around chosen players, the visitor.
import type { Island, World } from '../feed/world';
import { shortId } from '../shell/format';
import { type Camera, gridStep } from './camera';
import { css } from './colours';
import { type Hulls, kMargin } from './hulls';
import { dotSize, type Look } from './renderer';
import type { StageLook } from './stage';

export interface Marks {
  /** Numbers of players; 0: none. */
  selected: number;
  hovered: number;
  visitor: { x: number; z: number } | null;
  /** Metres within which players come together, and beyond which they part. */
  join: number;
  leave: number;
}

export interface Inks {
  text: string;
  muted: string;
  halo: string;
  accent: string;
  font: string;
}

const kLabels = 48;

interface Label {
  px: number;
  py: number;
  island: Island;
}

export class Overlay {
  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly ratio: number,
  ) {}

  draw(camera: Camera, world: World, hulls: Hulls, { look, inks }: StageLook, marks: Marks, now: number): void {
    const { context } = this;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, camera.width, camera.height);
    this.rulers(camera, inks);
    this.islands(camera, world, hulls, look, inks, now);
    for (const number of new Set([marks.hovered, marks.selected])) {
      const row = world.rowOf(number);
      if (row < 0) continue;
      const [x, z] = [world.xAt(row, now), world.zAt(row, now)];
      if (number === marks.selected) this.reach(camera, inks, marks, x, z);
      this.ring(camera, number === marks.selected ? inks.accent : inks.text, x, z);
    }
    if (marks.visitor) this.visitor(camera, inks, marks, marks.visitor);
  }

  /** Numbers of parcels, below and at the left. */
  private rulers(camera: Camera, inks: Inks): void {
    const { context } = this;
    const { inset } = camera;
    const step = gridStep(camera.scale, 64);
    context.font = `10px ${inks.font}`;
    context.fillStyle = inks.muted;
    context.textBaseline = 'middle';
    context.textAlign = 'center';
    for (let x = Math.ceil(camera.worldX(inset.left + 36) / step) * step; ; x += step) {
      const px = camera.screenX(x);
      if (px > camera.width - inset.right - 16) break;
      context.fillText(String(x / 16), px, camera.height - inset.bottom - 9);
    }
    context.textAlign = 'left';
    for (let z = Math.ceil(camera.worldZ(camera.height - inset.bottom - 22) / step) * step; ; z += step) {
      const py = camera.screenY(z);
      if (py < inset.top + 12) break;
      context.fillText(String(z / 16), inset.left + 7, py);
    }
  }

  /** Names of the largest islands on the screen at the tops of their outlines, where they do not lie over one another. */
  private islands(camera: Camera, world: World, hulls: Hulls, look: Look, inks: Inks, now: number): void {
    const visible: Label[] = [];
    for (const [index, number] of hulls.ids.entries()) {
      const island = world.islands.get(number);
      if (!island || (island.radius + kMargin) * camera.scale < 16) continue;
      const px = camera.screenX(hulls.topX(index, now, world.glide));
      const py = camera.screenY(hulls.topZ(index, now, world.glide)) - 1;
      if (px > 0 && px < camera.width && py > 0 && py < camera.height) visible.push({ px, py, island });
    }
    visible.sort((a, b) => b.island.players - a.island.players || a.island.number - b.island.number);
    const taken: Label[] = [];
    this.context.font = `600 11px ${inks.font}`;
    for (const label of visible.slice(0, kLabels)) {
      if (taken.some(({ px, py }) => Math.abs(px - label.px) < 80 && Math.abs(py - label.py) < 20)) continue;
      taken.push(label);
      this.label(label, css(look.palette[label.island.colour]), inks);
    }
  }

  private label({ px, py, island }: Label, colour: string, inks: Inks): void {
    const { context } = this;
    const text = `${shortId(island.id)}  ${island.players}`;
    const wide = context.measureText(text).width + 14;
    context.beginPath();
    context.roundRect(Math.round(px - wide / 2) + 0.5, Math.round(py) - 8.5, Math.round(wide), 17, 8.5);
    context.fillStyle = inks.halo;
    context.globalAlpha = 0.86;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.stroke();
    context.fillStyle = inks.text;
    context.textAlign = 'center';
    context.fillText(text, px, Math.round(py) + 0.5);
  }

  private ring(camera: Camera, colour: string, x: number, z: number): void {
    const { context } = this;
    context.beginPath();
    context.arc(camera.screenX(x), camera.screenY(z), dotSize(camera.scale) / 2 + 4, 0, 2 * Math.PI);
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.stroke();
  }

  /** How far players come together, and stay so. */
  private reach(camera: Camera, inks: Inks, { join, leave }: Marks, x: number, z: number): void {
    const { context } = this;
    context.strokeStyle = inks.accent;
    context.lineWidth = 1;
    for (const [metres, dash, alpha] of [
      [join, [], 0.55],
      [leave, [3, 5], 0.4],
    ] as const) {
      if (metres <= 0) continue;
      context.globalAlpha = alpha;
      context.setLineDash([...dash]);
      context.beginPath();
      context.arc(camera.screenX(x), camera.screenY(z), metres * camera.scale, 0, 2 * Math.PI);
      context.stroke();
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
  }

  private visitor(camera: Camera, inks: Inks, marks: Marks, { x, z }: { x: number; z: number }): void {
    const { context } = this;
    this.reach(camera, inks, marks, x, z);
    const [px, py] = [camera.screenX(x), camera.screenY(z)];
    context.beginPath();
    context.arc(px, py, 6, 0, 2 * Math.PI);
    context.fillStyle = inks.accent;
    context.fill();
    context.lineWidth = 2.5;
    context.strokeStyle = inks.text;
    context.stroke();
    context.font = `600 12px ${inks.font}`;
    context.textAlign = 'center';
    context.lineWidth = 3;
    context.strokeStyle = inks.halo;
    context.strokeText('you', px, py - 16);
    context.fillStyle = inks.text;
    context.fillText('you', px, py - 16);
  }
}
