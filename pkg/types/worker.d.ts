/** Everything in one file, without dynamic import: for service and shared workers. */
export * from './index.js';
