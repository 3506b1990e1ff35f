// What is written and drawn over the map: parcels along the edges, islands' names, rings around chosen players, the visitor.
import type { World } from '../feed/world';
import { shortId } from '../shell/format';
import { type Camera, gridStep } from './camera';
import { css, type Rgb } from './colours';
import { type Hulls, kMargin } from './hulls';
import type { Letters } from './letters';
import type { Pen } from './pen';
import { dotSize, type Look } from './renderer';

export interface Marks {
  /** Numbers of players; 0: none. */
  selected: number;
  hovered: number;
  visitor: { x: number; z: number } | null;
  /** Metres within which players come together, and beyond which they part. */
  join: number;
  leave: number;
}

const kLabels = 48;

/** Numbers of parcels, below and at the left. */
export function rulers(camera: Camera, letters: Letters): void {
  const { inset } = camera;
  const step = gridStep(camera.scale, 64);
  const low = camera.height - inset.bottom;
  const first = Math.ceil(camera.worldX(inset.left + 36) / step) * step;
  for (let x = first; camera.screenX(x) < camera.width - inset.right - 16; x += step)
    letters.plain(String(Math.round(x / 16)), camera.screenX(x), low - 9);
  const lowest = Math.ceil(camera.worldZ(low - 22) / step) * step;
  for (let z = lowest; camera.screenY(z) > inset.top + 12; z += step)
    letters.plain(String(Math.round(z / 16)), inset.left + 7, camera.screenY(z), true);
}

/** Islands whose names are shown: the largest on the screen, where they do not lie over one another. */
export function chooseNames(camera: Camera, world: World, hulls: Hulls, now: number): number[] {
  const seen: { index: number; px: number; py: number; players: number }[] = [];
  for (const [index, number] of hulls.ids.entries()) {
    const island = world.islands.get(number);
    if (!island || (island.radius + kMargin) * camera.scale < 16) continue;
    const px = camera.screenX(hulls.topX(index, now, world.glide));
    const py = camera.screenY(hulls.topZ(index, now, world.glide));
    if (px > 0 && px < camera.width && py > 0 && py < camera.height) seen.push({ index, px, py, players: island.players });
  }
  seen.sort((a, b) => b.players - a.players || a.index - b.index);
  const chosen: typeof seen = [];
  for (const one of seen) {
    if (chosen.length === kLabels) break;
    if (chosen.every(({ px, py }) => Math.abs(px - one.px) > 84 || Math.abs(py - one.py) > 21)) chosen.push(one);
  }
  return chosen.map(({ index }) => hulls.ids[index]);
}

/** Names at the tops of their outlines. */
export function names(
  chosen: number[],
  camera: Camera,
  world: World,
  hulls: Hulls,
  look: Look,
  letters: Letters,
  now: number,
): void {
  for (const number of chosen) {
    const island = world.islands.get(number);
    const index = hulls.indexOf(number);
    if (!island || index < 0) continue;
    const px = camera.screenX(hulls.topX(index, now, world.glide));
    const py = camera.screenY(hulls.topZ(index, now, world.glide));
    letters.pill(`${shortId(island.id)}  ${island.players}`, css(look.palette[island.colour]), px, py);
  }
}

/** Rings around the chosen player and the one under the pointer, and the visitor. */
export function people(camera: Camera, world: World, look: Look, marks: Marks, pen: Pen, letters: Letters, now: number): void {
  for (const number of new Set([marks.hovered, marks.selected])) {
    const row = world.rowOf(number);
    if (row < 0) continue;
    const [px, py] = [camera.screenX(world.xAt(row, now)), camera.screenY(world.zAt(row, now))];
    const isSelected = number === marks.selected;
    if (isSelected) reach(camera, look.accent, marks, px, py, pen);
    pen.ring(px, py, dotSize(camera.scale) / 2 + 4, 2, isSelected ? look.accent : look.text, 1);
  }
  if (!marks.visitor) return;
  const [px, py] = [camera.screenX(marks.visitor.x), camera.screenY(marks.visitor.z)];
  reach(camera, look.accent, marks, px, py, pen);
  pen.disc(px, py, 8.5, look.ground);
  pen.disc(px, py, 7, look.text);
  pen.disc(px, py, 4.5, look.accent);
  letters.pill('you', css(look.accent), px, py - 20);
}

/** How far players come together, and stay so. */
function reach(camera: Camera, colour: Rgb, { join, leave }: Marks, px: number, py: number, pen: Pen): void {
  const most = 4 * Math.max(camera.width, camera.height);
  if (join > 0 && join * camera.scale < most) pen.ring(px, py, join * camera.scale, 1.2, colour, 0.6);
  if (leave > 0 && leave * camera.scale < most) pen.ring(px, py, leave * camera.scale, 1.2, colour, 0.45, 60);
}
