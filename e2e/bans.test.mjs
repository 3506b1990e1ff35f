// Who is banned does not get in, and who is banned while it is here is out at once: official clients, both protocols.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { BffConnection, BffPlayer } from './lib/bff.mjs';
import { challengeRequest, DirectConnection, DirectPlayer, signedChallenge } from './lib/direct.mjs';
import { Gatekeeper } from './lib/gatekeeper.mjs';
import { endsWith } from './lib/reasons.mjs';
import { launch, Realm } from './lib/realm.mjs';
import { identification, RoomConnection, RoomMember } from './lib/room.mjs';
import { until, within } from './lib/wait.mjs';
import { newWallet, newWallets } from './lib/wallet.mjs';

/** @type {Gatekeeper} */
let keeper;
before(async () => (keeper = await Gatekeeper.start()));
after(() => keeper?.stop());
beforeEach(() => {
  keeper.behaves = 'answers';
  keeper.listed.clear();
  keeper.banned.clear();
  keeper.requests.length = 0;
});

const evictions = (realm) => realm.metric('archipelago_ban_evictions_total');
const loaded = (realm) => realm.metric('archipelago_ban_list_loaded_timestamp_seconds');
const failures = (realm, reason) => realm.metric('archipelago_ban_failures_total', { reason });

/** Three of one wallet's connections and one of somebody else's, all on one island. */
async function gathering(realm) {
  const [outcast, other, friend] = await newWallets(3);
  const direct = await DirectPlayer.login(realm, outcast);
  const bff = await BffPlayer.login(realm, other);
  const witness = await DirectPlayer.login(realm, friend);
  for (const player of [direct, bff, witness]) await player.stand(0, 0);
  const seats = [];
  for (const [player, wallet] of [[direct, outcast], [bff, other], [witness, friend]])
    seats.push(await RoomMember.enter((await player.island()).connStr, wallet));
  return { outcast, other, direct, bff, witness, seats };
}

/** Both are told and closed, lose their seats and their place on the island; the third stays. */
async function bothAreThrownOut(realm, { direct, bff, witness, seats }, ban) {
  const told = bff.connection.authentication.getDisconnectionMessage({});
  await ban();
  assert.deepEqual(await direct.connection.next('kicked'), { reason: 0 });
  await endsWith(direct.closed, 'banned');
  assert.deepEqual(await within(told, 'GetDisconnectionMessage is answered'), { reason: 0 });
  await endsWith(bff.closed, 'banned');
  for (const seat of seats.slice(0, 2)) await endsWith(seat.closed, 'banned');
  await until(async () => (await realm.json('/peers')).peers.length === 1, 'they are gone from the island');
  assert.equal((await realm.json('/rooms/status')).users, 1);
  assert.equal(await evictions(realm), 4);
  await Promise.all([witness.leave(), seats[2].leave()]);
}

async function isRefusedEverywhere(realm, wallet) {
  const direct = await DirectConnection.open(realm);
  direct.send(challengeRequest(wallet.address));
  await endsWith(direct.closed, 'banned');
  assert.deepEqual(direct.packets.waiting, [], 'not even a challenge');
  const bff = await BffConnection.open(realm);
  await assert.rejects(bff.challenge(wallet.address.toUpperCase().replace('0X', '0x')), /banned/);
  await endsWith(bff.closed, 'banned');
  const room = await RoomConnection.open(realm.ws('/rooms/lobby'));
  room.send(identification(wallet.address));
  await endsWith(room.closed, 'banned');
}

const withRooms = { ARCHIPELAGO_ROOMS_OPEN: 'lobby' };

describe('The fetched deny list', () => {
  const during = (act, env = {}) =>
    Realm.during({ env: { ...withRooms, ARCHIPELAGO_BANS_LIST_URL: keeper.listUrl, ...env } }, act);

  test('keeps who is on it out of every door', async () => {
    const wallet = await newWallet();
    keeper.listed.add(wallet.address.toUpperCase().replace('0X', '0x'));
    await during(async (realm) => {
      await until(() => loaded(realm), 'the list is here');
      await isRefusedEverywhere(realm, wallet);
      assert.equal(await realm.rejected('banned'), 3);
      await (await DirectPlayer.login(realm, await newWallet())).leave();
    });
  });

  test('throws out who is put on it, from sessions and rooms', () =>
    during(async (realm) => {
      const all = await gathering(realm);
      await bothAreThrownOut(realm, all, () => {
        keeper.listed.add(all.outcast.address).add(all.other.address);
        realm.child.kill('SIGHUP');
      });
      await isRefusedEverywhere(realm, all.outcast);
    }));

  for (const behaves of ['fails', 'redirects', 'talks nonsense', 'says nothing'])
    test(`stays as it was when the server ${behaves}`, async () => {
      const wallet = await newWallet();
      keeper.listed.add(wallet.address);
      await during(async (realm) => {
        await until(() => loaded(realm), 'the list is here');
        keeper.behaves = behaves;
        realm.child.kill('SIGHUP');
        await until(() => failures(realm, 'list'), 'the failure is counted');
        await isRefusedEverywhere(realm, wallet);
        assert.equal(keeper.asked('/elsewhere'), 0);
      });
    });

  test('that does not come does not hold up the end', async () => {
    keeper.behaves = 'hangs';
    const realm = await Realm.start({ env: { ARCHIPELAGO_BANS_LIST_URL: keeper.listUrl } });
    await until(() => keeper.asked('/denylist.json') > 0, 'it is asked for');
    const began = Date.now();
    assert.equal((await realm.stop()).code, 0);
    assert.ok(Date.now() - began < 5_000, 'its own limit is 10 s');
  });

  test('must have come before anybody is let in, if that is wanted', async () => {
    keeper.behaves = 'fails';
    await during(
      async (realm) => {
        const wallet = await newWallet();
        const connection = await DirectConnection.open(realm);
        const { challengeToSign } = await connection.challenge(wallet.address);
        connection.send(signedChallenge(wallet.sign(challengeToSign)));
        await endsWith(connection.closed, 'upstream_failed');
        keeper.behaves = 'answers';
        realm.child.kill('SIGHUP');
        await until(() => loaded(realm), 'the list is here');
        await (await DirectPlayer.login(realm, wallet)).leave();
      },
      { ARCHIPELAGO_BANS_ON_ERROR: 'closed' },
    );
  });
});

describe('The deny list in a file', () => {
  let folder, file;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'archipelago-bans-'));
    file = join(folder, 'banned.txt');
  });
  after(() => rmSync(folder, { recursive: true }));

  test('is read again when it changes; a bad one changes nothing and says its line', async () => {
    writeFileSync(file, '# nobody yet\n');
    await Realm.during({ args: ['--bans-file', file], env: withRooms }, async (realm) => {
      const all = await gathering(realm);
      await bothAreThrownOut(realm, all, () =>
        writeFileSync(file, `${all.outcast.address} # spam\n${all.other.address}\n`),
      );
      writeFileSync(file, `# pardoned\n${all.outcast.address}\n${all.other.address}, too\n`);
      await until(() => failures(realm, 'file'), 'the failure is counted');
      assert.match(realm.output.stderr, /list_not_loaded.*line 3/);
      await isRefusedEverywhere(realm, all.other);
      rmSync(file);
      await until(async () => (await failures(realm, 'file')) === 2, 'the missing file is noticed');
      await isRefusedEverywhere(realm, all.other);
      writeFileSync(file, JSON.stringify({ users: [] }));
      await until(async () => (await realm.metric('archipelago_bans_listed')) === 0, 'all are pardoned');
      await (await DirectPlayer.login(realm, all.other)).leave();
    });
  });

  test('that is wrong stops the start with one line', async () => {
    writeFileSync(file, '\n0x12\n');
    const { code, stdout, stderr } = await within(
      launch(['serve', '--port', '0', '--bans-file', file]).exited,
      'the program ends',
    );
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /^archipelago: bans\.file \S+banned\.txt: line 2: [^\n]+\n$/m);
  });
});

describe('The ban check', () => {
  const during = (act, env = {}) =>
    Realm.during({ env: { ...withRooms, COMMS_GATEKEEPER_URL: `${keeper.url}/`, ...env } }, act);

  /** Logs in over /ws as far as it goes. */
  async function prove(realm, wallet) {
    const connection = await DirectConnection.open(realm);
    const { challengeToSign } = await connection.challenge(wallet.address);
    connection.send(signedChallenge(wallet.sign(challengeToSign)));
    return connection;
  }

  test('is asked at the proof, once a minute for each address', () =>
    during(async (realm) => {
      const [outcast, friend] = await newWallets(2);
      keeper.banned.add(outcast.address);
      const refused = await prove(realm, outcast);
      assert.deepEqual(await refused.next('kicked'), { reason: 0 });
      await endsWith(refused.closed, 'banned');
      const bff = await BffConnection.open(realm);
      const { challengeToSign } = await bff.challenge(outcast.address);
      await assert.rejects(bff.authenticate(outcast.sign(challengeToSign)), /banned/);
      await endsWith(bff.closed, 'banned');
      assert.equal(keeper.asked(`/users/${outcast.address}/bans`), 1);
      for (let i = 0; i < 3; i += 1) await (await DirectPlayer.login(realm, friend)).leave();
      assert.equal(keeper.asked(`/users/${friend.address}/bans`), 1);
    }));

  test('is asked about everybody here, who is thrown out when it says so', () =>
    during(
      async (realm) => {
        const all = await gathering(realm);
        await bothAreThrownOut(realm, all, () => keeper.banned.add(all.outcast.address).add(all.other.address));
      },
      { BAN_SWEEP_INTERVAL_MS: '100' },
    ));

  test('that hangs costs a login its time limit, and then the option decides', async () => {
    keeper.behaves = 'hangs';
    await during(async (realm) => {
      const began = Date.now();
      const player = await DirectPlayer.login(realm, await newWallet());
      assert.ok(Date.now() - began < 3_000, 'the limit is a second');
      await player.leave();
      assert.equal(await failures(realm, 'check'), 1);
    });
    await during(
      async (realm) => endsWith((await prove(realm, await newWallet())).closed, 'upstream_failed'),
      { ARCHIPELAGO_BANS_ON_ERROR: 'closed', ARCHIPELAGO_BANS_CHECK_TIMEOUT_MS: '100' },
    );
  });

  for (const behaves of ['fails', 'redirects', 'talks nonsense'])
    test(`that ${behaves} lets everybody in unless told otherwise`, async () => {
      keeper.behaves = behaves;
      const outcast = await newWallet();
      keeper.banned.add(outcast.address);
      await during(async (realm) => {
        await (await DirectPlayer.login(realm, outcast)).leave();
        assert.equal(await failures(realm, 'check'), 1);
        assert.equal(keeper.asked('/elsewhere'), 0);
      });
    });
});
