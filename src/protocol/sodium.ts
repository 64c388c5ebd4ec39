import sodium from 'libsodium-wrappers-sumo';

/** Await once before anything else of the protocol is used: libsodium is WebAssembly and loads asynchronously. */
export const sodiumReady: Promise<void> = sodium.ready;

export { sodium };
