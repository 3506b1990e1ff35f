// What is shipped beside the program speaks of options, roles and subjects that exist.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { BffPlayer } from './lib/bff.mjs';
import { Cluster, healthy } from './lib/cluster.mjs';
import { DirectPlayer } from './lib/direct.mjs';
import { WITHOUT_NATS, NatsServer } from './lib/nats-server.mjs';
import { BINARY } from './lib/realm.mjs';
import { RoomMember } from './lib/room.mjs';
import { until } from './lib/wait.mjs';
import { newWallets } from './lib/wallet.mjs';

const folder = fileURLToPath(new URL('../packaging/', import.meta.url));
const read = (path) => readFileSync(folder + path, 'utf8');
const ROLES = ['gateway', 'core', 'rooms', 'stats'];
const options = execFileSync(BINARY, ['config', '--markdown'], { encoding: 'utf8' })
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').slice(1, 4).map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name)));
const FLAGS = new Set(options.flatMap(([, flags]) => flags));
const ENVIRONMENT = new Set(options.flatMap(([, , names]) => names));

const compose = parse(read('compose.yml'), { merge: true });
const services = Object.entries(compose.services);
const ours = services.filter(([, { image }]) => image === 'archipelago');
const mounted = (service) => (service.volumes ?? []).map((volume) => volume.split(':')[0]);

test('The composed realm has every role, and a second one of each that may fall', () => {
  const counts = {};
  for (const [name, { command }] of ours) {
    assert.equal(command[0], 'serve', name);
    const role = command[command.indexOf('--role') + 1];
    assert.ok(ROLES.includes(role), `${name}: ${role}`);
    counts[role] = (counts[role] ?? 0) + 1;
  }
  assert.deepEqual(counts, { gateway: 2, core: 2, rooms: 2, stats: 1 });
});

test('Its flags and environment names are options of the program', () => {
  for (const [name, { command, environment }] of ours) {
    for (const flag of command.filter((word) => word.startsWith('-'))) assert.ok(FLAGS.has(flag), `${name}: ${flag}`);
    for (const key of Object.keys(environment)) assert.ok(ENVIRONMENT.has(key), `${name}: ${key}`);
  }
});

test('Its parts name parts, volumes and files that exist, and each port once', () => {
  for (const [name, service] of services) {
    for (const other of service.depends_on ?? []) assert.ok(compose.services[other], `${name} needs ${other}`);
    for (const source of mounted(service))
      assert.ok(source.startsWith('.') ? existsSync(join(folder, source)) : source in compose.volumes, `${name}: ${source}`);
  }
  const ports = services.flatMap(([, service]) => service.ports ?? []).map((port) => port.split(':')[0]);
  assert.equal(new Set(ports).size, ports.length);
});

test('Each of its processes starts with what it is given', () => {
  const given = { PUBLIC_HOST: 'realm.example.org' };
  for (const [name, { command, environment }] of ours) {
    const env = { PATH: process.env.PATH };
    for (const [key, value] of Object.entries(environment))
      env[key] = value.replace(/\$\{(\w+):\?\}/g, (_, variable) => given[variable] ?? 'sixteen-or-more-letters');
    const shown = spawnSync(BINARY, ['config', '--show', ...command.slice(1)], { env, encoding: 'utf8' });
    assert.equal(shown.status, 0, `${name}: ${shown.stderr}`);
  }
});

test('Its balancer knows the gateways and the statistics', () => {
  const servers = [...read('cluster/nginx.conf').matchAll(/server ([\w-]+):8000/g)].map(([, name]) => name);
  assert.deepEqual(servers.sort(), ['gateway-1', 'gateway-2', 'stats']);
});

test('The files of roles name options that exist, and the roles start with them', () => {
  const files = readdirSync(`${folder}cluster`).filter((name) => name.endsWith('.env'));
  assert.deepEqual(files.sort(), ROLES.map((role) => `${role}.env`).sort());
  for (const role of ROLES) {
    const env = { PATH: process.env.PATH };
    for (const [, mute, name, value] of read(`cluster/${role}.env`).matchAll(/^(#?)([A-Z_]+)=(.*)$/gm)) {
      assert.ok(ENVIRONMENT.has(name), `${role}: ${name}`);
      if (name.endsWith('_SECRET')) env[name] = 'sixteen or more letters';
      else if (!mute) env[name] = value;
    }
    const args = ['config', '--show', '--config', `${folder}cluster/cluster.toml`, '--role', role];
    const shown = spawnSync(BINARY, args, { env, encoding: 'utf8' });
    assert.equal(shown.status, 0, `${role}: ${shown.stderr}`);
    assert.match(shown.stdout, new RegExp(`process\\.role += ${role} .*nats\\.servers += nats:`, 's'));
  }
});

const settings = (unit) => unit.split('[Service]')[1].split('[Install]')[0].split('\n').filter((line) => line.includes('='));

test('The unit of a role is in the same sandbox as that of a whole realm', () => {
  const own = /^(EnvironmentFile|ExecStart)=/;
  const [whole, role] = ['archipelago.service', 'archipelago@.service'].map((name) => settings(read(name)).filter((line) => !own.test(line)));
  assert.deepEqual(role, whole);
});

const withoutSystemd = spawnSync('systemd-analyze', ['--version']).status === 0 ? false : 'no systemd-analyze here';

test('systemd itself takes the units', { skip: withoutSystemd }, () => {
  const units = mkdtempSync(join(tmpdir(), 'units-'));
  try {
    for (const name of ['archipelago.service', 'archipelago@.service'])
      writeFileSync(join(units, name), read(name).replaceAll('/usr/bin/archipelago', BINARY));
    for (const name of ['archipelago.service', ...ROLES.map((role) => `archipelago@${role}.service`)]) {
      const verified = spawnSync('systemd-analyze', ['verify', join(units, name)], { encoding: 'utf8' });
      assert.equal(`${verified.stdout}${verified.stderr}`, '', name);
    }
  } finally {
    rmSync(units, { recursive: true });
  }
});

test('What is configured by hand survives an update of the package', () => {
  const shipped = ['archipelago.toml', 'cluster.toml', ...ROLES.map((role) => `${role}.env`)];
  assert.deepEqual(read('conffiles').trim().split('\n').sort(), shipped.map((name) => `/etc/archipelago/${name}`).sort());
});

describe('The NATS server of packaging/nats/nats.conf', { skip: WITHOUT_NATS }, () => {
  const PASSWORDS = Object.fromEntries(ROLES.map((role) => [role, `secret-of-${role}`]));
  const env = Object.fromEntries(ROLES.map((role) => [`${role.toUpperCase()}_PASSWORD`, PASSWORDS[role]]));
  const login = (role) => ({ NATS_USER: role, NATS_PASSWORD: PASSWORDS[role] });
  /** @type {NatsServer} */
  let nats;
  before(async () => (nats = await NatsServer.start({ args: ['-c', `${folder}nats/nats.conf`], env })));
  after(() => nats?.end());

  test('lets every role do what it does', async () => {
    const cluster = new Cluster();
    cluster.env = { ARCHIPELAGO_ROOMS_SECRET: 'the same in every process of this realm' };
    cluster.nats = nats;
    try {
      for (const role of ['core', 'core', 'rooms', 'rooms', 'gateway', 'gateway', 'stats']) await cluster.add(role, { env: login(role) });
      await Promise.all(cluster.gateways.map((gateway) => healthy(gateway)));
      const wallets = await newWallets(2);
      const ann = await DirectPlayer.login(cluster.gateways[0], wallets[0]);
      const bob = await BffPlayer.login(cluster.gateways[1], wallets[1]);
      const first = await cluster.leader();
      const told = [];
      for (const player of [ann, bob]) {
        await player.stand(0, 0);
        told.push(await player.island());
      }
      const member = await RoomMember.enter(told[0].connStr, wallets[0]);
      await until(async () => (await cluster.stats[0].json('/comms/peers')).peers.length === 2, 'statistics of both');

      member.leave();
      await cluster.remove(first); // the other core follows
      await cluster.leader();
      const again = await DirectPlayer.login(cluster.gateways[1], wallets[0]);
      await until(async () => (await cluster.gateways[0].json('/about')).bff.userCount === 2, 'the newer login counts');
      await again.leave();
      await bob.leave();
      await until(async () => (await cluster.stats[0].json('/comms/peers')).peers.length === 0, 'nobody is left');
    } finally {
      await Promise.all(cluster.all.map((part) => part.stop('SIGKILL')));
    }
    assert.deepEqual(violations(nats), []);
  });

  test('lets no role say what another does, and nobody in without a password', async () => {
    const strange = { gateway: 'engine.peer.x.island_changed', core: 'cluster.gateway.x', rooms: 'cluster.core', stats: 'peer.x.connect' };
    for (const role of ROLES) {
      const client = await nats.client({ user: role, pass: PASSWORDS[role] });
      client.publish(strange[role], '');
      await until(() => violations(nats).some((line) => line.includes(`"${role}"`) && line.includes(strange[role])), `${role} is refused`);
      await client.close();
    }
    await assert.rejects(nats.client());
  });
});

/** What the server refused. */
function violations(nats) {
  return nats.log().split('\n').filter((line) => /violation/i.test(line));
}
