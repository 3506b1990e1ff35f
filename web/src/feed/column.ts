// Numbers in a row that grows and is used again: what the feed's tables are read into, without an object a player.
export class Column {
  data = new Int32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.data.length) this.grow();
    this.data[this.length++] = value;
  }

  /** The value as it was written: numbers of islands and players are unsigned. */
  unsigned(index: number): number {
    return this.data[index] >>> 0;
  }

  private grow(): void {
    const wider = new Int32Array(this.data.length * 2);
    wider.set(this.data);
    this.data = wider;
  }
}
