// Text on the map: each word is written once into a cell of a picture that the graphics card holds, and placed from there.
// (A second canvas above the map would cost more than everything on the map.)

/** CSS pixels of a cell, and how many there are. */
export const kCell = { width: 116, height: 20, columns: 8, rows: 30 };
const kCells = kCell.columns * kCell.rows;
const kPlain = 11;
const kPadding = 7;

export interface Inks {
  text: string;
  muted: string;
  ground: string;
  accent: string;
  font: string;
}

export class Letters {
  readonly picture = document.createElement('canvas');
  /** Something was written that the card does not have yet. */
  isNew = false;
  /** x, y (CSS pixels of the middle), cell: one after the other. */
  readonly placed = new Float32Array(kCells * 3);
  count = 0;
  private readonly context = this.picture.getContext('2d', { willReadFrequently: true })!;
  private readonly cells = new Map<string, { cell: number; width: number }>();
  private ratio = 1;

  constructor(private inks: Inks) {}

  /** Other colours or another screen: everything is written anew. */
  restyle(inks: Inks, ratio: number): void {
    this.inks = inks;
    this.ratio = ratio;
    this.picture.width = Math.round(kCell.width * kCell.columns * ratio);
    this.picture.height = Math.round(kCell.height * kCell.rows * ratio);
    this.empty();
  }

  /** What is placed now is all that is seen. */
  begin(): void {
    this.count = 0;
  }

  /** A word in a frame of that colour. */
  pill(text: string, colour: string, px: number, py: number): void {
    this.place(`${colour} ${text}`, px, py, () => this.writePill(text, colour));
  }

  /** A number of the ruler, its middle there, or its left end. */
  plain(text: string, px: number, py: number, isLeft = false): void {
    const known = this.place(`- ${text}`, px, py, () => this.write(text, `10px ${this.inks.font}`, this.inks.muted));
    if (isLeft && known) this.placed[(this.count - 1) * 3] += known.width / 2;
  }

  private place(key: string, px: number, py: number, write: () => number): { width: number } | null {
    if (this.count === kCells) return null;
    let known = this.cells.get(key);
    if (!known) {
      if (this.cells.size === kCells) this.empty();
      known = { cell: this.cells.size, width: 0 };
      this.cells.set(key, known);
      this.moveTo(known.cell);
      known.width = write();
      this.isNew = true;
    }
    this.placed.set([px, py, known.cell], this.count * 3);
    this.count += 1;
    return known;
  }

  private empty(): void {
    this.cells.clear();
    this.count = 0; // what was placed in this round pointed to cells that are no more
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.clearRect(0, 0, this.picture.width, this.picture.height);
  }

  /** The origin becomes the middle of the cell. */
  private moveTo(cell: number): void {
    const { context, ratio } = this;
    const x = ((cell % kCell.columns) + 0.5) * kCell.width;
    const y = (Math.floor(cell / kCell.columns) + 0.5) * kCell.height;
    context.setTransform(ratio, 0, 0, ratio, Math.round(x * ratio), Math.round(y * ratio));
  }

  private write(text: string, font: string, colour: string): number {
    const { context } = this;
    context.font = font;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillStyle = colour;
    context.fillText(text, 0, 0.5, kCell.width - 2 * kPadding);
    return context.measureText(text).width;
  }

  private writePill(text: string, colour: string): number {
    const { context } = this;
    const font = `600 ${kPlain}px ${this.inks.font}`;
    context.font = font;
    const wide = Math.min(kCell.width - 2, Math.ceil(context.measureText(text).width) + 2 * kPadding);
    context.beginPath();
    context.roundRect(-wide / 2 + 0.5, -8.5, wide - 1, 17, 8.5);
    context.globalAlpha = 0.88;
    context.fillStyle = this.inks.ground;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = colour;
    context.lineWidth = 1.2;
    context.stroke();
    return this.write(text, font, this.inks.text);
  }
}
