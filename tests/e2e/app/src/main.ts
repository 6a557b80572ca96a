// The page under test: every entry of the package, within reach of the tests.
import * as steadfetch from 'steadfetch';
import * as slim from 'steadfetch/slim';
import * as drills from 'steadfetch/drill';
import wasmUrl from 'steadfetch/wasm?url';
import * as lab from './lab';
import * as workers from './workers';

Object.assign(globalThis, { steadfetch, slim, drills, wasmUrl, lab, workers });
document.documentElement.dataset['ready'] = 'yes';
