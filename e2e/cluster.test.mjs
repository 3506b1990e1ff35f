// A realm of several processes over NATS: whoever comes by whichever door meets the others.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BffPlayer } from './lib/bff.mjs';
import { Cluster } from './lib/cluster.mjs';
import { DirectPlayer } from './lib/direct.mjs';
import { WITHOUT_NATS } from './lib/nats-server.mjs';
import { endsWith } from './lib/reasons.mjs';
import { RoomMember } from './lib/room.mjs';
import { together } from './lib/together.mjs';
import { until } from './lib/wait.mjs';
import { newWallet, newWallets } from './lib/wallet.mjs';

describe('a cluster', { skip: WITHOUT_NATS }, () => {
  test('Two who came by different gateways meet on an island and talk in the room of a third process', () =>
    Cluster.during({ gateways: 2, cores: 2, rooms: 2, stats: 1 }, async (cluster) => {
      const [left, right] = cluster.gateways;
      const wallets = await newWallets(2);
      const ann = await DirectPlayer.login(left, wallets[0]);
      const bob = await BffPlayer.login(right, wallets[1]);
      await ann.stand(0, 0);
      await bob.stand(10, 0);
      const [toldAnn, toldBob] = await together(ann, bob);
      const hosts = cluster.rooms.map(({ url }) => new URL(url).host);
      assert.ok(hosts.includes(new URL(toldAnn.connStr.replace('ws-room:', '')).host), toldAnn.connStr);
      const a = await RoomMember.enter(toldAnn.connStr, wallets[0]);
      const b = await RoomMember.enter(toldBob.connStr, wallets[1]);
      await a.joined(b.alias);
      b.tell({ $case: 'chat', chat: { message: 'hello', timestamp: 1 } });
      assert.equal((await a.hear('chat')).message.chat.message, 'hello');

      for (const gateway of cluster.gateways)
        await until(async () => {
          const { bff, comms } = await gateway.json('/about');
          return bff.userCount === 2 && comms.usersCount === 2;
        }, 'both gateways count both players');
      const [stats] = cluster.stats;
      await until(async () => (await stats.json('/comms/peers')).peers.length === 2, 'statistics of both');
      assert.equal((await stats.json('/islands')).islands.length, 1);
      await ann.leave();
      await bob.leave();
      await until(async () => (await stats.json('/comms/peers')).peers.length === 0, 'nobody is left');
    }));

  test('A login at another gateway ends the session at the first', () =>
    Cluster.during({ gateways: 2 }, async ({ gateways: [left, right] }) => {
      const wallet = await newWallet();
      const first = await DirectPlayer.login(left, wallet);
      await first.stand(0, 0);
      await first.island();
      const second = await DirectPlayer.login(right, wallet);
      assert.deepEqual(await first.connection.next('kicked'), { reason: 0 });
      await endsWith(first.closed, 'replaced');
      await second.stand(0, 0);
      assert.ok((await second.island()).islandId);
      await until(async () => (await left.json('/about')).bff.userCount === 1, 'one player');
    }));
});
