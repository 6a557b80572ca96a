// Stands where another build of steadfetch would be.
/** @type {typeof import('steadfetch').createSteadfetch | undefined} */
export const createSteadfetch = undefined;
