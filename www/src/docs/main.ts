// A page of the documentation: the theme, and the search.
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/page.css';
import '../styles/docs.css';
import { part } from '../page/dom';
import { startThemeSwitch } from '../page/theme';
import { startSearch } from './search';

startThemeSwitch();
startSearch();
// On a narrow page the list of all pages would stand before the page itself.
if (matchMedia('(max-width: 800px)').matches) part<HTMLDetailsElement>('contents').open = false;
document.documentElement.dataset['ready'] = '';
