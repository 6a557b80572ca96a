// Stands where another build of steadfetch would be.
export const createSteadfetch = undefined;
