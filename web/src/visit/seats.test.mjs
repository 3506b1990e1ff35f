// What seats promises.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ending } from './reasons';
import { Seats } from './seats';

/** Rooms that do as they are told, and what was told of them. */
function scene() {
  const told = [];
  const rooms = [];
  const make = (connection, events) => {
    const room = { connection, events, sent: [], left: false, kind: 'ws-room' };
    room.opening = new Promise((yes, no) => Object.assign(room, { enter: yes, refuse: no }));
    Object.assign(room, {
      open: () => room.opening,
      send: (body) => room.sent.push(body) > 0,
      leave: () => (room.left = true),
    });
    rooms.push(room);
    return room;
  };
  const seats = new Seats(make, {
    state: (state, why) => told.push(why ? `${state}: ${why.reason}` : state),
    joined: (who) => told.push(`+${who}`),
    left: (who) => told.push(`-${who}`),
    heard: (seat, from, body) => told.push(`${from}@${seat}: ${body}`),
    stale: (why) => told.push(`stale: ${why.reason}`),
  });
  return { seats, rooms, told };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Stands in for the clock until the test is over: `tick` runs what was put off. */
function timers(t) {
  const { setTimeout, clearTimeout } = globalThis;
  t.after(() => Object.assign(globalThis, { setTimeout, clearTimeout }));
  let put = [];
  globalThis.setTimeout = (act) => put.push(act) && act;
  globalThis.clearTimeout = (act) => (put = put.filter((other) => other !== act));
  return { tick: () => put.splice(0).forEach((act) => act()) };
}

test('The old room is left after the new one is open, and nobody is told of twice', async (t) => {
  const { tick } = timers(t);
  const { seats, rooms, told } = scene();
  seats.goTo('one');
  rooms[0].events.joined('ann');
  rooms[0].enter();
  await settle();
  seats.goTo('two');
  assert.equal(rooms[0].left, false);
  rooms[1].events.joined('ann');
  rooms[0].events.heard('ann', 'hi');
  rooms[1].enter();
  await settle();
  assert.equal(rooms[0].left, false);
  rooms[0].events.joined('bob');
  rooms[0].events.left('ann');
  tick();
  assert.equal(rooms[0].left, true);
  assert.deepEqual(told, ['connecting', '+ann', 'open', 'moving', 'ann@1: hi', 'open', '+bob', '-bob']);
});

test('Who is led back keeps the room there until the new seat in it is open', async (t) => {
  const { tick } = timers(t);
  const { seats, rooms, told } = scene();
  seats.goTo('one');
  rooms[0].events.joined('ann');
  rooms[0].enter();
  await settle();
  seats.goTo('two');
  rooms[1].enter();
  await settle();
  seats.goTo('one, again');
  tick();
  assert.equal(rooms[0].left, false);
  rooms[0].events.heard('ann', 'welcome back');
  rooms[2].events.joined('ann');
  rooms[2].enter();
  await settle();
  assert.equal(rooms[0].left, true);
  assert.deepEqual(told, ['connecting', '+ann', 'open', 'moving', 'open', 'moving', 'ann@1: welcome back', 'open']);
});

test('What is said during a move reaches those who stay behind and those who are ahead', async (t) => {
  timers(t);
  const { seats, rooms } = scene();
  assert.equal(seats.send('nobody', false), false);
  seats.goTo('one');
  rooms[0].events.joined('ann');
  rooms[0].enter();
  await settle();
  seats.goTo('two');
  assert.equal(seats.send('moving', false), true);
  rooms[1].enter();
  await settle();
  seats.send('both', false);
  rooms[1].events.joined('ann');
  seats.send('new', false);
  assert.deepEqual(rooms[0].sent, ['moving', 'both']);
  assert.deepEqual(rooms[1].sent, ['both', 'new']);
});

test('A room that is lost is entered again; after three failures a new connection string is asked for', async (t) => {
  const { tick } = timers(t);
  const { seats, rooms, told } = scene();
  seats.goTo('one');
  for (let i = 0; i < 3; ++i) {
    rooms.at(-1).refuse(ending('overloaded'));
    await settle();
    tick();
  }
  assert.equal(rooms.length, 3);
  assert.equal(told.at(-1), 'stale: overloaded');
});

test('A refusal that is for good is told, and a key that is too old leads to a new one', async (t) => {
  timers(t);
  const { seats, rooms, told } = scene();
  seats.goTo('one');
  rooms[0].refuse(ending('banned'));
  await settle();
  assert.equal(told.at(-1), 'failed: banned');
  seats.goTo('two');
  rooms[1].refuse(ending('not_assigned'));
  await settle();
  assert.equal(told.at(-1), 'stale: not_assigned');
});

test('Who leaves hears nothing more', async () => {
  const { seats, rooms, told } = scene();
  seats.goTo('one');
  rooms[0].events.joined('ann');
  rooms[0].enter();
  await settle();
  seats.leave();
  rooms[0].events.heard('ann', 'late');
  rooms[0].events.closed(ending('peer_gone'));
  assert.deepEqual(told, ['connecting', '+ann', 'open', '-ann', 'none']);
});
