// A room host of ours in the place of a known ws-room service: it needs no core, only the NATS server of its realm.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NatsServer, WITHOUT_NATS } from './lib/nats-server.mjs';
import { Realm } from './lib/realm.mjs';
import { RoomMember } from './lib/room.mjs';
import { newWallets } from './lib/wallet.mjs';

const ENV = { ARCHIPELAGO_ROOMS_SECRET: 'nobody else has rooms here', ARCHIPELAGO_ROOMS_OPEN: 'lobby' };

test('Members of a room that is open to all talk with each other, and /rooms/status counts them', { skip: WITHOUT_NATS }, () =>
  NatsServer.during((nats) =>
    Realm.during({ args: ['--role', 'rooms', '--nats', nats.url], env: ENV }, async (host) => {
      const lobby = `ws-room:${host.ws('/rooms/lobby')}`;
      const wallets = await newWallets(2);
      const ann = await RoomMember.enter(lobby, wallets[0]);
      const bob = await RoomMember.enter(lobby, wallets[1]);
      await ann.joined(bob.alias);
      bob.tell({ $case: 'chat', chat: { message: 'hello', timestamp: 1 } });
      assert.equal((await ann.hear('chat')).message.chat.message, 'hello');
      const { users, rooms, details } = await host.json('/rooms/status');
      assert.deepEqual([users, rooms, details], [2, 1, [{ roomName: 'lobby', count: 2 }]]);
      await bob.leave();
      await ann.left(bob.alias);
      await ann.leave();
    }),
  ));
