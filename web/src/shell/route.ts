// What the page shows now, as its address says.
import { signal } from '@preact/signals';
import { parseRoute, type Route } from './routes';

export const route = signal<Route>(parseRoute(location.hash));
window.addEventListener('hashchange', () => (route.value = parseRoute(location.hash)));

export function go(hash: string): void {
  location.hash = hash;
}
