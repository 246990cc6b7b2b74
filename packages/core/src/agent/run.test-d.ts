import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import type { ErrorInfo } from '../errors.ts';
import type { Json } from '../json.ts';
import type { Message, Result, SystemEvent, Run } from '../message.ts';
import type { Model } from '../model.ts';
import type { ToolContent } from '../transcript.ts';
import { createAgent } from './create-agent.ts';
import { resume, run } from './run.ts';

declare const model: Model;
declare const message: Message;
declare const event: SystemEvent;

expectTypeOf(run('Hi', { model })).toEqualTypeOf<Run>();
expectTypeOf<Run>().toExtend<AsyncGenerator<Message, void, undefined>>();
expectTypeOf(run([{ type: 'text', text: 'Hi' }], { model }).result()).toEqualTypeOf<Promise<Result>>();
expectTypeOf(createAgent({ model }).run('Hi', { sessionId: 's' })).toEqualTypeOf<Run>();

// The schema gives the output its type, through every way to the Result.
const output = z.object({ on: z.iso.date().transform((text) => new Date(text)) });
expectTypeOf(run('Hi', { model, output }).result()).resolves.toEqualTypeOf<Result<{ on: Date }>>();
expectTypeOf(run('Hi', { model, output })).toExtend<AsyncGenerator<Message<{ on: Date }>, void, undefined>>();
expectTypeOf(resume('s', { model, output }).result()).resolves.toEqualTypeOf<Result<{ on: Date }>>();
expectTypeOf(createAgent({ model, output }).run('Hi')).toEqualTypeOf<Run<{ on: Date }>>();
expectTypeOf(createAgent({ model }).run('Hi', { output })).toEqualTypeOf<Run<{ on: Date }>>();
expectTypeOf<Result['output']>().toEqualTypeOf<unknown>();

/** A switch that forgets none: a new type of message is an error here. */
function shown(each: Message): string {
  switch (each.type) {
    case 'text':
    case 'thinking':
      expectTypeOf(each.isPartial).toEqualTypeOf<boolean>();
      return each.text;
    case 'tool_use':
      expectTypeOf(each.args).toEqualTypeOf<Json>();
      return each.name;
    case 'tool_result':
      expectTypeOf(each.content).toEqualTypeOf<ToolContent>();
      return each.outcome;
    case 'compaction':
      return each.summary;
    case 'system':
      return each.subtype;
    case 'result':
      expectTypeOf(each.totalCost).toEqualTypeOf<number | undefined>();
      return each.stopReason;
    default:
      each satisfies never;
      return '';
  }
}
shown(message);

// The subtype tells what the data are.
if (event.subtype === 'retry') expectTypeOf(event.data.error).toEqualTypeOf<ErrorInfo>();
if (event.subtype === 'repetition') expectTypeOf(event.data.count).toEqualTypeOf<number>();

// @ts-expect-error A run without a model.
run('Hi', {});
// @ts-expect-error An output that is no schema.
run('Hi', { model, output: { type: 'object' } });
// @ts-expect-error An option that does not exist.
run('Hi', { model, maxTurns: 3 });
// @ts-expect-error Messages are not to be changed.
message.sessionId = 's';
// @ts-expect-error An agent is made without what belongs to one run.
createAgent({ model, sessionId: 's' });
// @ts-expect-error A session that is taken up has its own history.
resume('s', { model, history: [] });
