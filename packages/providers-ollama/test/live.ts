/** True where the tests may call a server. */
export const isLive: boolean = process.env['HARNESS_LIVE'] === '1' && Boolean(process.env['HARNESS_LIVE_OLLAMA_MODEL']);

/** The model that live tests call; one that can call tools. With a server on this machine it costs nothing. */
export const liveModelId: string = process.env['HARNESS_LIVE_OLLAMA_MODEL'] ?? 'qwen3';

if (!isLive) {
  console.warn('SKIPPED: live tests; they need HARNESS_LIVE=1, HARNESS_LIVE_OLLAMA_MODEL and a server that has it.');
}
