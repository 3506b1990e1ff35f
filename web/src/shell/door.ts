// The way to the guided client. It is loaded when somebody opens it: whoever only looks need not wait for it.
import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { visitor } from '../visit/visitor';
import { remember, remembered } from './theme';

const kKey = 'archipelago.visit';

export interface Guest {
  Panel: ComponentType;
  visitor: typeof visitor;
}

export const guest = signal<Guest | null>(null);
export const isVisitOpen = signal(false);
/** Why the client could not be loaded; '' while all is well. */
export const visitProblem = signal('');

export async function openVisit(): Promise<void> {
  isVisitOpen.value = true;
  remember(kKey, 'open');
  if (guest.value) return;
  try {
    const [{ VisitPanel }, { visitor }] = await Promise.all([import('../visit/panel'), import('../visit/visitor')]);
    guest.value = { Panel: VisitPanel, visitor };
    visitProblem.value = '';
  } catch {
    visitProblem.value = 'This part of the page could not be loaded. Is the realm running?';
  }
}

export function closeVisit(): void {
  isVisitOpen.value = false;
  remember(kKey, 'closed');
}

export const wasVisitOpen = (): boolean => remembered(kKey) === 'open';
