// Habits of real clients, old and new, that a realm has to live with.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Authenticator } from '@dcl/crypto';
import { createUnsafeIdentity } from '@dcl/crypto/dist/crypto.js';
import { Packet } from '@dcl/protocol-today/out-js/decentraland/kernel/comms/rfc4/comms.gen.js';
import { BffConnection, BffPlayer } from './lib/bff.mjs';
import { dial } from './lib/dial.mjs';
import { DirectConnection, DirectPlayer, challengeRequest, encodeClient, heartbeat } from './lib/direct.mjs';
import { Realm } from './lib/realm.mjs';
import { RoomMember, update } from './lib/room.mjs';
import { until, within } from './lib/wait.mjs';
import { newWallet, newWallets } from './lib/wallet.mjs';

/** @type {Realm} */
let realm;
before(async () => (realm = await Realm.start()));
after(() => realm?.stop());

const logins = [BffPlayer.login, DirectPlayer.login];

test('Challenges are long, of the form that clients agree to sign, and never the same', async () => {
  const seen = new Set();
  const { address } = await newWallet();
  for (let i = 0; i < 5; i += 1) {
    const direct = await DirectConnection.open(realm);
    const bff = await BffConnection.open(realm);
    const { challengeToSign } = await bff.challenge(address);
    assert.equal((await bff.challenge(address)).challengeToSign, challengeToSign, 'the same on every call of a port');
    seen.add(challengeToSign).add((await direct.challenge(address)).challengeToSign);
    await Promise.all([direct.hangUp(), bff.hangUp()]);
  }
  assert.equal(seen.size, 10);
  for (const challenge of seen) assert.match(challenge, /^dcl-[0-9a-z]{25,}$/);
});

test('An address in mixed case is the same player as in lower case', async () => {
  for (const login of logins) {
    const wallet = await newWallet();
    const mixed = { ...wallet, address: wallet.owner.address };
    assert.notEqual(mixed.address, wallet.address);
    const first = await login(realm, mixed);
    assert.equal(first.address, wallet.address);
    const second = await login(realm, wallet);
    assert.equal(second.alreadyConnected, true);
    await second.leave();
  }
});

test('A chain of two links, and a delegation to the own key, get in', async () => {
  for (const login of logins) {
    const owner = createUnsafeIdentity();
    const address = owner.address.toLowerCase();
    const two = (text) =>
      Authenticator.createSimpleAuthChain(text, address, Authenticator.createSignature(owner, text));
    const own = (text) => Authenticator.createAuthChain(owner, owner, 60, text);
    for (const sign of [two, own]) await (await login(realm, { address, owner, sign })).leave();
  }
});

test('Fragmented messages are put together, and offered compression is left alone', async () => {
  const { address } = await newWallet();
  const line = await dial(realm.ws('/ws'), ['archipelago'], { perMessageDeflate: true });
  assert.equal(line.socket.extensions, '');
  const bytes = Buffer.from(challengeRequest(address));
  line.socket.send(bytes.subarray(0, 5), { fin: false });
  line.socket.send(bytes.subarray(5, 20), { fin: false });
  line.socket.ping();
  line.socket.send(bytes.subarray(20), { fin: true });
  await line.frames.take('a challenge');
  const pong = new Promise((resolve) => line.socket.once('pong', (data) => resolve(data.toString())));
  line.socket.ping('still there?');
  assert.equal(await within(pong, 'a pong'), 'still there?');
  await line.hangUp();
});

test('Fields of the future are ignored in packets and kept in what is relayed', async () => {
  const wallets = await newWallets(2);
  const [anna, bert] = [await DirectPlayer.login(realm, wallets[0]), await DirectPlayer.login(realm, wallets[1])];
  const unknown = [0xfa, 0x3e, 3, 1, 2, 3]; // field 1007, three bytes
  anna.connection.send(Uint8Array.of(...heartbeat(500, 0, 0), ...unknown));
  const annaSeat = await RoomMember.enter((await anna.island()).connStr, wallets[0]);
  await bert.stand(500, 0);
  const bertSeat = await RoomMember.enter((await bert.island()).connStr, wallets[1]);
  const movement = { timestamp: 1, positionX: 3, isGrounded: true, rotationY: 90, pointAtX: 7 };
  const today = Packet.encode(Packet.fromPartial({ message: { $case: 'movement', movement }, protocolVersion: 100 }));
  const body = Uint8Array.of(...today.finish(), ...unknown);
  annaSeat.connection.send(Uint8Array.of(...update(body), ...unknown));
  assert.deepEqual((await bertSeat.update()).body, body);
  await Promise.all([annaSeat, bertSeat, anna, bert].map((one) => one.leave()));
});

test('A client that closes its port is gone from its island, and may log in again on another port', async () => {
  const wallet = await newWallet();
  const player = await BffPlayer.login(realm, wallet);
  await player.stand(1_000, 0);
  await player.island();
  player.connection.port.close();
  const there = async () => (await realm.json(`/peers?id=${wallet.address}`)).peers.length;
  await until(async () => (await there()) === 0, 'the player is gone');
  await player.connection.usePort('again');
  const { challengeToSign, alreadyConnected } = await player.connection.challenge(wallet.address);
  assert.equal(alreadyConnected, false);
  await player.connection.authenticate(wallet.sign(challengeToSign));
  player.connection.useServices();
  await player.stand(1_000, 0);
  await until(async () => (await there()) === 1, 'the player is back');
  await player.leave();
});

test('A client that stops its heartbeats leaves its island, keeps its socket, and comes back with the next one', () =>
  Realm.during({ env: { CHECK_HEARTBEAT_INTERVAL: '1000' } }, async (impatient) => {
    for (const [index, login] of logins.entries()) {
      const player = await login(impatient, await newWallet());
      await player.stand(index * 1_000, 0);
      await player.island();
      await until(async () => (await impatient.json('/islands')).islands.length === 0, 'the island is gone');
      await player.stand(index * 1_000, 0);
      const { peers } = await player.island('the player is back on an island');
      assert.deepEqual(Object.keys(peers), [player.address]);
      await player.leave();
    }
  }));

test('A heartbeat without a position changes nothing; one with a desired room neither', async () => {
  const player = await DirectPlayer.login(realm, await newWallet());
  player.connection.send(encodeClient({ $case: 'heartbeat', heartbeat: { desiredRoom: 'I1' } }));
  await player.stand(3_000, 0, 'Inowhere');
  const island = await player.island();
  assert.notEqual(island.islandId, 'Inowhere');
  await player.stand(3_000, 1, 'Inowhere');
  await player.stand(3_000, 2);
  await until(async () => {
    const { peers } = await realm.json(`/peers?id=${player.address}`);
    return peers[0]?.position[2] === 2;
  }, 'the last heartbeat has arrived');
  assert.deepEqual(player.connection.packets.waiting, []);
  await player.leave();
});

test('An island that is full is not joined: the next one gets another', () =>
  Realm.during({ args: ['--max', '2'] }, async (small) => {
    const ids = [];
    for (const wallet of await newWallets(5)) {
      const player = await DirectPlayer.login(small, wallet);
      await player.stand(0, 0);
      ids.push((await player.island()).islandId);
    }
    const sizes = ids.map((id) => ids.filter((other) => other === id).length);
    assert.deepEqual(sizes, [2, 2, 2, 2, 1]);
  }));
