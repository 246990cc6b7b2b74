// Loaded in front of an example of a README: what would go to the vendor goes to the server on loopback instead.
const { fetch } = globalThis;
globalThis.fetch = (input, init) => fetch(process.env.RECORDED_SERVER + new URL(input).pathname, init);
