// Records tests/vectors/exchanges anew: what stand-ins of the known services say to a core and to gateways of ours, and what these
// answer. To be run when the answers are meant to change, and its result to be read: `ARCHIPELAGO_BIN=… node record-exchanges.mjs`
import { Heartbeat } from '@dcl/protocol-today/out-js/decentraland/kernel/comms/v3/archipelago.gen.js';
import { Door, during } from './lib/exchange-runs.mjs';
import { writeExchange } from './lib/exchange.mjs';
import { KnownArchipelago, KnownBff } from './lib/known-bff.mjs';
import { KnownConnector, KnownCore } from './lib/known-today.mjs';
import { until } from './lib/wait.mjs';
import { newWallets } from './lib/wallet.mjs';

/** After so long everything has been answered, ms. */
const QUIET_MS = 1_500;
const quiet = () => new Promise((resolve) => setTimeout(resolve, QUIET_MS));

const MEANT = {
  core: /^(peer\.|client-proto\.peer\.)/,
  gateway: /^(engine\.peer\.|engine\.discovery|service\.discovery|client-proto\.0x|client-proto\.island\.)/,
};

/** @param {object} head of the exchange @param {object[]} services stand-ins beside it @param {Function} act */
async function record(name, head, services, act) {
  const others = (message, ear) => MEANT[head.role].test(message.subject) && ear.begin(message);
  await during(
    head,
    async (context) => {
      await quiet();
      const beside = [];
      for (const service of services) beside.push(await service.join(context.nats));
      await act(context, ...beside);
      await quiet();
      await Promise.all(beside.map((service) => service.leave()));
      const isOfAStranger = ({ subject }) => context.strangers?.some((address) => subject.includes(`peer.${address}.`));
      const steps = context.ear.steps.map(({ said, heard }) => ({ said, heard: heard.filter((it) => head.role === 'core' || !isOfAStranger(it)) }));
      writeExchange(name, { ...head, steps });
    },
    others,
  );
  console.log(`recorded ${name}`);
}

const core = { about: 'a known connector and a known BFF with a core of ours', role: 'core', dialect: 'both' };
await record('core', core, [KnownConnector, KnownBff], async ({ bus }, connector, bff) => {
  const say = async (subject, payload = new Uint8Array()) => {
    bus.publish(subject, payload);
    await quiet();
  };
  /** Once: what a client would repeat says nothing new. */
  const stands = async (player, ...where) => {
    player.stand(...where);
    player.fallSilent();
    await quiet();
  };
  const [ann, bob, zoe] = [connector.login(), connector.login(), connector.login()];
  await stands(ann, 1, 2);
  await stands(bob, 11, 2);
  const eve = await bff.login();
  await stands(eve, 21, 2);
  connector.heartbeat(zoe, {}); // without a position
  await quiet();
  await say(`peer.${zoe.address}.heartbeat`, new Uint8Array([0xff, 0xff]));
  await say('peer.nobody.heartbeat');
  await stands(bob, 700, -50);
  await stands(zoe, 705, -60, 'Inone');
  await stands(bob, 12, 2);
  ann.leave();
  await quiet();
  const again = await bff.login(eve.address);
  await quiet();
  await stands(again, 13, 2);
  for (const player of [bob, zoe, again]) {
    player.leave();
    await quiet();
  }
});

for (const [name, protocol, dialect, service] of [
  ['gateway-today', 'direct', 'today', KnownCore],
  ['gateway-bff', 'bff', 'bff', KnownArchipelago],
]) {
  const about = `two players of the ${protocol} protocol at a gateway of ours, and a ${service.name} that also has others`;
  const connected = dialect === 'bff' ? KnownBff : KnownConnector;
  await record(name, { about, role: 'gateway', dialect, protocol }, [service, connected], async (context, _, others) => {
    const { process, ear } = context;
    await until(async () => (await process.json('/about')).healthy, 'the gateway hears of the core');
    const door = new Door(process, protocol, ear);
    const does = async (wallet, verb, bytes = new Uint8Array()) => {
      const said = { subject: `player.${wallet.address}.${verb}`, payload: Buffer.from(bytes).toString('hex') };
      ear.begin(said);
      await door.act(said, wallet);
      await quiet();
    };
    const stands = (wallet, x, z) => does(wallet, 'heartbeat', Heartbeat.encode({ position: { x, y: 0, z } }).finish());
    const [ann, bob] = await newWallets(2);
    await does(ann, 'login');
    await stands(ann, 1, 2);
    const stranger = await others.login();
    context.strangers = [stranger.address];
    stranger.stand(30, 40);
    stranger.fallSilent();
    await quiet();
    await does(bob, 'login');
    for (const [x, z] of [[3, 4], [503, 4], [3, 5]]) await stands(bob, x, z);
    await does(ann, 'leave');
    await does(bob, 'leave');
  });
}
