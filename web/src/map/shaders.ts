// What the graphics card runs. Players and outlines are given where they come from, where to and since when: between
// two updates of the feed nothing is computed or uploaded by the page, only the clock (u_now) moves.

const common = `#version 300 es
precision highp float;
uniform vec4 u_view;   // centre of the screen (m), then clip units a metre
uniform float u_now;   // s
uniform float u_glide; // s from one place to the next
uniform float u_pixel; // metres a CSS pixel
uniform vec3 u_palette[21];
vec2 along(vec4 way, float started) {
  return mix(way.xy, way.zw, u_glide > 0.0 ? clamp((u_now - started) / u_glide, 0.0, 1.0) : 1.0);
}
vec4 on_screen(vec2 at) { return vec4((at - u_view.xy) * u_view.zw, 0.0, 1.0); }
`;

const paint = `#version 300 es
precision mediump float;
`;

export const dots = {
  vertex: `${common}
layout(location = 0) in vec4 a_way;
layout(location = 1) in vec2 a_started_colour;
layout(location = 2) in uint a_home;
uniform float u_size; // CSS pixels across
uniform float u_ratio; // device pixels a CSS pixel
uniform uint u_home; // whose members stand out; 0: nobody's
flat out vec4 v_colour;
flat out float v_size;
void main() {
  gl_Position = on_screen(along(a_way, a_started_colour.x));
  bool faint = u_home != 0u && a_home != u_home;
  v_size = u_size * u_ratio * (u_home != 0u && !faint ? 1.3 : 1.0);
  gl_PointSize = v_size + 1.0;
  v_colour = vec4(u_palette[int(a_started_colour.y)], faint ? 0.3 : 1.0);
}`,
  fragment: `${paint}
flat in vec4 v_colour;
flat in float v_size;
out vec4 o_colour;
void main() {
  float edge = v_size * 0.5 - length(gl_PointCoord - 0.5) * (v_size + 1.0);
  float alpha = v_colour.a * clamp(edge + 0.5, 0.0, 1.0);
  o_colour = vec4(v_colour.rgb * alpha, alpha);
}`,
};

export const outlines = {
  vertex: `${common}
layout(location = 0) in vec4 a_way;
layout(location = 1) in vec4 a_more; // started, colour, direction, edge
uniform float u_line; // CSS pixels of the line
uniform float u_sides;
uniform vec2 u_strong; // indices of the selected outline and of the one under the pointer; -1: none
uniform vec2 u_alpha; // of the filling, of the line
uniform float u_is_line;
flat out vec4 v_colour;
out float v_edge;
void main() {
  float turn = a_more.z / u_sides * 6.28318530718;
  vec2 direction = vec2(cos(turn), sin(turn));
  float index = float(gl_VertexID / int(u_sides * 2.0));
  float strong = index == u_strong.x ? 2.1 : index == u_strong.y ? 1.6 : 1.0;
  float width = u_line * (strong > 2.0 ? 1.8 : 1.0) * u_pixel;
  gl_Position = on_screen(along(a_way, a_more.x) + direction * width * a_more.w);
  float faint = u_strong.x >= 0.0 && strong == 1.0 ? (u_is_line > 0.5 ? 0.35 : 0.0) : 1.0; // as dots of others are
  float alpha = min(1.0, (u_is_line > 0.5 ? u_alpha.y : u_alpha.x) * strong) * faint;
  v_colour = vec4(u_palette[int(a_more.y)] * alpha, alpha);
  v_edge = u_is_line > 0.5 ? a_more.w * 2.0 - 1.0 : 0.0;
}`,
  fragment: `${paint}
flat in vec4 v_colour;
in float v_edge;
out vec4 o_colour;
void main() { o_colour = v_colour * clamp(2.0 - 2.0 * abs(v_edge), 0.0, 1.0); }`,
};

/** Lines and circles, in CSS pixels. */
export const strokes = {
  vertex: `#version 300 es
layout(location = 0) in vec2 a_place;
layout(location = 1) in vec4 a_colour;
uniform vec2 u_screen; // CSS pixels
out vec4 v_colour;
void main() {
  gl_Position = vec4(a_place / u_screen * vec2(2.0, -2.0) + vec2(-1.0, 1.0), 0.0, 1.0);
  v_colour = vec4(a_colour.rgb * a_colour.a, a_colour.a);
}`,
  fragment: `${paint}
in vec4 v_colour;
out vec4 o_colour;
void main() { o_colour = v_colour; }`,
};

/** Words from the picture of cells, pixel for pixel. */
export const words = {
  vertex: `#version 300 es
layout(location = 0) in vec3 a_word; // x, y (CSS pixels of its middle), cell
uniform vec2 u_screen;
uniform float u_ratio;
uniform vec3 u_cell; // width, height (CSS pixels), columns
out vec2 v_pixel;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  vec2 first = vec2(mod(a_word.z, u_cell.z), floor(a_word.z / u_cell.z)) * u_cell.xy * u_ratio;
  vec2 at = floor((a_word.xy - u_cell.xy * 0.5) * u_ratio + 0.5) + corner * u_cell.xy * u_ratio;
  gl_Position = vec4(at / (u_screen * u_ratio) * vec2(2.0, -2.0) + vec2(-1.0, 1.0), 0.0, 1.0);
  v_pixel = first + corner * u_cell.xy * u_ratio;
}`,
  fragment: `#version 300 es
precision highp float;
uniform sampler2D u_picture;
in vec2 v_pixel;
out vec4 o_colour;
void main() { o_colour = texelFetch(u_picture, ivec2(v_pixel), 0); }`,
};
