// An app that says by an element where banners go.
import * as steadfetch from 'steadfetch';
import { defineNotices } from 'steadfetch/element';
import { ready } from './adapter';

ready({ steadfetch, defineNotices, use: () => import('./uses/element') });
