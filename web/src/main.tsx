// Starts the page.
import './theme.css';
import { render } from 'preact';
import { Shell } from './shell/shell';

render(<Shell />, document.getElementById('page')!);
