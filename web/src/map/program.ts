// The few calls of WebGL 2 that the map makes, with errors that say what is wrong.

export class Program {
  private readonly program: WebGLProgram;
  private readonly places = new Map<string, WebGLUniformLocation | null>();

  constructor(
    private readonly gl: WebGL2RenderingContext,
    source: { vertex: string; fragment: string },
  ) {
    this.program = gl.createProgram();
    this.add(gl.VERTEX_SHADER, source.vertex);
    this.add(gl.FRAGMENT_SHADER, source.fragment);
    gl.linkProgram(this.program);
    if (!gl.getProgramParameter(this.program, gl.LINK_STATUS) && !gl.isContextLost())
      throw new Error(`the map's program does not link: ${gl.getProgramInfoLog(this.program)}`);
  }

  use(): this {
    this.gl.useProgram(this.program);
    return this;
  }

  at(name: string): WebGLUniformLocation | null {
    if (!this.places.has(name)) this.places.set(name, this.gl.getUniformLocation(this.program, name));
    return this.places.get(name)!;
  }

  private add(type: number, text: string): void {
    const shader = this.gl.createShader(type);
    if (!shader) return; // the context is lost; it will be restored
    this.gl.shaderSource(shader, text);
    this.gl.compileShader(shader);
    if (!this.gl.getShaderParameter(shader, this.gl.COMPILE_STATUS) && !this.gl.isContextLost())
      throw new Error(`the map's shader does not compile: ${this.gl.getShaderInfoLog(shader)}`);
    this.gl.attachShader(this.program, shader);
  }
}

/** A buffer that is made larger when it must. */
export class Store {
  readonly buffer: WebGLBuffer;
  private bytes = 0;

  constructor(
    private readonly gl: WebGL2RenderingContext,
    private readonly target: number = gl.ARRAY_BUFFER,
  ) {
    this.buffer = gl.createBuffer();
  }

  put(data: Float32Array | Uint32Array, length: number): void {
    const { gl, target } = this;
    const needed = length * data.BYTES_PER_ELEMENT;
    gl.bindBuffer(target, this.buffer);
    if (needed > this.bytes) {
      this.bytes = Math.ceil(needed * 1.5);
      gl.bufferData(target, this.bytes, gl.DYNAMIC_DRAW);
    }
    if (length > 0) gl.bufferSubData(target, 0, data, 0, length);
  }
}

/** Attributes in order: store, floats (0: one whole number), floats from one to the next, offset. */
export function vertexArray(
  gl: WebGL2RenderingContext,
  ...attributes: [Store, number, number, number][]
): WebGLVertexArrayObject {
  const array = gl.createVertexArray();
  gl.bindVertexArray(array);
  for (const [place, [{ buffer }, size, stride, offset]] of attributes.entries()) {
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(place);
    if (size === 0) gl.vertexAttribIPointer(place, 1, gl.UNSIGNED_INT, stride * 4, offset * 4);
    else gl.vertexAttribPointer(place, size, gl.FLOAT, false, stride * 4, offset * 4);
  }
  gl.bindVertexArray(null);
  return array;
}

/** The one picture that the map uses. */
export class Picture {
  constructor(private readonly gl: WebGL2RenderingContext) {
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, side, gl.NEAREST);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
  }

  put(canvas: HTMLCanvasElement): void {
    const { gl } = this;
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, canvas);
  }
}
