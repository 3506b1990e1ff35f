// Everything the feed has told: players as columns (in the layout that the map uploads), islands as rows.
import { colourFor, type Coloured, kNoColour } from '../map/colours';
import { BadFrame, type Frame, type IslandRow } from './decode';

/** More than this is no realm; who sends it is cut off. */
export const kMaxPlayers = 200_000;
export const kMaxIslands = 200_000;

/** Floats of a player in `World.dots`: from (x, z), to (x, z), when it started walking there (s of `now`), colour. */
export const kDotFloats = 6;
const kAddressBytes = 20;

/** An island as told, with what the map adds. */
export interface Island extends IslandRow, Coloured {}

export class World {
  /** How many players; rows 0 to count-1 of the columns are theirs, in no order, and move when others leave. */
  count = 0;
  dots = new Float32Array(256 * kDotFloats);
  numbers = new Uint32Array(256);
  /** Numbers of their islands; 0: none. */
  homes = new Uint32Array(256);
  addresses = new Uint8Array(256 * kAddressBytes);
  readonly islands = new Map<number, Island>();
  /** Counts applied updates: who has drawn this one need not draw again. */
  revision = 0;
  /** How long a player takes to where it was seen last, seconds; 0: at once. */
  glide = 2;
  /** Metres by which players of one parcel are spread, as only the parcel is told. */
  scatter = 0;
  private readonly rows = new Map<number, number>();
  private readonly ids = new Map<string, number>();

  /** @param now seconds of any clock that does not jump. @throws BadFrame */
  apply(frame: Frame, now: number): void {
    if (frame.whole) this.clear();
    if (frame.realm) this.scatter = frame.realm.privacy === 'parcel' ? 6.5 : 0;
    this.removePlayers(frame);
    this.removeIslands(frame);
    this.putIslands(frame.islands);
    this.putPlayers(frame, now);
    this.name(frame);
    this.paint();
    this.revision += 1;
  }

  clear(): void {
    this.count = 0;
    this.rows.clear();
    this.islands.clear();
    this.ids.clear();
    this.revision += 1;
  }

  island(id: string): Island | undefined {
    const number = this.ids.get(id);
    return number === undefined ? undefined : this.islands.get(number);
  }

  home(row: number): Island | undefined {
    return this.islands.get(this.homes[row]);
  }

  /** The row of that player now, or -1. */
  rowOf(number: number): number {
    return this.rows.get(number) ?? -1;
  }

  /** As `0x…`, in small letters; '' where it was not told. */
  address(row: number): string {
    const at = row * kAddressBytes;
    let text = '0x';
    let told = false;
    for (let i = at; i < at + kAddressBytes; i += 1) {
      told ||= this.addresses[i] !== 0;
      text += this.addresses[i].toString(16).padStart(2, '0');
    }
    return told ? text : '';
  }

  /** Where it is on its way at `now`, metres. */
  xAt(row: number, now: number): number {
    return this.along(row * kDotFloats, now);
  }

  zAt(row: number, now: number): number {
    return this.along(row * kDotFloats + 1, now);
  }

  /** Where it was seen last. */
  targetX(row: number): number {
    return this.dots[row * kDotFloats + 2];
  }

  targetZ(row: number): number {
    return this.dots[row * kDotFloats + 3];
  }

  private along(from: number, now: number): number {
    const started = this.dots[from - (from % kDotFloats) + 4];
    const share = this.glide > 0 ? Math.min(1, Math.max(0, (now - started) / this.glide)) : 1;
    return this.dots[from] + (this.dots[from + 2] - this.dots[from]) * share;
  }

  private removePlayers({ playersGone }: Frame): void {
    for (let i = 0; i < playersGone.length; i += 1) {
      const row = this.rows.get(playersGone.unsigned(i));
      if (row === undefined) continue;
      this.rows.delete(this.numbers[row]);
      const last = (this.count -= 1);
      if (row !== last) this.move(last, row);
    }
  }

  private move(from: number, to: number): void {
    this.dots.copyWithin(to * kDotFloats, from * kDotFloats, (from + 1) * kDotFloats);
    this.addresses.copyWithin(to * kAddressBytes, from * kAddressBytes, (from + 1) * kAddressBytes);
    this.numbers[to] = this.numbers[from];
    this.homes[to] = this.homes[from];
    this.rows.set(this.numbers[to], to);
  }

  private removeIslands({ islandsGone }: Frame): void {
    for (let i = 0; i < islandsGone.length; i += 1) {
      const number = islandsGone.unsigned(i);
      const island = this.islands.get(number);
      if (!island) continue;
      this.islands.delete(number);
      this.ids.delete(island.id);
    }
  }

  private putIslands(rows: IslandRow[]): void {
    for (const row of rows) {
      const known = this.islands.get(row.number);
      if (known) Object.assign(known, row);
      else this.islands.set(row.number, { ...row, colour: kNoColour });
      this.ids.set(row.id, row.number);
    }
    if (this.islands.size > kMaxIslands) throw new BadFrame(`more than ${kMaxIslands} islands`);
  }

  private putPlayers(frame: Frame, now: number): void {
    const { number, x, z, island } = frame;
    for (let i = 0; i < number.length; i += 1) {
      const key = number.unsigned(i);
      const known = this.rows.get(key);
      const row = known ?? this.add(key);
      const at = row * kDotFloats;
      const toX = x.data[i] / 10 + this.spread(key, 0);
      const toZ = z.data[i] / 10 + this.spread(key, 1);
      const fromX = known === undefined ? toX : this.xAt(row, now);
      const fromZ = known === undefined ? toZ : this.zAt(row, now);
      this.dots[at] = fromX;
      this.dots[at + 1] = fromZ;
      this.dots[at + 2] = toX;
      this.dots[at + 3] = toZ;
      this.dots[at + 4] = now;
      this.homes[row] = island.unsigned(i);
    }
  }

  /** Where within its parcel a player is drawn: always the same place, so that nobody seems to walk. */
  private spread(key: number, axis: number): number {
    if (this.scatter === 0) return 0;
    const hash = Math.imul(key * 2 + axis + 1, 0x9e3779b1) >>> 8;
    return (hash / 0x800000 - 1) * this.scatter;
  }

  private add(key: number): number {
    if (this.count === kMaxPlayers) throw new BadFrame(`more than ${kMaxPlayers} players`);
    if (this.count === this.numbers.length) this.grow();
    const row = this.count++;
    this.rows.set(key, row);
    this.numbers[row] = key;
    this.addresses.fill(0, row * kAddressBytes, (row + 1) * kAddressBytes);
    return row;
  }

  private grow(): void {
    const wider = <T extends Float32Array | Uint32Array | Uint8Array>(old: T, made: T): T => (made.set(old), made);
    this.dots = wider(this.dots, new Float32Array(this.dots.length * 2));
    this.numbers = wider(this.numbers, new Uint32Array(this.numbers.length * 2));
    this.homes = wider(this.homes, new Uint32Array(this.homes.length * 2));
    this.addresses = wider(this.addresses, new Uint8Array(this.addresses.length * 2));
  }

  private name({ named, addresses }: Frame): void {
    for (let i = 0; i < named.length; i += 1) {
      const row = this.rows.get(named.unsigned(i));
      if (row === undefined) continue;
      this.addresses.set(addresses.subarray(i * kAddressBytes, (i + 1) * kAddressBytes), row * kAddressBytes);
    }
  }

  /** Gives islands colours that differ from their neighbours', and players those of their islands. */
  private paint(): void {
    colourFor(this.islands.values());
    for (let row = 0; row < this.count; row += 1)
      this.dots[row * kDotFloats + 5] = this.islands.get(this.homes[row])?.colour ?? kNoColour;
  }
}
