// Recorded exchanges with known services, said again to a fresh process: it answers as it did (record-exchanges.mjs records them).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Comparable, readExchange } from './lib/exchange.mjs';
import { Aliases, Door, during } from './lib/exchange-runs.mjs';
import { WITHOUT_NATS } from './lib/nats-server.mjs';
import { until } from './lib/wait.mjs';

const EXCHANGES = {
  core: 'A core of ours answers a known connector and a known BFF as it was recorded',
  'gateway-today': "A gateway of ours passes on between today's clients and a known core what was recorded",
  'gateway-bff': 'A gateway of ours passes on between explorers of 2023 and a known archipelago what was recorded',
};

/** Says every message once all that the one before led to was heard: what comes too much spoils the next step. */
async function replay(exchange, { process, ear, bus }) {
  const logins = exchange.steps.map(({ said }) => /^player\.(0x\w+)\.login$/.exec(said?.subject)?.[1]).filter(Boolean);
  const aliases = await Aliases.of(logins);
  const door = new Door(process, exchange.protocol, ear);
  const [expected, heard] = [new Comparable(), new Comparable()];
  for (const [i, step] of exchange.steps.entries()) {
    if (step.said) await say(step.said);
    const [due, now] = [expected.texts(step.heard), () => ear.steps.at(-1).heard.map((message) => aliases.recorded(message))];
    const hasCome = () => now().length >= due.length && heard.preview(now()).join('\n') === due.join('\n');
    await until(hasCome, `step ${i}`).catch(() => assert.deepEqual(heard.texts(now()), due, `step ${i}: ${JSON.stringify(step.said)}`));
    heard.texts(now());
  }

  async function say(said) {
    const live = aliases.live(said);
    ear.begin(live);
    const [kind, address] = said.subject.split('.');
    if (kind === 'player') return door.act(live, aliases.wallet(address));
    bus.publish(live.subject, Buffer.from(live.payload, 'hex'));
  }
}

describe('recorded exchanges', { skip: WITHOUT_NATS }, () => {
  for (const [name, claim] of Object.entries(EXCHANGES))
    test(claim, () => {
      const exchange = readExchange(name);
      return during(exchange, (context) => replay(exchange, context));
    });
});
