// Small pieces that the visit's pages share.
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { hueOf, short } from './text';

/** An address with its colour; the whole of it as a title. */
export function Who({ address, own = false }: { address: string; own?: boolean }) {
  return (
    <span class="visit-who" title={address} style={{ '--hue': hueOf(address) }}>
      <i aria-hidden="true" />
      <span class="mono">{short(address)}</span>
      {own && <small>you</small>}
    </span>
  );
}

/** What was copied last, for a moment. */
const copied = signal<string | null>(null);

/** `text`: or how to make it, when it is only made for this. */
export function Copy({ text, what }: { text: string | (() => string); what: string }) {
  const copy = async (): Promise<void> => {
    const made = typeof text === 'string' ? text : text();
    try {
      await navigator.clipboard.writeText(made);
    } catch {
      copyByHand(made); // no clipboard for pages without https
    }
    copied.value = what;
    setTimeout(() => (copied.value = null), 1_500);
  };
  return (
    <button class="text visit-copy" onClick={() => void copy()} aria-label={`Copy ${what}`} title={`Copy ${what}`}>
      {copied.value === what ? 'Copied' : 'Copy'}
    </button>
  );
}

function copyByHand(text: string): void {
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

/** Name and value. */
export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="visit-fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export const people = (count: number): string => (count === 1 ? '1 person' : `${count} people`);
