// Dark or light: as the system has it, unless somebody chose; the choice is remembered.
import { computed, effect, signal } from '@preact/signals';
import type { Theme } from '../map/colours';

export type Choice = Theme | 'system';
const kKey = 'archipelago.theme';

const systemDark = window.matchMedia('(prefers-color-scheme: dark)');
const system = signal<Theme>(systemDark.matches ? 'dark' : 'light');
systemDark.addEventListener('change', ({ matches }) => (system.value = matches ? 'dark' : 'light'));

/** Storage may be forbidden; then nothing is remembered. */
export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // nothing to do: it lasts as long as the page
  }
}

const stored = remembered(kKey);
export const choice = signal<Choice>(stored === 'dark' || stored === 'light' ? stored : 'system');
export const theme = computed<Theme>(() => (choice.value === 'system' ? system.value : choice.value));

export function nextTheme(): void {
  const order: Choice[] = ['system', 'dark', 'light'];
  choice.value = order[(order.indexOf(choice.value) + 1) % order.length];
  remember(kKey, choice.value);
}

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});
