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
out vec4 v_colour;
out float v_size;
void main() {
  gl_Position = on_screen(along(a_way, a_started_colour.x));
  bool faint = u_home != 0u && a_home != u_home;
  v_size = u_size * u_ratio * (u_home != 0u && !faint ? 1.3 : 1.0);
  gl_PointSize = v_size + 1.0;
  v_colour = vec4(u_palette[int(a_started_colour.y)], faint ? 0.3 : 1.0);
}`,
  fragment: `${paint}
in vec4 v_colour;
in float v_size;
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
out vec4 v_fill;
out vec4 v_line;
out float v_edge;
void main() {
  float turn = a_more.z / u_sides * 6.28318530718;
  vec2 direction = vec2(cos(turn), sin(turn));
  float index = float(gl_VertexID / int(u_sides * 2.0));
  float strong = index == u_strong.x ? 2.6 : index == u_strong.y ? 1.8 : 1.0;
  float width = u_line * (strong > 2.0 ? 1.8 : 1.0) * u_pixel;
  gl_Position = on_screen(along(a_way, a_more.x) + direction * width * a_more.w);
  vec3 colour = u_palette[int(a_more.y)];
  v_fill = vec4(colour, u_alpha.x * strong);
  v_line = vec4(colour, min(1.0, u_alpha.y * strong));
  v_edge = a_more.w * 2.0 - 1.0;
}`,
  fragment: `${paint}
in vec4 v_fill;
in vec4 v_line;
in float v_edge;
uniform float u_is_line;
out vec4 o_colour;
void main() {
  vec4 colour = u_is_line > 0.5 ? v_line : v_fill;
  float alpha = colour.a * (u_is_line > 0.5 ? clamp(2.0 - 2.0 * abs(v_edge), 0.0, 1.0) : 1.0);
  o_colour = vec4(colour.rgb * alpha, alpha);
}`,
};

/** Lines of the grid, in clip units already. */
export const grid = {
  vertex: `#version 300 es
layout(location = 0) in vec3 a_place; // clip x, y, strength
out float v_alpha;
void main() {
  gl_Position = vec4(a_place.xy, 0.0, 1.0);
  v_alpha = a_place.z;
}`,
  fragment: `${paint}
in float v_alpha;
uniform vec4 u_ink;
out vec4 o_colour;
void main() { o_colour = vec4(u_ink.rgb, 1.0) * u_ink.a * v_alpha; }`,
};
