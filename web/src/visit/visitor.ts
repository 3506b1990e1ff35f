// The visitor as the rest of the page sees it.
import { signal } from '@preact/signals';

export const visitor = {
  /** Where it is in its life: 'away' until it has logged in. */
  state: signal('away'),
  address: signal<string | null>(null),
  islandId: signal<string | null>(null),
  /** Metres, or null while it is nowhere. */
  position: signal<{ x: number; z: number } | null>(null),
  /** Metres. */
  walkTo(_x: number, _z: number): void {},
};
