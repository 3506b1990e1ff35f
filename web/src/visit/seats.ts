// Make before break: the room of the visitor's island, and the one before it, which is left only when the new one is open.
import { Backoff } from './backoff';
import { endingOf, type Ending } from './reasons';
import type { RoomEvents, Transport } from './room';

export type RoomState = 'none' | 'connecting' | 'moving' | 'open' | 'failed';

/** All but `closed` as RoomEvents; each person is told of once, whatever the number of rooms that they sit in. */
export interface SeatsEvents {
  state(state: RoomState, why: Ending | null): void;
  joined(address: string): void;
  left(address: string): void;
  /** `seat`: a number that no other room has. */
  heard(seat: number, from: string, body: Uint8Array): void;
  /** The connection string is of no more use: a new one is needed. */
  stale(why: Ending): void;
}

export type MakeTransport = (connection: string, events: RoomEvents) => Transport;

const LINGER_MS = 1_500; // the old room stays so long after the new one opened
const MOST_FAILURES = 3;

interface Seat {
  number: number;
  connection: string;
  transport: Transport;
  members: Set<string>;
}

export class Seats {
  private old: Seat | null = null; // open, left soon
  private now: Seat | null = null; // open
  private next: Seat | null = null; // connecting
  private connection = '';
  private lastNumber = 0;
  private failures = 0;
  private readonly backoff = new Backoff();
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private lingerTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly make: MakeTransport,
    private readonly events: SeatsEvents,
  ) {}

  /** To the room of a new island, or to the same with a new connection string. */
  goTo(connection: string): void {
    this.connection = connection;
    this.failures = 0;
    this.backoff.reset();
    clearTimeout(this.retryTimer);
    if (this.now?.connection === connection) {
      this.drop('next');
      return this.events.state('open', null);
    }
    this.connect();
  }

  leave(): void {
    clearTimeout(this.retryTimer);
    clearTimeout(this.lingerTimer);
    this.drop('next');
    this.drop('old');
    this.drop('now');
    this.connection = '';
    this.events.state('none', null);
  }

  get kind(): Transport['kind'] | null {
    return this.now?.transport.kind ?? null;
  }

  /** To everybody; also through the old room while somebody sits only there. Whether it went out. */
  send(body: Uint8Array, unreliable: boolean): boolean {
    const { old, now } = this;
    const somebodyStayed = old !== null && (!now || [...old.members].some((address) => !now.members.has(address)));
    let sent = now?.transport.send(body, unreliable) ?? false;
    if (somebodyStayed) sent = old.transport.send(body, unreliable) || sent;
    return sent;
  }

  private connect(): void {
    this.drop('next');
    const seat: Seat = { number: ++this.lastNumber, connection: this.connection, members: new Set() } as unknown as Seat;
    try {
      seat.transport = this.make(this.connection, this.eventsOf(seat));
    } catch (why) {
      return this.giveUp(endingOf(why));
    }
    this.next = seat;
    this.events.state(this.now ? 'moving' : 'connecting', null);
    seat.transport.open().then(
      () => this.opened(seat),
      (why: unknown) => this.closed(seat, endingOf(why)),
    );
  }

  private eventsOf(seat: Seat): RoomEvents {
    const sits = (): boolean => seat === this.next || seat === this.now || seat === this.old;
    return {
      joined: (address) => {
        if (!sits() || seat.members.has(address)) return;
        const known = this.isThere(address);
        seat.members.add(address);
        if (!known) this.events.joined(address);
      },
      left: (address) => {
        if (!sits() || !seat.members.delete(address)) return;
        if (!this.isThere(address)) this.events.left(address);
      },
      heard: (from, body) => {
        if (sits()) this.events.heard(seat.number, from, body);
      },
      closed: (why) => this.closed(seat, why),
    };
  }

  private opened(seat: Seat): void {
    if (this.next !== seat) return seat.transport.leave();
    this.drop('old');
    this.old = this.now;
    this.now = seat;
    this.next = null;
    this.failures = 0;
    this.backoff.reset();
    this.linger();
    this.events.state('open', null);
  }

  /** Not left while a move is under way, which may lead back to it. */
  private linger(): void {
    clearTimeout(this.lingerTimer);
    if (this.old) this.lingerTimer = setTimeout(() => (this.next ? this.linger() : this.drop('old')), LINGER_MS);
  }

  private closed(seat: Seat, why: Ending): void {
    const which = (['old', 'now', 'next'] as const).find((name) => this[name] === seat);
    if (!which) return;
    this.drop(which);
    if (which === 'old') return;
    if (which === 'now' && this.next) return this.events.state('connecting', why);
    this.retry(why);
  }

  private retry(why: Ending): void {
    const stale = why.reason === 'not_assigned' || ++this.failures >= MOST_FAILURES;
    if (!why.retryable && !stale) return this.giveUp(why);
    this.events.state(this.now ? 'moving' : 'connecting', why);
    if (stale) return this.events.stale(why);
    this.retryTimer = setTimeout(() => this.connect(), this.backoff.next());
  }

  /** Nobody of the new island is in the old room: it is left like any other. */
  private giveUp(why: Ending): void {
    if (this.now && !this.old) {
      this.old = this.now;
      this.now = null;
      this.linger();
    }
    this.events.state('failed', why);
  }

  private drop(which: 'old' | 'now' | 'next'): void {
    const seat = this[which];
    if (!seat) return;
    this[which] = null;
    seat.transport.leave();
    for (const address of seat.members) if (!this.isThere(address)) this.events.left(address);
  }

  private isThere(address: string): boolean {
    return [this.old, this.now, this.next].some((seat) => seat?.members.has(address) ?? false);
  }
}
