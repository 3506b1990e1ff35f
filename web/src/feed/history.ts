// The last pulses, for small curves: a bounded ring of them.
import { type Pulse, type PulseField, pulseFields } from './decode';

export const kRemembered = 120;

export class History {
  private readonly rows = new Float32Array(kRemembered * pulseFields.length);
  private pushed = 0;

  push(pulse: Pulse): void {
    const at = (this.pushed % kRemembered) * pulseFields.length;
    for (const [i, name] of pulseFields.entries()) this.rows[at + i] = pulse[name];
    this.pushed += 1;
  }

  /** Oldest first; negative values (not known) are left out. */
  of(name: PulseField): number[] {
    const column = pulseFields.indexOf(name);
    const values: number[] = [];
    for (let i = Math.max(0, this.pushed - kRemembered); i < this.pushed; i += 1) {
      const value = this.rows[(i % kRemembered) * pulseFields.length + column];
      if (value >= 0) values.push(value);
    }
    return values;
  }
}
