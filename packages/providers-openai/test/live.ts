/** True where the tests may call the vendor, which costs money. */
export const isLive: boolean = process.env['HARNESS_LIVE'] === '1' && Boolean(process.env['OPENAI_API_KEY']);

/** The model that live tests call: a small one that reasons, or the one in `HARNESS_LIVE_OPENAI_MODEL`. */
export const liveModelId: string = process.env['HARNESS_LIVE_OPENAI_MODEL'] ?? 'gpt-6-luna';

if (!isLive) console.warn('SKIPPED: live tests; they need HARNESS_LIVE=1 and OPENAI_API_KEY, and cost a little.');
