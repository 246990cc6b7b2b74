/**
 * A `fetch` whose answers arrive in chunks of exactly so many bytes. It sits between the socket and the reader, because a
 * socket decides by itself what it hands over at once.
 */
export function rechunkedFetch(chunkBytes: number): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const body = response.body?.pipeThrough(rechunk(chunkBytes));
    return new Response(body, response);
  };
}

function rechunk(chunkBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let held = new Uint8Array(0);
  return new TransformStream({
    transform(chunk, controller) {
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const whole = bytes.length - (bytes.length % chunkBytes);
      for (let at = 0; at < whole; at += chunkBytes) controller.enqueue(bytes.slice(at, at + chunkBytes));
      held = bytes.slice(whole);
    },
    flush(controller) {
      if (held.length > 0) controller.enqueue(held);
    },
  });
}
