// The protocol log: what went over the wires, in both directions. Bounded, and cheap while nobody looks.
import { signal } from '@preact/signals';
import { hex, hideToken } from './text';

export type Channel = 'http' | 'bff' | 'direct' | 'room';
export type Direction = 'in' | 'out' | 'note';

export interface Entry {
  id: number;
  /** ms since 1970 */
  at: number;
  direction: Direction;
  channel: Channel;
  /** Name of the message, as in the protocol's definition. */
  kind: string;
  /** Heartbeats, positions and the like: many, and all alike. */
  routine: boolean;
  fields: unknown;
  bytes: Uint8Array | null;
}

export const MOST_ENTRIES = 2_000;
const MOST_BYTES = 16 * 1024; // kept of one message

export class ProtocolLog {
  /** Counts up when there is something new to show: at most once a frame. */
  readonly version = signal(0);
  readonly paused = signal(false);
  private entries: Entry[] = [];
  private last = 0;
  private announced = false;

  /** `later`: how to put off telling who looks; by default to the next frame, or a tenth of a second in a hidden tab. */
  constructor(private readonly later: (tell: () => void) => void = soon) {}

  add(direction: Direction, channel: Channel, kind: string, fields: unknown, bytes?: Uint8Array, routine = false): void {
    if (this.paused.value) return;
    // a copy: buffers are used again, and a large message does not stay whole
    const kept = bytes ? bytes.slice(0, MOST_BYTES) : null;
    this.entries.push({ id: ++this.last, at: Date.now(), direction, channel, kind, routine, fields, bytes: kept });
    if (this.entries.length > MOST_ENTRIES * 1.25) this.entries = this.entries.slice(-MOST_ENTRIES);
    this.announce();
  }

  note(channel: Channel, kind: string, fields: unknown = {}): void {
    this.add('note', channel, kind, fields);
  }

  clear(): void {
    this.entries = [];
    this.announce();
  }

  /** Oldest first. */
  all(): readonly Entry[] {
    return this.entries.length > MOST_ENTRIES ? this.entries.slice(-MOST_ENTRIES) : this.entries;
  }

  private announce(): void {
    if (this.announced) return;
    this.announced = true;
    this.later(() => {
      this.announced = false;
      ++this.version.value;
    });
  }
}

function soon(tell: () => void): void {
  if (document.hidden) setTimeout(tell, 100);
  else requestAnimationFrame(tell);
}

export interface Filter {
  /** Part of the name of the kind or of the channel; empty: any. */
  text: string;
  /** Whether heartbeats, positions and the like are left out. */
  fold: boolean;
}

export interface Shown {
  entries: Entry[];
  /** How many were left out because they are routine. */
  folded: number;
}

export function filtered(entries: readonly Entry[], { text, fold }: Filter): Shown {
  const wanted = text.trim().toLowerCase();
  const shown: Shown = { entries: [], folded: 0 };
  for (const entry of entries) {
    if (wanted && !`${entry.channel} ${entry.kind}`.toLowerCase().includes(wanted)) continue;
    if (fold && entry.routine) ++shown.folded;
    else shown.entries.push(entry);
  }
  return shown;
}

/** The fields as JSON: bytes as hexadecimal, access tokens left out. */
export function fieldsText(fields: unknown, indent = 2): string {
  const text = JSON.stringify(fields, (_, value: unknown) => plain(value), indent);
  return text === undefined ? '' : text;
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `${value.length} bytes: ${hex(value, 64)}`;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return hideToken(value.length > 4096 ? `${value.slice(0, 4096)}…` : value);
  return value;
}

/** Time of day with milliseconds. */
export function clock(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

const ARROWS: Record<Direction, string> = { in: '←', out: '→', note: '·' };
export const arrow = (direction: Direction): string => ARROWS[direction];

/** For the clipboard: a line a message. */
export function logText(entries: readonly Entry[]): string {
  return entries
    .map(({ at, direction, channel, kind, fields }) => `${clock(at)} ${arrow(direction)} ${channel} ${kind} ${fieldsText(fields, 0)}`)
    .join('\n');
}
