// Colours of islands: evenly spaced hues of one perceived lightness (OKLCH), kept for life, different from the neighbours'.

export type Theme = 'dark' | 'light';
export type Rgb = readonly [number, number, number];

export const kColours = 20;
/** Of an island of one, and of none: grey. */
export const kNoColour = kColours;
/** Islands whose edges are closer than this should not look the same, metres. */
const kNear = 60;
const kCell = 256;

export interface Coloured {
  number: number;
  players: number;
  x: number;
  z: number;
  radius: number;
  /** 0 to kColours - 1, or kNoColour. */
  colour: number;
}

/** sRGB, 0 to 1, of a colour given by lightness, chroma and hue in turns. */
export function oklch(lightness: number, chroma: number, turns: number): Rgb {
  const a = chroma * Math.cos(turns * 2 * Math.PI);
  const b = chroma * Math.sin(turns * 2 * Math.PI);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function gamma(linear: number): number {
  const value = Math.min(1, Math.max(0, linear));
  return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
}

/** kColours colours and the grey, for a theme. Neighbours in hue take turns in lightness. */
export function palette(theme: Theme): Rgb[] {
  const [bright, deep] = theme === 'dark' ? [0.82, 0.66] : [0.64, 0.48];
  const colours: Rgb[] = [];
  for (let i = 0; i < kColours; i += 1)
    colours.push(oklch(i % 2 === 0 ? bright : deep, i % 2 === 0 ? 0.135 : 0.17, i / kColours + 0.04));
  colours.push(theme === 'dark' ? oklch(0.64, 0.015, 0.7) : oklch(0.56, 0.015, 0.7));
  return colours;
}

export const css = ([r, g, b]: Rgb): string => {
  const byte = (value: number) => Math.round(value * 255);
  return `rgb(${byte(r)} ${byte(g)} ${byte(b)})`;
};

/** Where an island begins to look for a colour: the golden ratio leads numbers that follow each other far apart. */
const favourite = (number: number): number => Math.floor(((number * 0.618033988749895) % 1) * kColours);

/** Gives every island with company a colour; one that has a colour keeps it unless an older neighbour has the same. */
export function colourFor(islands: Iterable<Coloured>): void {
  const cells = new Map<number, Coloured[]>();
  const shown = [...islands].filter((island) => {
    if (island.players < 2) island.colour = kNoColour;
    return island.players > 1;
  });
  for (const island of shown) eachCell(island, (key) => cells.get(key)?.push(island) ?? cells.set(key, [island]));
  for (const island of shown) {
    const taken = takenNear(island, cells);
    if (island.colour === kNoColour || (taken >> island.colour) & 1) island.colour = free(island.number, taken);
  }
}

/** Bits of the colours of older neighbours: the younger one gives way. */
function takenNear(island: Coloured, cells: Map<number, Coloured[]>): number {
  let taken = 0;
  eachCell(island, (key) => {
    for (const other of cells.get(key) ?? []) {
      if (other.number >= island.number || other.colour === kNoColour) continue;
      if (Math.hypot(other.x - island.x, other.z - island.z) < other.radius + island.radius + kNear)
        taken |= 1 << other.colour;
    }
  });
  return taken;
}

function free(number: number, taken: number): number {
  const first = favourite(number);
  for (let i = 0; i < kColours; i += 1) {
    const colour = (first + i * 7) % kColours;
    if (!((taken >> colour) & 1)) return colour;
  }
  return first;
}

/** The squares of the map that an island and its surroundings touch; a giant one only those around its centre. */
function eachCell({ x, z, radius }: Coloured, act: (key: number) => void): void {
  const reach = Math.min(radius + kNear, 4 * kCell);
  const cell = (metres: number) => Math.floor(metres / kCell);
  for (let i = cell(x - reach); i <= cell(x + reach); i += 1)
    for (let j = cell(z - reach); j <= cell(z + reach); j += 1) act(i * 0x200000 + j);
}
