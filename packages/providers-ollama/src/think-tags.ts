/** A piece of an answer's content, told from its tags. */
export interface TaggedText {
  readonly type: 'text' | 'thinking';
  readonly text: string;
}

/** How far the content has been read. Belongs to one answer; only the functions here change it. */
export interface TagState {
  /**
   * - `start`: nothing has been said yet.
   * - `thinking_start`, `thinking`: inside of the tags, before and behind the first letter.
   * - `text_start`, `text`: behind them, or there are none.
   */
  place: 'start' | 'thinking_start' | 'thinking' | 'text_start' | 'text';
  /** What cannot be told yet: the beginning of a tag, or whitespace in front of one. */
  held: string;
}

const opening = '<think>';
const closing = '</think>';

/** The state at the start of an answer. */
export function newTagState(): TagState {
  return { place: 'start', held: '' };
}

/**
 * Splits content of models whose template does not tell thinking from text: `<think>…</think>` at the very start, in
 * pieces of any size. Tags anywhere else are text. Whitespace around the thinking goes, as on servers that split it
 * themselves.
 *
 * The work for a piece does not depend on what came before it.
 */
export function splitThinking(content: string, state: TagState): readonly TaggedText[] {
  if (state.place === 'text') return content === '' ? [] : [{ type: 'text', text: content }];
  const pieces: TaggedText[] = [];
  let rest: string | undefined = state.held + content;
  state.held = '';
  while (rest !== undefined) rest = steps[state.place](rest, state, pieces);
  return pieces;
}

/** What is still held when the content is over: it was no tag. */
export function endThinking(state: TagState): readonly TaggedText[] {
  const { held: text } = state;
  const type = state.place === 'thinking' ? 'thinking' : 'text';
  state.held = '';
  state.place = 'text';
  return text === '' ? [] : [{ type, text }];
}

/**
 * One step by place: reads of the text what it can and moves on.
 *
 * @returns What is left for the next place; `undefined` where nothing is, or more must come first.
 */
type Step = (text: string, state: TagState, pieces: TaggedText[]) => string | undefined;

const steps: Readonly<Record<TagState['place'], Step>> = {
  start(text, state) {
    const trimmed = text.trimStart();
    if (trimmed.startsWith(opening)) {
      state.place = 'thinking_start';
      return trimmed.slice(opening.length);
    }
    if (opening.startsWith(trimmed)) return hold(text, state);
    state.place = 'text';
    return text;
  },
  thinking_start(text, state) {
    return skipSpace(text, state, 'thinking');
  },
  thinking(text, state, pieces) {
    const end = text.indexOf(closing);
    const safe = end === -1 ? text.length - overlap(text) : end;
    if (safe > 0) pieces.push({ type: 'thinking', text: text.slice(0, safe) });
    if (end === -1) return hold(text.slice(safe), state);
    state.place = 'text_start';
    return text.slice(end + closing.length);
  },
  text_start(text, state) {
    return skipSpace(text, state, 'text');
  },
  text(text, _state, pieces) {
    if (text !== '') pieces.push({ type: 'text', text });
    return undefined;
  },
};

function hold(text: string, state: TagState): undefined {
  state.held = text;
}

function skipSpace(text: string, state: TagState, next: TagState['place']): string | undefined {
  const trimmed = text.trimStart();
  if (trimmed === '') return undefined;
  state.place = next;
  return trimmed;
}

/** How many characters at the end of a text may be the beginning of the closing tag. */
function overlap(text: string): number {
  for (let length = Math.min(closing.length - 1, text.length); length > 0; length--) {
    if (closing.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
