import type { Json } from '../json.ts';
import type { DecisionRecord } from '../session/event.ts';
import type { Access, Tool, ToolOutcome } from '../tool.ts';
import type { ToolCallBlock } from '../transcript.ts';

/** A call that is judged: one of the model's, or one that a tool makes through `context.invoke`. */
export interface JudgedCall {
  readonly call: ToolCallBlock;
  /** Prefix of the keys of its events. */
  readonly key: string;
  /** A tool makes it inside its own call: it is answered in process and never parked. */
  readonly isNested?: true;
}

/** A call that could run: there is such a tool, and these arguments are valid. */
export interface ValidCall extends JudgedCall {
  readonly tool: Tool;
  readonly args: unknown;
  /** Where a hook or a person changed the arguments: what they were changed to. */
  readonly changedArgs?: Json;
}

/** What was decided about a call, and about which access. */
export interface Judgement {
  readonly record: DecisionRecord;
  readonly access: readonly Access[];
}

/** What becomes of a call: it runs with these arguments, it is answered without running, or it waits for a decision. */
export type Verdict =
  | { readonly type: 'runs'; readonly tool: Tool; readonly args: unknown; readonly approvedPreview?: Json }
  | { readonly type: 'answered'; readonly outcome: ToolOutcome; readonly content: string }
  | { readonly type: 'parked' };
