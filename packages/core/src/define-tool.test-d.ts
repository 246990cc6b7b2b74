import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import { defineTool, jsonSchema } from './define-tool.ts';
import type { Tool, ToolContext } from './tool.ts';

const tool = defineTool({
  name: 'edit',
  description: 'Edits.',
  input: z.object({ path: z.string(), lines: z.array(z.number()).default([]), mode: z.enum(['a', 'b']).optional() }),
  accessKinds: ['write'],
  access(args) {
    // What validation gives, not what the model may send: the default is filled in.
    expectTypeOf(args).toEqualTypeOf<{ path: string; lines: number[]; mode?: 'a' | 'b' | undefined }>();
    return [{ kind: 'write', path: args.path }];
  },
  execute(args, context) {
    expectTypeOf(args).toEqualTypeOf<{ path: string; lines: number[]; mode?: 'a' | 'b' | undefined }>();
    expectTypeOf(context).toEqualTypeOf<ToolContext>();
    return args.path;
  },
});
expectTypeOf(tool).toEqualTypeOf<Tool>();

defineTool({
  name: 'add',
  description: 'Adds.',
  input: jsonSchema<{ readonly n: number }>({ type: 'object' }, () => ({ value: { n: 1 } })),
  execute: ({ n }) => {
    expectTypeOf(n).toEqualTypeOf<number>();
    return String(n);
  },
});

defineTool({
  name: 'stream',
  description: 'Shows its progress.',
  input: z.object({}),
  async *execute() {
    yield { step: 1 };
    return { content: 'Done.', display: { rows: 1 } };
  },
});

defineTool({
  name: 'bad',
  description: 'Returns what is no output.',
  input: z.object({ n: z.number() }),
  // @ts-expect-error A number is neither text nor blocks nor an output.
  execute: ({ n }) => n,
});

defineTool({
  name: 'bad',
  description: 'Reads what is not there.',
  input: z.object({ n: z.number() }),
  // @ts-expect-error The schema has no `m`.
  execute: ({ m }) => String(m),
});

// @ts-expect-error A kind of access that does not exist.
defineTool({ name: 'bad', description: 'B.', input: z.object({}), accessKinds: ['reads'], execute: () => '' });

// @ts-expect-error An effect that does not exist.
defineTool({ name: 'bad', description: 'B.', input: z.object({}), effect: 'twice', execute: () => '' });
