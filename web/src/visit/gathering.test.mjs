// What a gathering promises: nobody misses a line because its speaker moves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gathering } from './gathering';
import { ending } from './reasons';

/** A gathering in rooms that the test moves. */
function scene() {
  const sent = [];
  let told;
  const parts = {
    Seats: class {
      kind = 'ws-room';
      constructor(_, events) {
        told = events;
      }
      goTo() {}
      send(body) {
        return sent.push(body) > 0;
      }
    },
    chatPacket: (text) => text,
  };
  const gathering = new Gathering({}, { opened() {}, stale() {} });
  gathering.goTo('ws-room:ws://h/rooms/I1', {}, parts);
  told.state('open', null);
  return { gathering, told, sent, deliveries: () => gathering.chat.lines.value.map(({ delivery }) => delivery) };
}

test('What is said on the way to another room waits until one is there', () => {
  const { gathering, told, sent, deliveries } = scene();
  told.state('moving', null);
  assert.equal(gathering.say('me', 'hello'), true);
  assert.deepEqual([sent, deliveries()], [[], ['waiting']]);
  told.state('open', null);
  assert.deepEqual([sent, deliveries()], [['hello'], ['sent']]);
});

test('Where the way turns out to be long, it is said in the room that there is', () => {
  const { gathering, told, sent } = scene();
  told.state('moving', null);
  gathering.say('me', 'hello');
  told.state('moving', ending('overloaded'));
  gathering.say('me', 'anybody?');
  assert.deepEqual(sent, ['hello', 'anybody?']);
});

test('Whoever has left is not shown as near any more', () => {
  const { gathering, told } = scene();
  for (const who of ['ann', 'bob']) told.joined(who);
  gathering.look({ x: 0, z: 0 });
  told.left('ann');
  assert.deepEqual(gathering.near.value.map(({ address }) => address), ['bob']);
});
