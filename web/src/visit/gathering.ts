// The people of the visitor's island: the room where they are, what they say, and who of them is near.
import { signal } from '@preact/signals';
import { Chat } from './chat';
import type { Guest } from './identity';
import type { ProtocolLog } from './log';
import { People, type Person } from './people';
import type { Ending } from './reasons';
import type { RoomState, Seats } from './seats';
import { Twins } from './twins';
import { place, type Place, type Walker } from './walker';

type Parts = typeof import('./parts');

export interface Room {
  state: RoomState;
  /** Of connection string. */
  kind: string | null;
  why: Ending | null;
}

export interface GatheringEvents {
  /** Whoever is there wants to know where the visitor stands. */
  opened(): void;
  /** Only a new connection string helps. */
  stale(why: Ending): void;
}

const OUTSIDE: Room = { state: 'none', kind: null, why: null };

export class Gathering {
  readonly chat = new Chat();
  readonly room = signal<Room>(OUTSIDE);
  readonly near = signal<Person[]>([]);
  private readonly people = new People();
  private readonly twins = new Twins();
  private seats: Seats | null = null;
  private parts: Parts | null = null;
  private positions = 0;

  constructor(
    private readonly log: ProtocolLog,
    private readonly events: GatheringEvents,
  ) {}

  /** Whether a room has been entered, be it lost at the moment. */
  get begun(): boolean {
    return this.seats !== null;
  }

  /** Enters the room, or moves there from the one before. */
  goTo(connection: string, guest: Guest, parts: Parts): void {
    this.parts = parts;
    this.seats ??= this.makeSeats(guest, parts);
    this.seats.goTo(connection);
  }

  leave(): void {
    const { seats } = this;
    this.seats = null;
    seats?.leave();
    this.people.clear();
    this.chat.giveUp();
    this.near.value = [];
    this.room.value = OUTSIDE;
  }

  /** The realm says that somebody stood there. */
  stood(address: string, { x, z }: Place): void {
    const at = place(x, z);
    if (at) this.people.stands(address, at);
  }

  /** False when there is nothing to say, or nobody to say it to. */
  say(from: string, text: string): boolean {
    if (!this.seats || this.room.value.state === 'failed') return false;
    return this.chat.say(from, text, this.deliver);
  }

  /** To the clients of 2023 and to those of today. */
  tellPosition({ at, heading, speed }: Walker): void {
    if (!this.seats || !this.parts) return;
    this.seats.send(this.parts.positionPacket(++this.positions, at, heading), true);
    this.seats.send(this.parts.movementPacket(Date.now(), at, heading, speed), true);
  }

  /** Looks around from there. */
  look(at: Place): void {
    if (this.seats) this.near.value = this.people.near(at);
  }

  /** While a move is under way nobody whom it leads to would hear: it waits until one is there, or the way turns out to be long. */
  private readonly deliver = (text: string, timestamp: number): boolean => {
    const { state, why } = this.room.value;
    if (state === 'moving' && !why) return false;
    return (this.parts && this.seats?.send(this.parts.chatPacket(text, timestamp), false)) ?? false;
  };

  private makeSeats(guest: Guest, { Seats, makeTransport }: Parts): Seats {
    const { log } = this;
    const seats: Seats = new Seats((connection, events) => makeTransport(connection, { guest, log, events }), {
      state: (state, why) => {
        if (seats !== this.seats) return;
        this.room.value = { state, kind: seats.kind, why };
        if (state === 'failed') this.chat.giveUp();
        if (state === 'open') this.events.opened();
        if (state === 'open' || (state === 'moving' && why)) this.chat.deliverWaiting(this.deliver);
      },
      joined: (address) => this.people.join(address),
      left: (address) => this.gone(address),
      heard: (seat, from, body) => this.hear(seat, from, body),
      stale: (why) => this.events.stale(why),
    });
    return seats;
  }

  private gone(address: string): void {
    this.people.leave(address);
    this.near.value = this.near.value.filter((person) => person.address !== address);
  }

  private hear(seat: number, from: string, body: Uint8Array): void {
    const message = this.parts?.readPacket(body);
    if (!this.parts || !message) return;
    const at = this.parts.placeIn(message);
    if (at) this.people.stands(from, at);
    if (message.$case !== 'chat') return;
    const { message: text, timestamp } = message.chat;
    if (this.twins.isNew(Date.now(), seat, `${from} ${timestamp} ${text}`)) this.chat.hear(from, text);
  }
}
