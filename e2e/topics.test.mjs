// Topics between players, system topics, and the comms director, through the official service definitions.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Heartbeat } from '@dcl/protocol/out-js/decentraland/bff/comms_director_service.gen.js';
import {
  IslandChangedMessage,
  JoinIslandMessage,
} from '@dcl/protocol/out-js/decentraland/kernel/comms/v3/archipelago.gen.js';
import { BffPlayer } from './lib/bff.mjs';
import { DirectPlayer } from './lib/direct.mjs';
import { Realm } from './lib/realm.mjs';
import { RoomMember } from './lib/room.mjs';
import { until, within } from './lib/wait.mjs';
import { newWallet, newWallets } from './lib/wallet.mjs';

/** @type {Realm} */
let realm;
before(async () => (realm = await Realm.start()));
after(() => realm?.stop());

const logIn = async (count) => Promise.all((await newWallets(count)).map((wallet) => BffPlayer.login(realm, wallet)));
const leave = (...players) => Promise.all(players.map((player) => player.leave()));
const bytes = (text) => new TextEncoder().encode(text);
const publish = (player, topic, payload) =>
  within(player.connection.comms.publishToTopic({ topic, payload }), 'PublishToTopic');

/** Subscribes to a peer topic; the elements come from `next`. */
async function subscribe(player, topic) {
  const { comms } = player.connection;
  const subscription = await within(comms.subscribeToPeerMessages({ topic }), 'SubscribeToPeerMessages');
  const stream = comms.getPeerMessages(subscription);
  return { subscription, stream, next: () => within(stream.next(), `an element of ${topic}`) };
}

test('What a player publishes reaches every subscriber of the topic, with its sender, byte for byte', async () => {
  const [anna, bert, cleo] = await logIn(3);
  const subscriptions = await Promise.all([anna, bert].map((player) => subscribe(player, 'garden.party')));
  await subscribe(cleo, 'garden.other');
  const payload = randomBytes(5_000);
  assert.deepEqual(await publish(anna, 'garden.party', payload), { ok: true });
  for (const { next } of subscriptions) {
    const { value } = await next();
    assert.equal(value.sender, anna.address);
    assert.equal(value.topic, 'garden.party');
    assert.deepEqual(Buffer.from(value.payload), payload);
  }
  await leave(anna, bert, cleo);
});

test('A burst of 100 messages arrives complete and in order', async () => {
  const [anna, bert] = await logIn(2);
  const { next } = await subscribe(bert, 'count');
  const first = next(); // asks for the first element, so that the stream is under way
  await Promise.all(Array.from({ length: 40 }, (_, i) => publish(anna, 'count', bytes(`${i}`))));
  const heard = [(await first).value];
  while (heard.length < 40) heard.push((await next()).value);
  const more = Array.from({ length: 60 }, (_, i) => i + 40);
  for (const i of more) {
    await publish(anna, 'count', bytes(`${i}`));
    heard.push((await next()).value);
  }
  assert.deepEqual(
    heard.map(({ payload }) => Buffer.from(payload).toString()),
    Array.from({ length: 100 }, (_, i) => `${i}`),
  );
  await leave(anna, bert);
});

test('A subscriber that does not read keeps the oldest messages and loses the newest, which is counted', async () => {
  const [anna, bert] = await logIn(2);
  const { next } = await subscribe(bert, 'flood');
  const before = await realm.metric('archipelago_topic_messages_dropped_total');
  await Promise.all(Array.from({ length: 80 }, (_, i) => publish(anna, 'flood', bytes(`${i}`))));
  let dropped;
  await until(async () => {
    dropped = (await realm.metric('archipelago_topic_messages_dropped_total')) - before;
    return dropped >= 29; // the subscriber's shard has heard all of them
  }, '50 or 51 of 80 have room');
  for (let i = 0; i < 80 - dropped; i += 1) assert.equal(Buffer.from((await next()).value.payload).toString(), `${i}`);
  await publish(anna, 'flood', bytes('after'));
  assert.equal(Buffer.from((await next()).value.payload).toString(), 'after');
  await leave(anna, bert);
});

test('Unsubscribing ends the stream that runs, and is always answered with ok', async () => {
  const [anna] = await logIn(1);
  const { comms } = anna.connection;
  const { subscription, next } = await subscribe(anna, 'short');
  await publish(anna, 'short', bytes('x'));
  assert.equal((await next()).value.sender, anna.address);
  const last = next();
  assert.deepEqual(await within(comms.unsubscribeToPeerMessages(subscription), 'an answer'), { ok: true });
  assert.equal((await last).done, true);
  assert.deepEqual(await within(comms.unsubscribeToPeerMessages(subscription), 'an answer'), { ok: true });
  assert.deepEqual(await within(comms.unsubscribeToSystemMessages({ subscriptionId: 4_711 }), 'an answer'), {
    ok: true,
  });
  await leave(anna);
});

test('The stream of a subscription that does not exist ends at once', async () => {
  const [anna] = await logIn(1);
  const stream = anna.connection.comms.getPeerMessages({ subscriptionId: 4_711 });
  assert.equal((await within(stream.next(), 'the end')).done, true);
  await leave(anna);
});

test('A client that closes its stream is sent nothing more, and its session goes on', async () => {
  const [anna, bert] = await logIn(2);
  const { stream, next } = await subscribe(bert, 'half');
  await publish(anna, 'half', bytes('1'));
  await next();
  await within(stream.return(), 'the stream closes');
  await publish(anna, 'half', bytes('2'));
  const again = await subscribe(bert, 'half');
  await publish(anna, 'half', bytes('3'));
  assert.equal(Buffer.from((await again.next()).value.payload).toString(), '3');
  await leave(anna, bert);
});

test('TopicsService subscribes and streams in one call, and closing the stream unsubscribes', async () => {
  const [anna, bert] = await logIn(2);
  const stream = bert.connection.topics.peerSubscription({ topic: 'one.call' });
  const first = stream.next();
  const opened = await subscribe(bert, 'opened'); // a round trip later the subscription above is in place
  assert.ok(opened);
  await within(anna.connection.topics.publishToTopic({ topic: 'one.call', payload: bytes('a') }), 'PublishToTopic');
  const { value } = await within(first, 'the element');
  assert.deepEqual([value.sender, value.topic, Buffer.from(value.payload).toString()], [anna.address, 'one.call', 'a']);
  await within(stream.return(), 'the stream closes');
  await leave(anna, bert);
});

test('A player reads its own island_changed, also when it writes its address in capitals', async () => {
  const [anna] = await logIn(1);
  const topic = `0x${anna.address.slice(2).toUpperCase()}.island_changed`;
  const stream = anna.connection.topics.systemSubscription({ topic });
  const element = stream.next();
  await subscribe(anna, 'round.trip');
  await anna.stand(100, 0);
  const { value } = await within(element, 'an element');
  assert.equal(value.topic, `${anna.address}.island_changed`);
  const island = await anna.island();
  assert.deepEqual(IslandChangedMessage.decode(value.payload), island);
  await leave(anna);
});

test('The members of an island are told of who joins it', async () => {
  const [anna, bert] = await logIn(2);
  await anna.stand(20_000, 0);
  const { islandId } = await anna.island();
  const stream = anna.connection.topics.systemSubscription({ topic: `island.${islandId}.peer_join` });
  const joined = async () => {
    for await (const { payload } of stream) {
      const { islandId: where, peerId } = JoinIslandMessage.decode(payload);
      assert.equal(where, islandId);
      if (peerId !== anna.address) return peerId; // her own joining may still be on its way
    }
  };
  const newcomer = joined();
  await subscribe(anna, 'round.trip');
  await bert.stand(20_001, 0);
  assert.equal(await within(newcomer, 'peer_join'), bert.address);
  await leave(anna, bert);
});

test('Nobody reads the heartbeats of others, however the peer topic is written', async () => {
  const [anna, spy] = await logIn(2);
  const marker = await subscribe(spy, 'marker');
  const overheard = [];
  for (const topic of ['heartbeat', '*', '>', 'heart*']) {
    const { comms } = spy.connection;
    const subscription = await comms.subscribeToPeerMessages({ topic }).catch(() => null);
    if (subscription === null) continue;
    const listen = async () => {
      for await (const element of comms.getPeerMessages(subscription))
        if (element.sender !== spy.address) overheard.push(element.topic);
    };
    listen().catch(() => {});
  }
  for (const round of ['1', '2']) {
    await anna.stand(30_000, Number(round));
    await publish(anna, 'marker', bytes(round));
    await marker.next();
  }
  assert.deepEqual(
    overheard.filter((topic) => topic === 'heartbeat'),
    [],
  );
  await leave(anna, spy);
});

test('CommsDirectorService: heartbeats go in, an adapter comes out at each new island', async () => {
  const wallet = await newWallet();
  const anna = await BffPlayer.login(realm, wallet);
  const { director } = anna.connection;
  const commands = director.getCommsCommands({});
  const adapter = async () => {
    const { value } = await within(commands.next(), 'a command');
    assert.equal(value.command.$case, 'setCommsAdapter');
    return value.command.setCommsAdapter.connectionString;
  };
  const beat = (x) =>
    within(director.sendHeartbeat(Heartbeat.fromPartial({ position: { x, y: 0, z: 0 } })), 'SendHeartbeat');

  const first = adapter();
  await subscribe(anna, 'round.trip');
  assert.deepEqual(await beat(40_000), {});
  const seat = await RoomMember.enter(await first, wallet);
  assert.deepEqual(seat.peerIdentities, {});
  await seat.leave();

  const host = await DirectPlayer.login(realm, await newWallet());
  const guest = await DirectPlayer.login(realm, await newWallet());
  for (const player of [host, guest]) await player.stand(50_000, 0);
  const { islandId } = await guest.island();
  const second = adapter();
  await beat(50_001);
  assert.match(await second, new RegExp(`/rooms/${islandId}\\?`));
  await leave(anna, host, guest);
});
