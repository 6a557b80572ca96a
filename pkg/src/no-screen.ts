// A worker's hints, panels and problem reports: it has no screen, so that nobody asks for them.
export {};
