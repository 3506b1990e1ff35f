// Bytes of the feed -> a Frame (proto/archipelago/station.proto). Every byte is checked: what does not fit throws BadFrame.
import { Reader } from 'protobufjs/minimal';
import { Column } from './column';

/** The feed sent what no realm sends; the text is for the person at the page. */
export class BadFrame extends Error {}

export const kMaxFrameBytes = 32 * 1024 * 1024;
const kMaxRows = 200_000;
const kMaxText = 256;
const kAddressBytes = 20;

export type Privacy = 'exact' | 'parcel' | 'none';

export interface Realm {
  name: string;
  version: string;
  privacy: Privacy;
  flushMs: number;
  /** Metres. */
  join: number;
  /** Metres. */
  leave: number;
  maxPlayers: number;
  policy: string;
}

/** Metres and seconds since 1970; recall is -1 where it is not known. */
export interface IslandRow {
  number: number;
  id: string;
  players: number;
  maxPlayers: number;
  x: number;
  z: number;
  radius: number;
  since: number;
  backend: string;
  recall: number;
}

/** In the order of the message's fields. */
export const pulseFields = [
  'players',
  'sessions',
  'islands',
  'roomMembers',
  'heartbeats',
  'changes',
  'logins',
  'relayedIn',
  'relayedOut',
  'dropped',
  'flushMs',
  'recall',
  'churn',
  'lagMs',
  'viewers',
  'refused',
] as const;
export type PulseField = (typeof pulseFields)[number];
export type Pulse = Record<PulseField, number>;
const kWholeNumbers = new Set([1, 2, 3, 4, 15]);

/** One update. Its columns are reused by the next decode. */
export class Frame {
  whole = false;
  /** Seconds since 1970. */
  time = 0;
  realm: Realm | null = null;
  islands: IslandRow[] = [];
  pulse: Pulse | null = null;
  readonly islandsGone = new Column();
  readonly playersGone = new Column();
  readonly number = new Column();
  readonly x = new Column();
  readonly z = new Column();
  readonly island = new Column();
  readonly named = new Column();
  addresses: Uint8Array = new Uint8Array(0);

  clear(): void {
    Object.assign(this, { whole: false, time: 0, realm: null, islands: [], pulse: null, addresses: new Uint8Array(0) });
    for (const column of this.columns) column.length = 0;
  }

  get columns(): Column[] {
    return [this.islandsGone, this.playersGone, this.number, this.x, this.z, this.island, this.named];
  }
}

/** Decodes `bytes` into `frame`. @throws BadFrame */
export function decodeUpdate(bytes: Uint8Array, frame: Frame): void {
  if (bytes.length > kMaxFrameBytes) throw new BadFrame(`an update of ${bytes.length} bytes`);
  frame.clear();
  try {
    readUpdate(Reader.create(bytes), frame);
  } catch (error) {
    throw error instanceof BadFrame ? error : new BadFrame('an update that is no protobuf');
  }
  checkColumns(frame);
}

function checkColumns(frame: Frame): void {
  const { number, x, z, island, named, addresses } = frame;
  if (x.length !== number.length || z.length !== number.length || island.length !== number.length)
    throw new BadFrame('a table of players with columns of different lengths');
  if (addresses.length !== named.length * kAddressBytes) throw new BadFrame('names of players without addresses');
  for (const column of frame.columns)
    if (column.length > kMaxRows) throw new BadFrame(`more than ${kMaxRows} rows in one update`);
  if (frame.islands.length > kMaxRows) throw new BadFrame(`more than ${kMaxRows} islands in one update`);
}

/** Calls `field` for each field of the message that ends at `end`; what it does not read (false) is skipped. */
function eachField(reader: Reader, end: number, field: (id: number, wire: number) => boolean): void {
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (!field(tag >>> 3, tag & 7)) reader.skipType(tag & 7);
  }
  if (reader.pos !== end) throw new BadFrame('a message that runs past its end');
}

const nested = (reader: Reader): number => {
  const length = reader.uint32();
  if (length > reader.len - reader.pos) throw new BadFrame('a message that runs past its end');
  return reader.pos + length;
};

function readUpdate(reader: Reader, frame: Frame): void {
  eachField(reader, reader.len, (id, wire) => {
    if (id === 1 && wire === 0) frame.whole = reader.bool();
    else if (id === 2 && wire === 0) frame.time = milliseconds(reader) / 1000;
    else if (id === 3 && wire === 2) frame.realm = readRealm(reader);
    else if (id === 4 && wire === 2) frame.islands.push(readIsland(reader));
    else if (id === 5) readColumn(reader, wire, frame.islandsGone, false);
    else if (id === 6 && wire === 2) readPlayers(reader, frame);
    else if (id === 7) readColumn(reader, wire, frame.playersGone, false);
    else if (id === 8 && wire === 2) frame.pulse = readPulse(reader);
    else return false;
    return true;
  });
}

function milliseconds(reader: Reader): number {
  return Number(String(reader.uint64()));
}

function text(reader: Reader): string {
  const value = reader.string();
  return value.length > kMaxText ? value.slice(0, kMaxText) : value;
}

function finite(reader: Reader): number {
  const value = reader.float();
  return Number.isFinite(value) ? value : -1;
}

function readColumn(reader: Reader, wire: number, column: Column, signed: boolean): void {
  const one = signed ? () => column.push(reader.sint32()) : () => column.push(reader.uint32());
  if (wire === 0) return one();
  if (wire !== 2) throw new BadFrame('a column of another type');
  const end = nested(reader);
  while (reader.pos < end) one();
  if (reader.pos !== end) throw new BadFrame('a column that runs past its end');
}

function readPlayers(reader: Reader, frame: Frame): void {
  eachField(reader, nested(reader), (id, wire) => {
    if (id === 1) readColumn(reader, wire, frame.number, false);
    else if (id === 2) readColumn(reader, wire, frame.x, true);
    else if (id === 3) readColumn(reader, wire, frame.z, true);
    else if (id === 4) readColumn(reader, wire, frame.island, false);
    else if (id === 5) readColumn(reader, wire, frame.named, false);
    else if (id === 6 && wire === 2) frame.addresses = reader.bytes();
    else return false;
    return true;
  });
}

function readRealm(reader: Reader): Realm {
  const realm: Realm = {
    name: '',
    version: '',
    privacy: 'exact',
    flushMs: 2000,
    join: 0,
    leave: 0,
    maxPlayers: 0,
    policy: '',
  };
  eachField(reader, nested(reader), (id, wire) => {
    if (id === 1 && wire === 2) realm.name = text(reader);
    else if (id === 2 && wire === 2) realm.version = text(reader);
    else if (id === 3 && wire === 0) realm.privacy = (['exact', 'parcel', 'none'] as const)[reader.uint32()] ?? 'none';
    else if (id === 4 && wire === 0) realm.flushMs = reader.uint32();
    else if (id === 5 && wire === 5) realm.join = finite(reader);
    else if (id === 6 && wire === 5) realm.leave = finite(reader);
    else if (id === 7 && wire === 0) realm.maxPlayers = reader.uint32();
    else if (id === 8 && wire === 2) realm.policy = text(reader);
    else return false;
    return true;
  });
  return realm;
}

function readIsland(reader: Reader): IslandRow {
  const row: IslandRow = {
    number: 0,
    id: '',
    players: 0,
    maxPlayers: 0,
    x: 0,
    z: 0,
    radius: 0,
    since: 0,
    backend: '',
    recall: 0,
  };
  eachField(reader, nested(reader), (id, wire) => {
    if (id === 1 && wire === 0) row.number = reader.uint32();
    else if (id === 2 && wire === 2) row.id = text(reader);
    else if (id === 3 && wire === 0) row.players = reader.uint32();
    else if (id === 4 && wire === 0) row.maxPlayers = reader.uint32();
    else if (id === 5 && wire === 0) row.x = reader.sint32() / 10;
    else if (id === 6 && wire === 0) row.z = reader.sint32() / 10;
    else if (id === 7 && wire === 0) row.radius = reader.uint32() / 10;
    else if (id === 8 && wire === 0) row.since = milliseconds(reader) / 1000;
    else if (id === 9 && wire === 2) row.backend = text(reader);
    else if (id === 10 && wire === 5) row.recall = finite(reader);
    else return false;
    return true;
  });
  if (row.number === 0) throw new BadFrame('an island without a number');
  return row;
}

function readPulse(reader: Reader): Pulse {
  const pulse = Object.fromEntries(pulseFields.map((name) => [name, 0])) as Pulse;
  eachField(reader, nested(reader), (id, wire) => {
    const name = pulseFields[id - 1];
    if (!name || wire !== (kWholeNumbers.has(id) ? 0 : 5)) return false;
    pulse[name] = wire === 0 ? reader.uint32() : finite(reader);
    return true;
  });
  return pulse;
}
