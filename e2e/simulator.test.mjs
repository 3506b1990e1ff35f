// Company for client developers: made-up people in a room, as an official client meets them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DirectPlayer } from './lib/direct.mjs';
import { Realm } from './lib/realm.mjs';
import { RoomMember } from './lib/room.mjs';
import { until } from './lib/wait.mjs';
import { newWallet } from './lib/wallet.mjs';

test('In the simulator a player alone meets people who walk, answer and go when it goes', () =>
  Realm.during({ args: ['--backends-rules', 'simulator', '--simulator-peers', '7', '--simulator-seed', '42'] }, async (realm) => {
    const player = await DirectPlayer.login(realm, await newWallet());
    await player.stand(100, 100);
    const { connStr } = await player.island();
    const member = await RoomMember.enter(connStr, player.wallet);
    const others = () => realm.metric('archipelago_simulated_peers');
    await until(async () => (await others()) === 7, 'they are there');
    const walkers = new Set();
    await until(async () => {
      const { from, unreliable, message } = await member.hear('position');
      assert.equal(unreliable, true);
      assert.ok(Number.isFinite(message.position.positionX));
      walkers.add(from);
      return walkers.size === 7;
    }, 'all of them walk');
    member.tell({ $case: 'chat', chat: { message: 'hello', timestamp: Date.now() } });
    const answer = await member.hear('chat');
    assert.equal(answer.message.chat.message, 'You said: hello');
    assert.ok(walkers.has(answer.from));
    await member.leave();
    await player.leave();
  }));
