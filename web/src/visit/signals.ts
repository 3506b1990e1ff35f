// What the page shows of a visit, as signals. Only the visitor sets them.
import { computed, signal } from '@preact/signals';
import type { About, Protocol } from './about';
import type { AuthLink, Guest } from './identity';
import { ProtocolLog } from './log';
import type { Ending } from './reasons';
import type { Challenge, IslandChange } from './session';
import type { StepId } from './steps';

/** `waiting`: the login was lost, and is tried again soon. */
export type VisitState = 'away' | 'entering' | 'inside' | 'waiting' | 'ended';

export class VisitSignals {
  readonly log = new ProtocolLog();

  readonly state = signal<VisitState>('away');
  /** The step that comes next; null: all are done. */
  readonly step = signal<StepId | null>('identity');
  /** A step is being done. */
  readonly busy = signal(false);
  readonly trouble = signal<Ending | null>(null);
  /** When the login is tried again, in ms since 1970. */
  readonly returnsAt = signal<number | null>(null);

  readonly guest = signal<Guest | null>(null);
  readonly about = signal<About | null>(null);
  readonly protocol = signal<Protocol>('direct');
  readonly challenge = signal<Challenge | null>(null);
  readonly chain = signal<AuthLink[] | null>(null);
  readonly island = signal<IslandChange | null>(null);
  readonly heartbeats = signal(0);
  /** The island where the visitor would like to be; empty: no matter. */
  readonly wish = signal('');

  readonly address = computed(() => this.guest.value?.address ?? null);
  readonly islandId = computed(() => this.island.value?.id ?? null);
}
