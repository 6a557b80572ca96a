// What is done to bodies where somebody asks for it. It is loaded then, and imports nothing of the engine.
export { coalesced } from './coalesce';
export { seatOf } from './reading';
export { dress, isResumable, watch } from './watch';
