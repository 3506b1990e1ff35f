// The tour of the README, step by step, with the official clients: log in, meet, talk, part, meet again, leave.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BffPlayer } from './lib/bff.mjs';
import { DirectPlayer } from './lib/direct.mjs';
import { Realm } from './lib/realm.mjs';
import { RoomMember } from './lib/room.mjs';
import { Inbox, until } from './lib/wait.mjs';
import { newWallets } from './lib/wallet.mjs';

/** @type {Realm} */
let realm;
before(async () => (realm = await Realm.start()));
after(() => realm?.stop());

const text = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const keys = (map) => Object.keys(map).sort();
const addresses = (...players) => players.map((player) => player.address).sort();

/** Everyone but the sender hears exactly the bytes that were sent, under the sender's alias. */
async function heardByAll(sender, others, message, options = {}) {
  const body = sender.tell(message, options);
  for (const other of others) {
    const heard = await other.hear(message.$case);
    assert.equal(heard.from, sender.alias);
    assert.equal(heard.unreliable, options.unreliable ?? false);
    assert.deepEqual(heard.body, body);
  }
}

test('Two players over the BFF and one over /ws meet, talk, part, meet again and leave', async (t) => {
  const [annaWallet, bertWallet, cleoWallet] = await newWallets(3);
  let anna, bert, cleo; // players
  let annaSeat, bertSeat, cleoSeat; // their places in the island's room
  let home; // the island where they meet
  let strings; // connection string of each player

  let failed = false;
  /** One step of the README; those after a failed one mean nothing and are skipped. */
  const step = (claim, act) =>
    t.test(claim, { skip: failed && 'an earlier step failed' }, async () => {
      failed = true;
      await act();
      failed = false;
    });

  await step('1. /about tells every generation of clients where to connect', async () => {
    const about = await realm.json('/about');
    assert.equal(about.healthy, true);
    assert.equal(about.acceptingUsers, true);
    assert.equal(about.comms.protocol, 'v3');
    assert.equal(about.bff.healthy, true);
    assert.match(about.bff.publicUrl, /\/bff$/);
    assert.match(about.comms.adapter, /^archipelago:archipelago:ws:\/\/.+\/ws$/);
  });

  await step('2. each logs in by signing a challenge, and is welcomed under its address', async () => {
    anna = await BffPlayer.login(realm, annaWallet);
    bert = await BffPlayer.login(realm, bertWallet);
    cleo = await DirectPlayer.login(realm, cleoWallet);
    assert.deepEqual(addresses(anna, bert, cleo), addresses(annaWallet, bertWallet, cleoWallet));
    for (const module of ['CommsService', 'TopicsService']) assert.ok(anna.welcome.availableModules.includes(module));
    assert.equal(cleo.alreadyConnected, false);
  });

  await step('3. each says where it stands, and all are put on the same island', async () => {
    await anna.stand(8, 8);
    const first = await anna.island();
    assert.deepEqual(keys(first.peers), addresses(anna));
    assert.equal(first.fromIslandId, undefined);

    await bert.stand(12, 8);
    const second = await bert.island();
    await cleo.stand(8, 12);
    const third = await cleo.island();
    home = first.islandId;
    assert.deepEqual([second.islandId, third.islandId], [home, home]);
    assert.deepEqual(keys(second.peers), addresses(anna, bert));
    assert.deepEqual(keys(third.peers), addresses(anna, bert, cleo));
    assert.deepEqual(third.peers[bert.address], { x: 12, y: 0, z: 8 });
    assert.equal(second.fromIslandId, undefined, 'bert was told of no island before');
    strings = [first.connStr, second.connStr, third.connStr];
    assert.equal(new Set(strings).size, 3, 'a connection string belongs to one player');
  });

  await step("4. each connects to the island's room by its connection string", async () => {
    for (const string of strings) assert.match(string, new RegExp(`^ws-room:ws://.+/rooms/${home}\\?access_token=`));
    annaSeat = await RoomMember.enter(strings[0], annaWallet);
    bertSeat = await RoomMember.enter(strings[1], bertWallet);
    cleoSeat = await RoomMember.enter(strings[2], cleoWallet);
    assert.deepEqual(annaSeat.peerIdentities, {});
    assert.deepEqual(cleoSeat.peerIdentities, {
      [annaSeat.alias]: anna.address,
      [bertSeat.alias]: bert.address,
    });
    assert.equal((await annaSeat.joined(bertSeat.alias)).address, bert.address);
    assert.equal((await annaSeat.joined(cleoSeat.alias)).address, cleo.address);
    assert.equal((await bertSeat.joined(cleoSeat.alias)).address, cleo.address);
  });

  await step('5. chat, position, profile and voice reach the others unchanged and never their sender', async () => {
    const chat = { $case: 'chat', chat: { message: 'Hallo, wer ist da? 🏝', timestamp: 1234.5 } };
    await heardByAll(annaSeat, [bertSeat, cleoSeat], chat);

    const where = {
      index: 7,
      positionX: 8,
      positionY: 1.75,
      positionZ: 8,
      rotationX: 0,
      rotationY: 0.5,
      rotationZ: 0,
      rotationW: 0.5,
    };
    await heardByAll(cleoSeat, [annaSeat, bertSeat], { $case: 'position', position: where }, { unreliable: true });

    const asked = { address: anna.address, profileVersion: 3 };
    await heardByAll(bertSeat, [annaSeat, cleoSeat], { $case: 'profileRequest', profileRequest: asked });
    const profile = {
      serializedProfile: JSON.stringify({ avatars: 'x'.repeat(60_000) }),
      baseUrl: 'https://profiles.example/',
    };
    await heardByAll(annaSeat, [bertSeat, cleoSeat], {
      $case: 'profileResponse',
      profileResponse: profile,
    });

    const spoken = { encodedSamples: randomBytes(160), index: 1, codec: 0 };
    await heardByAll(bertSeat, [annaSeat, cleoSeat], { $case: 'voice', voice: spoken }, { unreliable: true });

    const echoes = [annaSeat, bertSeat, cleoSeat].flatMap((seat) => seat.connection.packets.waiting);
    assert.deepEqual(echoes, []);
  });

  await step('6. who walks away gets another island; the others are not disturbed', async () => {
    await cleo.stand(2_000, 8);
    const apart = await cleo.island();
    assert.notEqual(apart.islandId, home);
    assert.equal(apart.fromIslandId, home);
    assert.deepEqual(keys(apart.peers), addresses(cleo));
    assert.deepEqual([anna.islands.waiting, bert.islands.waiting], [[], []]);

    const away = await RoomMember.enter(apart.connStr, cleoWallet);
    assert.deepEqual(away.peerIdentities, {});
    await cleoSeat.leave();
    await annaSeat.left(cleoSeat.alias);
    await bertSeat.left(cleoSeat.alias);
    cleoSeat = away;
  });

  await step('7. who comes back meets the others on their island again', async () => {
    const alone = (await realm.json('/comms/peers')).peers.find(({ id }) => id === cleo.address);
    assert.deepEqual(alone.position, [2_000, 0, 8]);
    const { islands } = await realm.json('/islands');
    const solitary = islands.find(({ peers }) => peers.some(({ id }) => id === cleo.address)).id;

    await cleo.stand(10, 10);
    const again = await cleo.island();
    assert.equal(again.islandId, home);
    assert.equal(again.fromIslandId, solitary);
    assert.deepEqual(keys(again.peers), addresses(anna, bert, cleo));
    const seat = await RoomMember.enter(again.connStr, cleoWallet);
    await annaSeat.joined(seat.alias);
    await bertSeat.joined(seat.alias);
    await cleoSeat.leave();
    cleoSeat = seat;
    const wave = { $case: 'chat', chat: { message: 'back again', timestamp: 1240 } };
    await heardByAll(cleoSeat, [annaSeat, bertSeat], wave);
  });

  await step('8. who leaves is seen to leave, by the room and by the realm', async () => {
    await bertSeat.leave();
    await annaSeat.left(bertSeat.alias);
    await cleoSeat.left(bertSeat.alias);
    await bert.leave();
    const onIsland = async () => (await realm.json(`/islands/${home}`)).peers.map(({ id }) => id).sort();
    await until(async () => (await onIsland()).length === 2, 'the island holds two players');
    assert.deepEqual(await onIsland(), addresses(anna, cleo));

    await Promise.all([annaSeat.leave(), cleoSeat.leave(), anna.leave(), cleo.leave()]);
    await until(async () => (await realm.json('/comms/peers')).peers.length === 0, 'the realm is empty');
    await until(async () => (await realm.metric('dcl_ws_rooms_count')) === 0, 'the rooms are gone');
  });
});

test('The README names the steps above in the same words, and its ten lines are ten-lines.mjs', () => {
  const readme = text('../README.md').replaceAll(/\s+/g, ' ');
  const steps = [...text('tour.test.mjs').matchAll(/step\((['"])(\d\. .+?)\1, /g)].map(([, , claim]) => claim);
  assert.equal(steps.length, 8);
  for (const claim of steps) assert.ok(readme.includes(claim), claim);
  const [, lines] = text('ten-lines.mjs').split(/^const realm = .*\n/m);
  assert.equal(lines.trim().split('\n').length, 10);
  assert.ok(readme.includes(lines.trim().replaceAll(/\s+/g, ' ')));
});

test('The ten lines of the README print an island', async () => {
  const script = fileURLToPath(new URL('ten-lines.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, realm.ws('')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = new Inbox();
  child.stdout.on('data', (chunk) => printed.push(chunk.toString()));
  try {
    await printed.take('an island is printed', (chunk) => chunk.includes('islandId'));
  } finally {
    child.kill();
  }
});
