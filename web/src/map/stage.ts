// The map's loop: camera, flights, what is chosen; draws when something moved and rests otherwise.
import type { World } from '../feed/world';
import { type Box, Camera, flight, type View } from './camera';
import { Hulls } from './hulls';
import { type Inks, Overlay } from './overlay';
import { type Hit, kNothing, pick } from './pick';
import { type Look, Renderer } from './renderer';

export interface StageLook {
  look: Look;
  inks: Inks;
}

/** Over the map is written at most so often while only players move, ms. */
const kOverlayMs = 120;
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
  private overlay: Overlay | null = null;
  private style: StageLook | null = null;
  private flying: { from: View; to: View; since: number } | null = null;
  private drawn = -1;
  private written = 0;
  private dirty = true;
  private moving = 0;
  private frame = 0;

  constructor(
    private readonly world: World,
    private readonly ground: HTMLCanvasElement,
    private readonly paper: HTMLCanvasElement,
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

  resize(): boolean {
    const { camera } = this;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    camera.width = Math.max(1, this.ground.clientWidth);
    camera.height = Math.max(1, this.ground.clientHeight);
    for (const canvas of [this.ground, this.paper]) {
      canvas.width = Math.round(camera.width * ratio);
      canvas.height = Math.round(camera.height * ratio);
    }
    const gl = this.ground.getContext('webgl2', { antialias: false, alpha: true, powerPreference: 'low-power' });
    const context = this.paper.getContext('2d');
    if (gl && !gl.isContextLost()) this.renderer ??= new Renderer(gl);
    if (this.renderer) this.renderer.ratio = ratio;
    this.overlay = context && new Overlay(context, ratio);
    this.drawn = -1;
    this.touch();
    return gl !== null;
  }

  restyle(style: StageLook): void {
    this.style = style;
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
    const write = this.dirty || (now < this.moving && ms - this.written > kOverlayMs);
    if ((this.dirty || now < this.moving) && this.style) this.draw(now, write);
    if (write) this.written = ms;
    this.dirty = false;
  }

  private soar(ms: number): void {
    const { from, to, since } = this.flying!;
    const at = Math.min(1, Math.max(0, (ms - since) / kFlightMs));
    this.camera.show(flight(from, to, this.camera.width, at));
    if (at === 1) this.flying = null;
    this.dirty = true;
  }

  private draw(now: number, write: boolean): void {
    const { camera, world, hulls, selected, hovered } = this;
    const { look } = this.style!;
    const emphasis = { selected: selected.island, hovered: hovered.island };
    this.renderer?.draw(camera, world, hulls, look, emphasis, now);
    if (!write) return;
    const marks = { selected: selected.player, hovered: hovered.player, visitor: this.visitor, ...this.reach };
    this.overlay?.draw(camera, world, hulls, this.style!, marks, now);
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
