// The page under test, in an app that has an OpenFeature client.
import { InMemoryProvider, OpenFeature } from '@openfeature/web-sdk';
import './main';

Object.assign(globalThis, { openfeature: { InMemoryProvider, OpenFeature } });
