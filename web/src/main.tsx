// Starts the page.
import './theme.css';
import { render } from 'preact';
import { calm, connect, watchAge } from './feed/store';
import { openVisit, wasVisitOpen } from './shell/door';
import { listenToKeys } from './shell/keys';
import { Shell } from './shell/shell';

const lessMotion = window.matchMedia('(prefers-reduced-motion: reduce)');
calm.value = lessMotion.matches;
lessMotion.addEventListener('change', ({ matches }) => (calm.value = matches));

render(<Shell />, document.getElementById('page')!);
listenToKeys();
watchAge();
connect();
if (wasVisitOpen()) void openVisit();
