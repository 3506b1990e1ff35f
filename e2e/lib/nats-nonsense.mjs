// A neighbour on NATS who says anything to anybody: what no process may fall over, or believe.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { headers } from 'nats';
import protobuf from 'protobufjs';
import {
  Heartbeat,
  IslandChangedMessage,
  IslandStatusMessage,
  ServiceDiscoveryMessage,
} from '@dcl/protocol-today/out-js/decentraland/kernel/comms/v3/archipelago.gen.js';
import { madeUpAddress } from './known.mjs';

const PROTO = fileURLToPath(new URL('../../proto/archipelago/cluster.proto', import.meta.url));
const { root } = protobuf.parse(readFileSync(PROTO, 'utf8'), { keepCase: true });
const cluster = (type, value) => root.lookupType(`archipelago.cluster.${type}`).encode(value).finish();

const utf8 = (text) => new TextEncoder().encode(text);
const packed = (type, value) => type.encode(type.fromPartial(value)).finish();

/** Bytes that are no message of anybody. */
export const GARBAGE = [
  new Uint8Array(),
  new Uint8Array([0]),
  new Uint8Array([0xff]),
  new Uint8Array(100).fill(0xff),
  new Uint8Array([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]), // a field of 4 GiB
  new Uint8Array([0x0a, 0x02, 0xc3, 0x28]), // a text that is no UTF-8
  new Uint8Array(5_000).fill(0x0b), // groups within groups
  utf8('{"serverName":'),
  utf8('['.repeat(20_000)),
  new Uint8Array(900_000).fill(0x08),
];

/** Subjects that any role reads, with an address or an id in them. */
export const subjects = (who) => [
  ...['connect', 'disconnect', 'heartbeat'].map((verb) => `peer.${who}.${verb}`),
  `engine.peer.${who}.island_changed`,
  `client-proto.peer.${who}.heartbeat`,
  `client-proto.${who}.island_changed`,
  `client-proto.island.${who}.peer_join`,
  `cluster.gateway.${who}`,
  `cluster.login.${who}`,
  `cluster.rooms.${who}`,
  ...['engine.islands', 'engine.discovery', 'service.discovery', 'cluster.heartbeats', 'cluster.core'],
];

/** What stands where an address or an id belongs. */
export const BAD_NAMES = ['0x', 'nobody', 'Ünïcode', '0x' + 'g'.repeat(40), 'a'.repeat(3_000), '%00', '"', '<script>'];

// The finite ones are players, far from everybody.
const positions = [NaN, Infinity, -Infinity, 3.4e38, -0].map((x) => ({ x, y: 0, z: 50_000 }));
const beat = (extra) => ({ address: Buffer.from(madeUpAddress().slice(2), 'hex'), x: 0, z: 0, login: 1, ...extra });
const beats = (count, extra) => Array.from({ length: count }, () => beat(extra));

/** Messages of the right form that nobody would send: [subject, payload]. `who`: the address of a player who is there. */
export function* absurd(who) {
  for (const position of positions) {
    yield [`peer.${madeUpAddress()}.heartbeat`, packed(Heartbeat, { position })];
    yield [`client-proto.peer.${madeUpAddress()}.heartbeat`, packed(Heartbeat, { position })];
  }
  yield [`peer.${madeUpAddress()}.heartbeat`, packed(Heartbeat, { position: { x: 1 }, desiredRoom: 'r'.repeat(100_000) })];
  yield ['cluster.heartbeats', cluster('Heartbeats', { gateway: 'g', beats: beats(20_000) })];
  yield ['cluster.heartbeats', cluster('Heartbeats', { gateway: 'g'.repeat(500_000), beats: beats(1) })];
  yield ['cluster.heartbeats', cluster('Heartbeats', { gateway: 'g', islands: Array(40_000).fill('I1'), beats: beats(1) })];
  yield ['cluster.heartbeats', cluster('Heartbeats', { gateway: 'g', beats: beats(10, { told: 4_000_000_000 }) })];
  yield ['cluster.heartbeats', cluster('Heartbeats', { gateway: 'g', beats: beats(10, { x: NaN }) })];
  yield ['cluster.heartbeats', cluster('Heartbeats', { gateway: 'g', beats: beats(10, { address: Buffer.alloc(7) }) })];
  yield ['cluster.gateway.g', cluster('GatewayStatus', { gateway: 'g', sessions: 4_294_967_295 })];
  yield ['cluster.gateway.g', cluster('GatewayStatus', { gateway: 'another', gone: beats(25_000) })];
  yield ['cluster.rooms.r', cluster('RoomHostStatus', { host: 'r', url: 'javascript:alert(1)', capacity: 4_294_967_295, members: 4_294_967_295 })];
  yield ['cluster.rooms.r', cluster('RoomHostStatus', { host: 'r', url: `wss://${'r'.repeat(100_000)}` })];
  yield [`cluster.login.${who}`, cluster('Login', { login: protobuf.util.Long.MAX_UNSIGNED_VALUE, gateway: 'g' })];
  yield ['cluster.core', cluster('CoreStatus', { core: 'c', epoch: protobuf.util.Long.MAX_UNSIGNED_VALUE, players: 4_294_967_295 })];
  const peers = Object.fromEntries(Array.from({ length: 5_000 }, () => [madeUpAddress(), { x: NaN, y: 0, z: 0 }]));
  yield [`engine.peer.${madeUpAddress()}.island_changed`, packed(IslandChangedMessage, { islandId: 'I1', connStr: 'x:y', peers })];
  yield [`engine.peer.${madeUpAddress()}.island_changed`, packed(IslandChangedMessage, { islandId: 'I'.repeat(200_000), connStr: 'c'.repeat(200_000) })];
  const island = { id: 'I1', peers: Array(2_000).fill(madeUpAddress()), maxPeers: 4_294_967_295, center: positions[0], radius: Infinity };
  yield ['engine.islands', packed(IslandStatusMessage, { data: Array(5).fill(island) })];
  const status = { currentTime: Number.MAX_SAFE_INTEGER, userCount: 4_294_967_295, commitHash: 'h'.repeat(100_000) };
  yield ['engine.discovery', packed(ServiceDiscoveryMessage, { serverName: 'archipelago', status })];
  yield ['service.discovery', utf8(JSON.stringify({ serverName: 'archipelago', status: { currentTime: 'now', userCount: -1e300 } }))];
  yield ['service.discovery', utf8(JSON.stringify({ serverName: 'archipelago', status: [[[[]]]] }))];
}

/** Values of the epoch's header that no core of ours writes. */
export const BAD_EPOCHS = ['', '-1', 'x', '1e9', ' 7', '18446744073709551616', '18446744073709551615', '9'.repeat(4_000)];

/** Says all of that, and waits until the server has it. Returns how many messages that were. @param {import('nats').NatsConnection} nats */
export async function talkNonsense(nats, who) {
  let said = 0;
  const say = (subject, payload, options) => {
    nats.publish(subject, payload, options);
    said += 1;
  };
  for (const payload of GARBAGE)
    for (const subject of subjects(madeUpAddress())) if (!isMeant(subject, payload)) say(subject, payload);
  for (const name of BAD_NAMES) for (const subject of subjects(name)) say(subject, GARBAGE[2]);
  for (const [subject, payload] of absurd(who)) say(subject, payload);
  for (const epoch of BAD_EPOCHS)
    for (const subject of [`engine.peer.${who}.island_changed`, 'cluster.core']) {
      const extra = headers();
      extra.set('Archipelago-Epoch', epoch);
      say(subject, GARBAGE[3], { headers: extra });
    }
  await nats.flush();
  return said;
}

/** Empty messages on these subjects are what they should be. */
function isMeant(subject, payload) {
  return payload.length === 0 && /connect$/.test(subject);
}
