// Updates as a realm writes them, for tests.
import { Writer } from 'protobufjs/minimal';

const packed = (writer, id, values, kind) => {
  writer.uint32((id << 3) | 2).fork();
  for (const value of values) writer[kind](value);
  writer.ldelim();
};

/** Rows of [number, x, z (dm), island, byte of which its address is made]. */
export function players(...rows) {
  const column = (i) => rows.map((row) => row[i]);
  return {
    number: column(0),
    x: column(1),
    z: column(2),
    island: column(3),
    named: column(0),
    addresses: Uint8Array.from(rows.flatMap((row) => Array(20).fill(row[4]))),
  };
}

/** Bytes of an Update; players without `named` are players told before. */
export function update({ whole, time, realm, islands = [], islandsGone = [], players: table, gone = [], pulse }) {
  const writer = Writer.create();
  if (whole) writer.uint32(8).bool(true);
  if (time) writer.uint32(16).uint64(time);
  if (realm) writeRealm(writer, realm);
  for (const island of islands) writeIsland(writer, island);
  if (islandsGone.length > 0) packed(writer, 5, islandsGone, 'uint32');
  if (table) writePlayers(writer, table);
  if (gone.length > 0) packed(writer, 7, gone, 'uint32');
  if (pulse) {
    writer.uint32(66).fork().uint32(8).uint32(pulse.players ?? 0);
    writer.uint32((12 << 3) | 5).float(pulse.recall ?? 0).ldelim();
  }
  return writer.finish();
}

function writeRealm(writer, realm) {
  writer.uint32(26).fork().uint32(10).string(realm.name ?? '').uint32(24).uint32(realm.privacy ?? 0);
  writer.uint32(32).uint32(realm.flushMs ?? 2000).uint32(45).float(realm.join ?? 0).ldelim();
}

function writeIsland(writer, island) {
  writer.uint32(34).fork().uint32(8).uint32(island.number).uint32(18).string(island.id ?? `I-${island.number}`);
  writer.uint32(24).uint32(island.players ?? 2).uint32(40).sint32(island.x ?? 0).uint32(48).sint32(island.z ?? 0);
  writer.uint32(56).uint32(island.radius ?? 0).uint32(85).float(island.recall ?? 0).ldelim();
}

function writePlayers(writer, { number, x, z, island, named = [], addresses = new Uint8Array() }) {
  writer.uint32(50).fork();
  packed(writer, 1, number, 'uint32');
  packed(writer, 2, x, 'sint32');
  packed(writer, 3, z, 'sint32');
  packed(writer, 4, island, 'uint32');
  if (named.length > 0) packed(writer, 5, named, 'uint32');
  writer.uint32(50).bytes(addresses).ldelim();
}
