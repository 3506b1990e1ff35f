// The map's loop: camera, flights, what is chosen; draws when something moved and rests otherwise.
import type { World } from '../feed/world';
import { type Box, Camera, flight, type View } from './camera';
import { Hulls } from './hulls';
import { type Inks, Letters } from './letters';
import * as marks from './marks';
import { Pen } from './pen';
import { type Hit, kNothing, pick } from './pick';
import { type Look, Renderer } from './renderer';

export interface StageLook {
  look: Look;
  inks: Inks;
}

/** While only players move, which names are shown is decided at most so often, ms. */
const kNamesMs = 400;
const kFlightMs = 900;

export class Stage {
  readonly camera = new Camera();
  readonly hulls = new Hulls();
  selected: Hit = kNothing;
  hovered: Hit = kNothing;
  visitor: { x: number; z: number } | null = null;
  reach = { join: 0, leave: 0 };
  /** Flies at once, without a way. */
  calm = false;
  private renderer: Renderer | null = null;
  private style: StageLook | null = null;
  private letters: Letters | null = null;
  private readonly pen = new Pen();
  private names: number[] = [];
  private named = 0;
  private flying: { from: View; to: View; since: number } | null = null;
  private drawn = -1;
  private dirty = true;
  private moving = 0;
  private frame = 0;

  constructor(
    private readonly world: World,
    private readonly ground: HTMLCanvasElement,
  ) {
    ground.addEventListener('webglcontextlost', (event) => {
      event.preventDefault();
      this.renderer = null;
    });
    ground.addEventListener('webglcontextrestored', () => this.resize());
  }

  /** Whether the browser can draw the map at all. */
  start(): boolean {
    const usable = this.resize();
    const loop = () => {
      this.frame = requestAnimationFrame(loop);
      this.turn(performance.now());
    };
    this.frame = requestAnimationFrame(loop);
    return usable;
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
  }

  /** The screen or what covers it changed. Whether the browser can draw. */
  resize(inset = this.camera.inset): boolean {
    const { camera } = this;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    this.keepMiddle(inset);
    camera.width = Math.max(1, this.ground.clientWidth);
    camera.height = Math.max(1, this.ground.clientHeight);
    const [width, height] = [camera.width * ratio, camera.height * ratio].map(Math.round);
    if (this.ground.width !== width) this.ground.width = width;
    if (this.ground.height !== height) this.ground.height = height;
    const gl = this.ground.getContext('webgl2', { antialias: false, alpha: false, depth: false, stencil: false });
    if (gl && !gl.isContextLost()) this.renderer ??= new Renderer(gl);
    if (this.renderer) this.renderer.ratio = ratio;
    if (this.style) this.letters?.restyle(this.style.inks, ratio);
    this.drawn = -1;
    this.touch();
    this.turn(performance.now()); // a canvas of another size is empty: not even one frame should show it so
    return gl !== null;
  }

  /** What was in the middle of the free part of the map stays there. */
  private keepMiddle(inset: Camera['inset']): void {
    const { camera } = this;
    const shift = (now: Camera['inset']) => [(now.left - now.right) / 2, (now.top - now.bottom) / 2];
    const [[x, y], [beforeX, beforeY]] = [shift(inset), shift(camera.inset)];
    camera.inset = inset;
    camera.pan(x - beforeX, y - beforeY);
  }

  restyle(style: StageLook): void {
    this.style = style;
    this.letters ??= new Letters(style.inks);
    this.letters.restyle(style.inks, this.renderer?.ratio ?? 1);
    this.touch();
  }

  /** Something other than the world changed: draw. */
  touch(): void {
    this.dirty = true;
  }

  pan(dx: number, dy: number): void {
    this.flying = null;
    this.camera.pan(dx, dy);
    this.touch();
  }

  zoomAt(factor: number, px: number, py: number): void {
    this.flying = null;
    this.camera.zoomAt(factor, px, py);
    this.touch();
  }

  /** By a key or a button: around the middle of what is free. */
  zoom(factor: number): void {
    const { left, right, top, bottom } = this.camera.inset;
    const { width, height } = this.camera;
    this.zoomAt(factor, (width + left - right) / 2, (height + top - bottom) / 2);
  }

  fly(to: View): void {
    const { x, z, scale } = this.camera;
    if (this.calm) this.camera.show(to);
    else this.flying = { from: { x, z, scale }, to, since: performance.now() };
    this.touch();
  }

  /** Everybody, or nothing if there is nobody. */
  fit(atOnce = false): void {
    const box = boxOf(this.world);
    if (!box) return;
    const view = this.camera.fitted(box);
    if (!atOnce) return this.fly(view);
    this.flying = null;
    this.camera.show(view);
    this.touch();
  }

  at(px: number, py: number): Hit {
    return pick(this.world, this.hulls, this.camera, px, py, performance.now() / 1000);
  }

  private turn(ms: number): void {
    const now = ms / 1000;
    const { world } = this;
    if (this.flying) this.soar(ms);
    if (world.revision !== this.drawn) {
      this.hulls.update(world, now);
      this.renderer?.upload(world, this.hulls);
      this.drawn = world.revision;
      this.moving = now + world.glide;
      this.dirty = true;
    }
    if (this.dirty || now < this.moving) this.draw(now);
    this.dirty = false;
  }

  private soar(ms: number): void {
    const { from, to, since } = this.flying!;
    const at = Math.min(1, Math.max(0, (ms - since) / kFlightMs));
    this.camera.show(flight(from, to, this.camera.width, at));
    if (at === 1) this.flying = null;
    this.dirty = true;
  }

  private draw(now: number): void {
    const { camera, world, hulls, selected, hovered, letters, pen } = this;
    if (!this.style || !letters || !this.renderer) return;
    const { look } = this.style;
    if (this.dirty || (now - this.named) * 1000 > kNamesMs) {
      this.names = marks.chooseNames(camera, world, hulls, now);
      this.named = now;
    }
    pen.begin();
    letters.begin();
    marks.rulers(camera, letters);
    marks.names(this.names, camera, world, hulls, look, letters, now);
    const chosen = { selected: selected.player, hovered: hovered.player, visitor: this.visitor, ...this.reach };
    marks.people(camera, world, look, chosen, pen, letters, now);
    const emphasis = { selected: selected.island, hovered: hovered.island };
    this.renderer.draw({ camera, world, hulls, look, now }, emphasis, pen, letters);
  }
}

/** Around all players; null without any. */
function boxOf(world: World): Box | null {
  const box = { minX: Infinity, minZ: Infinity, maxX: -Infinity, maxZ: -Infinity };
  const hold = (x: number, z: number, margin: number) => {
    box.minX = Math.min(box.minX, x - margin);
    box.minZ = Math.min(box.minZ, z - margin);
    box.maxX = Math.max(box.maxX, x + margin);
    box.maxZ = Math.max(box.maxZ, z + margin);
  };
  for (let row = 0; row < world.count; row += 1) hold(world.targetX(row), world.targetZ(row), 12);
  return world.count > 0 ? box : null;
}
