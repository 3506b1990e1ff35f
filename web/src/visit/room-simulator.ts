// A room of made-up people that never leaves the page.
import { chatPacket, positionPacket, placeIn, readPacket } from './packets';
import type { RoomEvents, Transport } from './room';
import { clean } from './text';
import type { Place } from './walker';

const BEAT_MS = 200;
const ROAM = 12; // m around whoever walks here
const SPEED = 2; // m/s
const LINES = ['Nice weather on this island.', 'Has anybody seen the plaza?', 'I am not real, but I mean it.', 'What a view.'];

interface Person {
  address: string;
  at: Place;
  goal: Place;
}

export class Simulator implements Transport {
  readonly kind = 'simulator';
  private readonly people: Person[];
  private readonly random: () => number;
  private centre: Place = { x: 8, z: 8 };
  private timer: ReturnType<typeof setInterval> | undefined;
  private beats = 0;

  constructor(
    people: number,
    seed: number,
    private readonly events: RoomEvents,
  ) {
    this.random = seeded(seed);
    this.people = Array.from({ length: people }, () => this.somebody());
  }

  async open(): Promise<void> {
    for (const { address } of this.people) this.events.joined(address);
    this.timer = setInterval(() => this.beat(), BEAT_MS);
  }

  /** They gather around who speaks, and answer questions. */
  send(body: Uint8Array): boolean {
    const message = readPacket(body);
    if (!message) return false;
    this.centre = placeIn(message) ?? this.centre;
    const [first] = this.people;
    if (first && message.$case === 'chat' && message.chat.message.endsWith('?'))
      this.say(first, `You ask “${clean(message.chat.message, 80)}” I wonder, too.`);
    return true;
  }

  leave(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    ++this.beats;
    for (const person of this.people) {
      const heading = this.walk(person);
      this.events.heard(person.address, positionPacket(this.beats, person.at, heading));
    }
    const speaker = this.people[Math.floor(this.random() * this.people.length)];
    if (speaker && this.beats % 50 === 0) this.say(speaker, LINES[Math.floor(this.random() * LINES.length)] as string);
  }

  private say(person: Person, text: string): void {
    this.events.heard(person.address, chatPacket(text, Date.now()));
  }

  private walk(person: Person): number {
    const [x, z] = [person.goal.x - person.at.x, person.goal.z - person.at.z];
    const length = Math.hypot(x, z);
    const step = (SPEED * BEAT_MS) / 1_000;
    if (length > 4 * ROAM) person.at = person.goal;
    else if (length > step) person.at = { x: person.at.x + (x / length) * step, z: person.at.z + (z / length) * step };
    else person.goal = this.around();
    return Math.atan2(x, z);
  }

  private somebody(): Person {
    const digit = (): string => Math.floor(this.random() * 16).toString(16);
    return { address: `0x${Array.from({ length: 40 }, digit).join('')}`, at: this.around(), goal: this.around() };
  }

  private around(): Place {
    const offset = (): number => (this.random() * 2 - 1) * ROAM;
    return { x: this.centre.x + offset(), z: this.centre.z + offset() };
  }
}

/** The same numbers for the same seed. */
function seeded(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}
