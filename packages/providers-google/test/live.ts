/** True where the tests may call the vendor, which costs money. */
export const isLive: boolean =
  process.env['HARNESS_LIVE'] === '1' && Boolean(process.env['GOOGLE_API_KEY'] ?? process.env['GEMINI_API_KEY']);

/** The model that live tests call: a small one, or the one in `HARNESS_LIVE_GOOGLE_MODEL`. */
export const liveModelId: string = process.env['HARNESS_LIVE_GOOGLE_MODEL'] ?? 'gemini-3.5-flash-lite';

if (!isLive) console.warn('SKIPPED: live tests; they need HARNESS_LIVE=1 and GEMINI_API_KEY, and cost a little.');
