// Keys that work anywhere on the page, but not while somebody writes.
import { stage } from '../map/view';
import { closeVisit, isVisitOpen, openVisit } from './door';
import { isHelpOpen } from './help';
import { go, route } from './route';
import { toRealm } from './routes';
import { focusSearch } from './search';
import { nextTheme } from './theme';

const acts: Record<string, () => void> = {
  '/': focusSearch,
  '?': () => (isHelpOpen.value = !isHelpOpen.value),
  f: () => stage.value?.fit(),
  t: nextTheme,
  v: () => (isVisitOpen.value ? closeVisit() : void openVisit()),
  Escape: () => {
    if (route.value.page !== 'realm') go(toRealm);
  },
};

export function listenToKeys(): void {
  window.addEventListener('keydown', (event) => {
    const { target } = event;
    const writes = target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
    if (writes || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isHelpOpen.value) return;
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
