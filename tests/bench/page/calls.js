// The page of `bench fetch`: every library.
import { measured } from './batches.js';
import { libraries } from './libraries.js';

measured(libraries);
