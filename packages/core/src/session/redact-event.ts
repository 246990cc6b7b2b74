import type { EventDraft } from './event.ts';

/** Takes out of a text what must not be kept. */
export type RedactText = (text: string) => string;

/** Fields that hold any JSON: all text in them, however deep. */
const freeFields: ReadonlySet<string> = new Set(['access', 'args', 'display', 'output', 'preview', 'raw']);
/** Fields whose text people or models wrote; all others hold ids, names and words of this SDK. */
const textFields: ReadonlySet<string> = new Set([
  'argsError',
  'content',
  'message',
  'previewError',
  'rawArgs',
  'reason',
  'summary',
  'text',
]);
/** Lists of rules. A rule with a piece taken out could cover more than before, so it goes as a whole. */
const ruleFields: ReadonlySet<string> = new Set(['rules', 'suggestions']);

/**
 * An event with all its text redacted. Ids, names, images and what only its own provider understands stay as they are,
 * except that a block whose text has changed loses what the provider had signed of it.
 */
export function redactEvent(draft: EventDraft, redact: RedactText): EventDraft {
  // Every value keeps its place and its type.
  return redactFields(draft, redact) as EventDraft;
}

function redactFields(value: object, redact: RedactText): object {
  let isChanged = false;
  const tracked: RedactText = (text) => {
    const redacted = redact(text);
    isChanged ||= redacted !== text;
    return redacted;
  };
  const fields = Object.entries(value).map(
    ([name, field]) => [name, redactField(name, field, tracked, redact)] as const,
  );
  return Object.fromEntries(isChanged ? fields.filter(([name]) => name !== 'native') : fields);
}

/** @param tracked - For the text of this very object; objects inside it are their own. */
function redactField(name: string, value: unknown, tracked: RedactText, redact: RedactText): unknown {
  if (name === 'native') return value;
  if (freeFields.has(name)) return redactAll(value, tracked);
  if (ruleFields.has(name) && Array.isArray(value)) return value.filter((rule) => redact(String(rule)) === rule);
  if (typeof value === 'string') return textFields.has(name) ? tracked(value) : value;
  if (Array.isArray(value)) return value.map((item: unknown) => (isObject(item) ? redactFields(item, redact) : item));
  return isObject(value) ? redactFields(value, redact) : value;
}

function redactAll(value: unknown, redact: RedactText): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactAll(item, redact));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [redact(name), redactAll(field, redact)]));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
