// The visitor's walk in time: where it stands now, and when that is told to the realm and to the room.
import { signal } from '@preact/signals';
import { Walker, type Place } from './walker';

export interface StrollEvents {
  /** Once a second. */
  heartbeat(at: Place): void;
  /** Ten times a second while walking, once a second while standing. */
  position(walker: Walker): void;
  /** Four times a second. */
  look(at: Place): void;
}

const HEARTBEAT_MS = 1_000;
const STILL_MS = 1_000;
const MOVING_MS = 100;
const LOOK_MS = 250;
const MOST_SECONDS = 5; // a tab that slept does not jump
const START = 12; // metres around the middle of the parcel 0,0

export class Stroll {
  /** Null while the visitor is nowhere. */
  readonly position = signal<Place | null>(null);
  private readonly walker = new Walker(somewhere());
  private timer: ReturnType<typeof setInterval> | undefined;
  private frame = 0;
  private last = 0;
  private told = { heartbeat: 0, position: 0, look: 0 };

  constructor(private readonly events: StrollEvents) {}

  start(): void {
    this.stop();
    this.position.value = this.walker.at;
    this.last = performance.now();
    this.tellAll();
    this.timer = setInterval(() => this.tick(), MOVING_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    cancelAnimationFrame(this.frame);
    this.walker.steer(0, 0);
    this.walker.goal = null;
    this.position.value = null;
  }

  /** The next tick tells where the visitor stands, however little time has passed. */
  tellAll(): void {
    this.told = { heartbeat: -Infinity, position: -Infinity, look: -Infinity };
  }

  walkTo(x: number, z: number): void {
    if (this.position.value && this.walker.walkTo(x, z)) this.animate();
  }

  /** False when that is no place. */
  teleport(x: number, z: number): boolean {
    if (!this.walker.teleport(x, z)) return false;
    if (this.position.value) this.position.value = this.walker.at;
    this.tellAll();
    return true;
  }

  /** Which way the keys push, each -1 to 1. */
  steer(x: number, z: number, hurry: boolean): void {
    if (!this.position.value) return;
    this.walker.steer(x, z, hurry);
    this.animate();
  }

  /** Smoothly while somebody looks: a step a frame. */
  private animate(): void {
    cancelAnimationFrame(this.frame);
    if (!this.walker.moving || !this.position.value) return;
    this.frame = requestAnimationFrame(() => {
      this.tick();
      this.animate();
    });
  }

  private tick(): void {
    const now = performance.now();
    if (this.walker.advance(Math.min((now - this.last) / 1_000, MOST_SECONDS))) this.position.value = this.walker.at;
    this.last = now;
    if (this.due(now, 'heartbeat', HEARTBEAT_MS)) this.events.heartbeat(this.walker.at);
    if (this.due(now, 'position', this.walker.moving ? MOVING_MS : STILL_MS)) this.events.position(this.walker);
    if (this.due(now, 'look', LOOK_MS)) this.events.look(this.walker.at);
  }

  private due(now: number, what: 'heartbeat' | 'position' | 'look', every: number): boolean {
    if (now - this.told[what] < every - 5) return false; // timers may be a little early
    this.told[what] = now;
    return true;
  }
}

function somewhere(): Place {
  const offset = (): number => Math.round((Math.random() * 2 - 1) * START);
  return { x: 8 + offset(), z: 8 + offset() };
}
