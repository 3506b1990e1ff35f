// Recorded exchanges between known services and a process of ours (tests/vectors/exchanges): how they are read, told apart, compared.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  IslandChangedMessage,
  IslandStatusMessage,
  JoinIslandMessage,
  ServiceDiscoveryMessage,
} from '@dcl/protocol-today/out-js/decentraland/kernel/comms/v3/archipelago.gen.js';
import { strictly } from './known.mjs';

const file = (name) => fileURLToPath(new URL(`../../tests/vectors/exchanges/${name}.jsonl`, import.meta.url));

/** What a process of ours in that role says, by subject; whatever else there is others say to it. */
const OURS = {
  core: /^(engine\..*|service\.discovery|client-proto\.0x\w+\.island_changed|client-proto\.island\.\w+\.peer_join)$/,
  gateway: /^(peer\..*|client-proto\.peer\..*|player\.0x\w+\.island_changed)$/,
};
/** Said again and again: the first of these is kept, and of the status of the islands what differs. */
const BY_THE_CLOCK = /^(engine\.discovery|service\.discovery)$/;
const STATUS = 'engine.islands';

export const isOurs = (role, subject) => OURS[role].test(subject);

/**
 * @typedef {{subject: string, payload: string}} Said payload in hexadecimal digits
 * @typedef {{said?: Said, heard: Said[]}} Step what was said to the process, and what it said then
 * @typedef {{about: string, role: 'core' | 'gateway', dialect: string, protocol?: 'direct' | 'bff', steps: Step[]}} Exchange
 */

/** @returns {Exchange} */
export function readExchange(name) {
  const [head, ...lines] = readFileSync(file(name), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const steps = [{ heard: [] }];
  for (const { direction, ...message } of lines)
    if (direction === 'in') steps.push({ said: message, heard: [] });
    else steps.at(-1).heard.push(message);
  return { ...head, steps };
}

/** @param {Exchange} exchange */
export function writeExchange(name, { steps, ...head }) {
  const line = (direction) => (message) => ({ direction, ...message });
  const lines = steps.flatMap(({ said, heard }) => [...(said ? [said].map(line('in')) : []), ...heard.map(line('out'))]);
  writeFileSync(file(name), [head, ...lines].map((each) => `${JSON.stringify(each)}\n`).join(''));
}

/** Collects what is heard, step by step, and leaves out what only says again what was said. */
export class Ear {
  steps = [{ heard: [] }];
  #once = new Set();
  #status = '';

  /** @param {Said} said */
  begin(said) {
    if (this.#isKept(said)) this.steps.push({ said, heard: [] });
  }

  /** @param {string} subject @param {Uint8Array} data */
  hear(subject, data) {
    const message = { subject, payload: Buffer.from(data).toString('hex') };
    const { heard } = this.steps.at(-1);
    if (!this.#isKept(message)) return;
    if (subject === STATUS) {
      if (message.payload === this.#status) return;
      this.#status = message.payload;
      const before = heard.findIndex((other) => other.subject === STATUS);
      if (before >= 0) heard.splice(before, 1); // of several within a step the last one counts
    }
    heard.push(message);
  }

  #isKept({ subject }) {
    if (!BY_THE_CLOCK.test(subject)) return true;
    const isFirst = !this.#once.has(subject);
    this.#once.add(subject);
    return isFirst;
  }
}

/** Messages as texts in which nothing is left that is another thing in each run: ids of islands, hosts, tokens, times. */
export class Comparable {
  #islands = new Map();

  /** Sorted: what follows from one message comes in any order. @param {Said[]} heard */
  texts(heard) {
    return heard.map((message) => this.#text(message)).sort();
  }

  /** The same, and forgets the names that it had to give. @param {Said[]} heard */
  preview(heard) {
    const before = new Map(this.#islands);
    const texts = this.texts(heard);
    this.#islands = before;
    return texts;
  }

  #text({ subject, payload }) {
    const bytes = Buffer.from(payload, 'hex');
    if (subject.startsWith('player.') || subject.startsWith('peer.') || subject.startsWith('client-proto.peer.'))
      return `${subject} ${payload}`;
    if (subject.endsWith('.island_changed')) return `${subject} ${this.#islandChanged(strictly(IslandChangedMessage, bytes))}`;
    if (subject.endsWith('.peer_join')) return `peer_join ${this.#joined(subject, strictly(JoinIslandMessage, bytes))}`;
    if (subject === STATUS) return `${subject} ${this.#status(strictly(IslandStatusMessage, bytes))}`;
    if (subject === 'engine.discovery') return `${subject} ${discovery(strictly(ServiceDiscoveryMessage, bytes))}`;
    return `${subject} ${discovery(JSON.parse(bytes.toString()))}`;
  }

  /** The same name for the same island: by the order in which they are first heard of. */
  #name(island) {
    if (!island) return '';
    if (!this.#islands.has(island)) this.#islands.set(island, `island ${this.#islands.size + 1}`);
    return this.#islands.get(island);
  }

  #islandChanged({ islandId, fromIslandId, connStr, peers }) {
    const claims = JSON.parse(Buffer.from(connStr.split('.').at(-2), 'base64url').toString());
    const { exp, ...lasting } = claims;
    lasting.video.room = this.#name(lasting.video.room);
    const where = { island: this.#name(islandId), from: this.#name(fromIslandId), protocol: connStr.split(':')[0] };
    return JSON.stringify({ ...where, claims: lasting, peers: Object.entries(peers).sort() });
  }

  #joined(subject, { islandId, peerId }) {
    return JSON.stringify([this.#name(subject.split('.')[2]), this.#name(islandId), peerId]);
  }

  #status({ data }) {
    const islands = data.map(({ id, peers, ...rest }) => ({ id: this.#name(id), peers: [...peers].sort(), ...rest }));
    return JSON.stringify(islands.sort((a, b) => a.id.localeCompare(b.id)));
  }
}

function discovery({ serverName, status }) {
  return JSON.stringify({ serverName, ...status, currentTime: typeof status.currentTime });
}
