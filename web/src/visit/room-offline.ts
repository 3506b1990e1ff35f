// No room at all: a realm that does not connect people.
import type { Transport } from './room';

export class Offline implements Transport {
  readonly kind = 'offline';
  async open(): Promise<void> {}
  send(): boolean {
    return true; // nobody is there to miss it
  }
  leave(): void {}
}
