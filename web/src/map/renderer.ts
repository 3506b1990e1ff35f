// Draws the world with WebGL 2: grid, outlines of islands, players. One draw call for each.
import { kDotFloats, type World } from '../feed/world';
import { type Camera, gridStep } from './camera';
import type { Rgb } from './colours';
import { Hulls, kCornerFloats, kCorners, kSides, outlineIndices } from './hulls';
import { Program, Store } from './program';
import * as shaders from './shaders';

export interface Look {
  /** kColours colours and the grey. */
  palette: Rgb[];
  ink: Rgb;
  /** Of the grid's lines, filling and line of an island. */
  alphas: { grid: number; fill: number; line: number };
}

/** Numbers of islands; 0: none. */
export interface Emphasis {
  selected: number;
  hovered: number;
}

const kFloat = 4;

export class Renderer {
  private readonly dots: Program;
  private readonly outlines: Program;
  private readonly grid: Program;
  private readonly stores: { dots: Store; homes: Store; corners: Store; indices: Store; lines: Store };
  private readonly arrays: { dots: WebGLVertexArrayObject; corners: WebGLVertexArrayObject; grid: WebGLVertexArrayObject };
  private indexed = 0;
  private players = 0;
  private gridVertices = 0;
  private gridOf = '';

  /** Device pixels a CSS pixel. */
  ratio = 1;

  constructor(private readonly gl: WebGL2RenderingContext) {
    [this.dots, this.outlines, this.grid] = [shaders.dots, shaders.outlines, shaders.grid].map((s) => new Program(gl, s));
    const store = () => new Store(gl);
    const indices = new Store(gl, gl.ELEMENT_ARRAY_BUFFER);
    this.stores = { dots: store(), homes: store(), corners: store(), indices, lines: store() };
    const { dots, homes, corners, lines } = this.stores;
    this.arrays = {
      dots: this.array([dots, 4, kDotFloats, 0], [dots, 2, kDotFloats, 4], [homes, 0, 1, 0]),
      corners: this.array([corners, 4, kCornerFloats, 0], [corners, 4, kCornerFloats, 4]),
      grid: this.array([lines, 3, 3, 0]),
    };
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.disable(gl.DEPTH_TEST);
  }

  /** Attributes in order: store, floats (0: one whole number), floats from one to the next, offset. */
  private array(...attributes: [Store, number, number, number][]): WebGLVertexArrayObject {
    const { gl } = this;
    const array = gl.createVertexArray();
    gl.bindVertexArray(array);
    for (const [place, [{ buffer }, size, stride, offset]] of attributes.entries()) {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.enableVertexAttribArray(place);
      if (size === 0) gl.vertexAttribIPointer(place, 1, gl.UNSIGNED_INT, stride * kFloat, offset * kFloat);
      else gl.vertexAttribPointer(place, size, gl.FLOAT, false, stride * kFloat, offset * kFloat);
    }
    gl.bindVertexArray(null);
    return array;
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

  draw(camera: Camera, world: World, hulls: Hulls, look: Look, emphasis: Emphasis, now: number): void {
    const { gl } = this;
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    this.drawGrid(camera, look);
    if (hulls.ids.length > 0) this.drawOutlines(camera, world, hulls, look, emphasis, now);
    if (this.players > 0) this.drawDots(camera, world, look, emphasis, now);
    gl.bindVertexArray(null);
  }

  private drawGrid(camera: Camera, look: Look): void {
    const { gl } = this;
    const of = [camera.x, camera.z, camera.scale, camera.width, camera.height, this.ratio].join();
    gl.bindVertexArray(this.arrays.grid);
    if (of !== this.gridOf) {
      const lines = gridLines(camera, this.ratio);
      this.stores.lines.put(lines, lines.length);
      this.gridVertices = lines.length / 3;
      this.gridOf = of;
    }
    const [r, g, b] = look.ink;
    gl.uniform4f(this.grid.use().at('u_ink'), r, g, b, look.alphas.grid);
    gl.drawArrays(gl.LINES, 0, this.gridVertices);
  }

  private frame(program: Program, camera: Camera, world: World, look: Look, now: number): void {
    const { gl } = this;
    program.use();
    const units = [(2 * camera.scale) / camera.width, (2 * camera.scale) / camera.height];
    gl.uniform4f(program.at('u_view'), camera.x, camera.z, units[0], units[1]);
    gl.uniform1f(program.at('u_now'), now);
    gl.uniform1f(program.at('u_glide'), world.glide);
    gl.uniform1f(program.at('u_pixel'), 1 / camera.scale);
    gl.uniform3fv(program.at('u_palette'), look.palette.flat());
  }

  private drawOutlines(
    camera: Camera,
    world: World,
    hulls: Hulls,
    look: Look,
    { selected, hovered }: Emphasis,
    now: number,
  ): void {
    const { gl, outlines } = this;
    this.frame(outlines, camera, world, look, now);
    gl.bindVertexArray(this.arrays.corners);
    gl.uniform1f(outlines.at('u_line'), 1.8);
    gl.uniform1f(outlines.at('u_sides'), kSides);
    gl.uniform2f(outlines.at('u_strong'), hulls.ids.indexOf(selected), hulls.ids.indexOf(hovered));
    gl.uniform2f(outlines.at('u_alpha'), look.alphas.fill, look.alphas.line);
    const [fill, line] = [(kSides - 2) * 3, kSides * 6];
    gl.uniform1f(outlines.at('u_is_line'), 0);
    gl.drawElements(gl.TRIANGLES, hulls.ids.length * fill, gl.UNSIGNED_INT, 0);
    gl.uniform1f(outlines.at('u_is_line'), 1);
    gl.drawElements(gl.TRIANGLES, hulls.ids.length * line, gl.UNSIGNED_INT, this.indexed * fill * kFloat);
  }

  private drawDots(camera: Camera, world: World, look: Look, { selected }: Emphasis, now: number): void {
    const { gl, dots } = this;
    this.frame(dots, camera, world, look, now);
    gl.bindVertexArray(this.arrays.dots);
    gl.uniform1f(dots.at('u_size'), dotSize(camera.scale));
    gl.uniform1f(dots.at('u_ratio'), this.ratio);
    gl.uniform1ui(dots.at('u_home'), selected);
    gl.drawArrays(gl.POINTS, 0, this.players);
  }
}

/** CSS pixels across a player: small from afar, never lost. */
export const dotSize = (scale: number): number => Math.min(11, Math.max(3.2, 1.6 * scale + 2.2));

/** Parcels' borders as far as they can be told apart, every tenth stronger; the axes strongest. Clip x, y, strength. */
export function gridLines(camera: Camera, ratio: number): Float32Array {
  const step = gridStep(camera.scale, 9);
  const strong = gridStep(camera.scale, 64);
  const lines: number[] = [];
  const [right, low] = [camera.worldX(camera.width), camera.worldZ(camera.height)];
  const strength = (at: number) => (at === 0 ? 1 : at % strong === 0 ? 0.6 : 0.25);
  const snapped = (px: number, size: number) => ((Math.floor(px * ratio) + 0.5) / (size * ratio)) * 2 - 1;
  for (let x = Math.ceil(camera.worldX(0) / step) * step; x <= right; x += step) {
    const at = snapped(camera.screenX(x), camera.width);
    lines.push(at, -1, strength(x), at, 1, strength(x));
  }
  for (let z = Math.ceil(low / step) * step; z <= camera.worldZ(0); z += step) {
    const at = -snapped(camera.screenY(z), camera.height);
    lines.push(-1, at, strength(z), 1, at, strength(z));
  }
  return Float32Array.from(lines);
}
