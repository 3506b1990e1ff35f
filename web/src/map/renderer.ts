// Draws the world with WebGL 2: grid, outlines of islands, players, what is written over them. One draw call for each.
import { kDotFloats, type World } from '../feed/world';
import { type Camera, gridStep } from './camera';
import type { Rgb } from './colours';
import { type Hulls, kCornerFloats, kCorners, kSides, outlineIndices } from './hulls';
import { kCell, type Letters } from './letters';
import { kPenFloats, type Pen } from './pen';
import { Picture, Program, Store, vertexArray } from './program';
import * as shaders from './shaders';

export interface Look {
  /** kColours colours and the grey. */
  palette: Rgb[];
  ground: Rgb;
  ink: Rgb;
  text: Rgb;
  accent: Rgb;
  /** Of the grid's lines, filling and line of an island. */
  alphas: { grid: number; fill: number; line: number };
}

/** Numbers of islands; 0: none. */
export interface Emphasis {
  selected: number;
  hovered: number;
}

/** What is drawn in one frame, and when: s of the clock that the world uses. */
export interface Scene {
  camera: Camera;
  world: World;
  hulls: Hulls;
  look: Look;
  now: number;
}

const kFloat = 4;

export class Renderer {
  /** Device pixels a CSS pixel. */
  ratio = 1;
  private readonly dots: Program;
  private readonly outlines: Program;
  private readonly strokes: Program;
  private readonly words: Program;
  private readonly picture: Picture;
  private readonly stores: Record<'dots' | 'homes' | 'corners' | 'indices' | 'lines' | 'pen' | 'words', Store>;
  private readonly arrays: Record<'dots' | 'corners' | 'lines' | 'pen' | 'words', WebGLVertexArrayObject>;
  private indexed = 0;
  private players = 0;
  private gridCorners = 0;
  private gridOf = '';

  constructor(private readonly gl: WebGL2RenderingContext) {
    const { dots, outlines, strokes, words } = shaders;
    [this.dots, this.outlines, this.strokes, this.words] = [dots, outlines, strokes, words].map((s) => new Program(gl, s));
    this.picture = new Picture(gl);
    const store = () => new Store(gl);
    const indices = new Store(gl, gl.ELEMENT_ARRAY_BUFFER);
    this.stores = { dots: store(), homes: store(), corners: store(), indices, lines: store(), pen: store(), words: store() };
    const s = this.stores;
    const stroke = (from: Store) => vertexArray(gl, [from, 2, kPenFloats, 0], [from, 4, kPenFloats, 2]);
    this.arrays = {
      dots: vertexArray(gl, [s.dots, 4, kDotFloats, 0], [s.dots, 2, kDotFloats, 4], [s.homes, 0, 1, 0]),
      corners: vertexArray(gl, [s.corners, 4, kCornerFloats, 0], [s.corners, 4, kCornerFloats, 4]),
      lines: stroke(s.lines),
      pen: stroke(s.pen),
      words: vertexArray(gl, [s.words, 3, 3, 0]),
    };
    gl.bindVertexArray(this.arrays.words);
    gl.vertexAttribDivisor(0, 1);
    gl.bindVertexArray(null);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  /** After each update of the feed. */
  upload(world: World, hulls: Hulls): void {
    this.players = world.count;
    this.stores.dots.put(world.dots, world.count * kDotFloats);
    this.stores.homes.put(world.homes, world.count);
    this.stores.corners.put(hulls.corners, hulls.ids.length * kCorners * kCornerFloats);
    this.index(hulls.ids.length);
  }

  /** Indices of so many outlines: all fillings, then all lines, as the one must not lie over the other. */
  private index(count: number): void {
    if (count <= this.indexed) return;
    this.indexed = count * 2;
    const { fill, line } = outlineIndices();
    const all = new Uint32Array(this.indexed * (fill.length + line.length));
    let at = 0;
    for (const part of [fill, line])
      for (let i = 0; i < this.indexed; i += 1) for (const corner of part) all[at++] = i * kCorners + corner;
    this.gl.bindVertexArray(this.arrays.corners);
    this.stores.indices.put(all, all.length);
    this.gl.bindVertexArray(null);
  }

  draw(scene: Scene, emphasis: Emphasis, pen: Pen, letters: Letters): void {
    const { gl } = this;
    const [r, g, b] = scene.look.ground;
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.clearColor(r, g, b, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    this.drawGrid(scene);
    if (scene.hulls.ids.length > 0) this.drawOutlines(scene, emphasis);
    if (this.players > 0) this.drawDots(scene, emphasis);
    if (pen.length > 0) this.drawPen(scene, pen);
    if (letters.count > 0) this.drawWords(scene, letters);
    gl.bindVertexArray(null);
  }

  private drawGrid({ camera, look }: Scene): void {
    const { gl } = this;
    const of = [camera.x, camera.z, camera.scale, camera.width, camera.height, this.ratio, look.ink].join();
    if (of !== this.gridOf) {
      const lines = gridLines(camera, this.ratio, look.ink, look.alphas.grid);
      this.stores.lines.put(lines, lines.length);
      this.gridCorners = lines.length / kPenFloats;
      this.gridOf = of;
    }
    gl.bindVertexArray(this.arrays.lines);
    gl.uniform2f(this.strokes.use().at('u_screen'), camera.width, camera.height);
    gl.drawArrays(gl.LINES, 0, this.gridCorners);
  }

  private drawPen({ camera }: Scene, pen: Pen): void {
    const { gl } = this;
    this.stores.pen.put(pen.corners, pen.length);
    gl.bindVertexArray(this.arrays.pen);
    gl.uniform2f(this.strokes.use().at('u_screen'), camera.width, camera.height);
    gl.drawArrays(gl.TRIANGLES, 0, pen.length / kPenFloats);
  }

  private drawWords({ camera }: Scene, letters: Letters): void {
    const { gl, words } = this;
    if (letters.isNew) this.picture.put(letters.picture);
    letters.isNew = false;
    this.stores.words.put(letters.placed, letters.count * 3);
    gl.bindVertexArray(this.arrays.words);
    gl.uniform2f(words.use().at('u_screen'), camera.width, camera.height);
    gl.uniform1f(words.at('u_ratio'), this.ratio);
    gl.uniform3f(words.at('u_cell'), kCell.width, kCell.height, kCell.columns);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, letters.count);
  }

  private frame(program: Program, { camera, world, look, now }: Scene): void {
    const { gl } = this;
    program.use();
    const units = [(2 * camera.scale) / camera.width, (2 * camera.scale) / camera.height];
    gl.uniform4f(program.at('u_view'), camera.x, camera.z, units[0], units[1]);
    gl.uniform1f(program.at('u_now'), now);
    gl.uniform1f(program.at('u_glide'), world.glide);
    gl.uniform1f(program.at('u_pixel'), 1 / camera.scale);
    gl.uniform3fv(program.at('u_palette'), look.palette.flat());
  }

  private drawOutlines(scene: Scene, { selected, hovered }: Emphasis): void {
    const { gl, outlines } = this;
    const { hulls, look } = scene;
    this.frame(outlines, scene);
    gl.bindVertexArray(this.arrays.corners);
    gl.uniform1f(outlines.at('u_line'), 1.8);
    gl.uniform1f(outlines.at('u_sides'), kSides);
    gl.uniform2f(outlines.at('u_strong'), hulls.indexOf(selected), hulls.indexOf(hovered));
    gl.uniform2f(outlines.at('u_alpha'), look.alphas.fill, look.alphas.line);
    const [fill, line] = [(kSides - 2) * 3, kSides * 6];
    gl.uniform1f(outlines.at('u_is_line'), 0);
    gl.drawElements(gl.TRIANGLES, hulls.ids.length * fill, gl.UNSIGNED_INT, 0);
    gl.uniform1f(outlines.at('u_is_line'), 1);
    gl.drawElements(gl.TRIANGLES, hulls.ids.length * line, gl.UNSIGNED_INT, this.indexed * fill * kFloat);
  }

  private drawDots(scene: Scene, { selected }: Emphasis): void {
    const { gl, dots } = this;
    this.frame(dots, scene);
    gl.bindVertexArray(this.arrays.dots);
    gl.uniform1f(dots.at('u_size'), dotSize(scene.camera.scale));
    gl.uniform1f(dots.at('u_ratio'), this.ratio);
    gl.uniform1ui(dots.at('u_home'), selected);
    gl.drawArrays(gl.POINTS, 0, this.players);
  }
}

/** CSS pixels across a player: small from afar, never lost. */
export const dotSize = (scale: number): number => Math.min(11, Math.max(3.2, 1.6 * scale + 2.2));

/** Parcels' borders as far as they can be told apart, those with numbers stronger, the axes strongest. Corners as the pen's. */
export function gridLines(camera: Camera, ratio: number, ink: Rgb, alpha: number): Float32Array {
  const step = gridStep(camera.scale, 9);
  const strong = gridStep(camera.scale, 64);
  const lines: number[] = [];
  const { width, height } = camera;
  const [right, low] = [camera.worldX(width), camera.worldZ(height)];
  const strength = (at: number) => alpha * (at === 0 ? 1 : at % strong === 0 ? 0.6 : 0.25);
  const snapped = (px: number) => (Math.floor(px * ratio) + 0.5) / ratio;
  for (let x = Math.ceil(camera.worldX(0) / step) * step; x <= right; x += step) {
    const at = snapped(camera.screenX(x));
    lines.push(at, 0, ...ink, strength(x), at, height, ...ink, strength(x));
  }
  for (let z = Math.ceil(low / step) * step; z <= camera.worldZ(0); z += step) {
    const at = snapped(camera.screenY(z));
    lines.push(0, at, ...ink, strength(z), width, at, ...ink, strength(z));
  }
  return Float32Array.from(lines);
}
