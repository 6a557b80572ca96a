// A worker's hints and panels: it has no screen, so that nobody asks for them.
export {};
